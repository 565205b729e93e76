"""QEMU that is root's own can do little more with the host than write files, whatever version of libvirt starts it."""

import subprocess
from pathlib import Path

import pytest

from rig import host

# CHOWN, DAC_OVERRIDE, FOWNER.
OF_FILES = 0b01011


@pytest.mark.drivers("embed")
@pytest.mark.parametrize("who", [["--privileged"], []], ids=["privileged", "plain"])
def test_qemu_has_rights_on_files_at_the_most(sandbox, scratch, who):
    options = [*who, "--name", "capless", "--mount", f"host-bind:/mnt={scratch}"]
    with sandbox.start("/bin/sh", "-c", "echo up; exec cat", options=options, stdin=subprocess.PIPE) as client:
        assert client.stdout.readline() == b"up\n"
        machines = [pid for pid in host.process_ids() if "guest=capless," in host.command_line(pid)]
        rights = [held_by(pid) for pid in machines]
        client.communicate(b"")
    assert rights, "QEMU is not found"
    assert all(permitted | bounding == permitted & OF_FILES for permitted, bounding in rights), rights


@pytest.mark.drivers("embed")
def test_what_is_written_to_loses_its_setuid_bit(sandbox, scratch):
    """As it does where somebody else than root writes."""
    program = scratch / "program"
    program.write_text("old")
    program.chmod(0o4755)
    result = sandbox.shell("echo new >/mnt/program", options=["--privileged", "--mount", f"host-bind:/mnt={scratch}"])
    assert (result.status, result.out, result.err) == (0, b"", b"")
    assert (program.read_text(), program.stat().st_mode & 0o7777) == ("new\n", 0o755)


@pytest.mark.drivers("embed", "system")
def test_no_device_is_made_on_the_host(sandbox, scratch):
    """By root of a machine, who writes to a directory of root's."""
    script = "cd /mnt; mknod block b 254 0; mknod character c 1 1; touch file; chown 1:1 file"
    result = sandbox.shell(script, options=["--privileged", "--mount", f"host-bind:/mnt={scratch}"])
    assert (result.status, result.out) == (0, b""), result
    assert [path.name for path in scratch.iterdir()] == ["file"]
    assert (scratch / "file").stat().st_uid == 1


def held_by(pid):
    """The capabilities that a process has, and those that it could get."""
    lines = dict(line.split(":\t") for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Cap"))
    return tuple(int(lines[name], 16) for name in ("CapPrm", "CapBnd"))
