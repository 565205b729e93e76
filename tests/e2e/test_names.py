"""Several sandboxes at once, and names that are taken."""

import os
import subprocess
from pathlib import Path

import pytest

from rig import host

COUNT = 8
FOREIGN = """
<domain type="lxc"><name>sandbox</name><memory>65536</memory>
<os><type>exe</type><init>/bin/cat</init></os>
<devices><console type="pty"/></devices></domain>
"""


def start_waiting(sandbox, *options):
    """A sandbox that tells its name and lives until its input ends."""
    return sandbox.start("/bin/sh", "-c", "uname -n; exec cat", options=options, stdin=subprocess.PIPE)


def disks(scratch, name):
    """Options for a few disks."""
    for number in range(5):
        image = scratch / f"{name}-{number}.img"
        image.touch()
        os.truncate(image, 1 << 20)
        image.chmod(0o666)
        yield from ("--disk", f"file:{number}={image},format=raw")


def test_eight_at_once_with_default_names(sandbox, scratch):
    """They have disks: containers of libvirt's that start at once take the loop devices from each other."""
    clients = [start_waiting(sandbox, *disks(scratch, f"{number}")) for number in range(COUNT)]
    try:
        names = [client.stdout.readline().decode().strip() for client in clients]
        for number, client in enumerate(clients):
            assert client.communicate(b"%d" % number, 300) == (b"%d" % number, b"")
            assert client.returncode == 0
    finally:
        for client in clients:
            client.kill()
            client.communicate()
    assert len(set(names)) == COUNT, names
    assert all(name == "sandbox" or name.startswith("sandbox-") for name in names), names


def test_default_name_is_sandbox_when_free(sandbox):
    assert sandbox.run("/bin/uname", "-n").out == b"sandbox\n"


@pytest.mark.drivers("lxc")
def test_default_name_that_a_foreign_domain_has(sandbox, account, scratch):
    definition = scratch / "domain.xml"
    definition.write_text(FOREIGN)
    host.virsh(account, sandbox.uri, "create", str(definition))
    try:
        assert sandbox.run("/bin/uname", "-n").out.startswith(b"sandbox-")
        assert host.virsh(account, sandbox.uri, "domstate", "sandbox").strip() == "running"
        named = sandbox.run("/bin/true", options=["--name", "sandbox"])
        assert (named.status, named.out) == (125, b"")
        assert host.virsh(account, sandbox.uri, "domstate", "sandbox").strip() == "running"
    finally:
        host.virsh(account, sandbox.uri, "destroy", "sandbox")


def test_name_in_use(sandbox):
    """The second start fails and says why; the first one does not notice."""
    with start_waiting(sandbox, "--name", "taken") as first:
        assert first.stdout.readline() == b"taken\n"
        second = sandbox.run("/bin/true", options=["--name", "taken"])
        assert (second.status, second.out) == (125, b"")
        assert b"taken" in second.err
        assert first.communicate(b"alive", 300) == (b"alive", b"")
        assert first.returncode == 0
    again = sandbox.run("/bin/uname", "-n", options=["--name", "taken"])
    assert (again.status, again.out, again.err) == (0, b"taken\n", b"")


@pytest.mark.drivers("lxc")
def test_one_name_again_and_again(sandbox, verify_nothing_left):
    """The client does not wait for libvirt to end the domain; the next one with the name does."""
    for number in range(20):
        options, name = (["--name", "again"], b"again\n") if number % 2 else ([], b"sandbox\n")
        result = sandbox.run("/bin/uname", "-n", options=options)
        assert (result.status, result.out, result.err) == (0, name, b"")
        assert [path.name for path in Path("/run/libvirt-sandbox").iterdir() if path.name != ".root"] == []
    verify_nothing_left()


@pytest.mark.drivers("lxc")
def test_one_name_again_after_a_kill(sandbox):
    """Killed at moments of the start and of the run; nobody waits for libvirt, or for the reaper."""
    for moment in range(12):
        doomed = start_waiting(sandbox, "--name", "again")
        try:
            doomed.wait(moment * 0.04)
        except subprocess.TimeoutExpired:
            doomed.kill()
        doomed.communicate()
        result = sandbox.run("/bin/uname", "-n", options=["--name", "again"])
        assert (result.status, result.out, result.err) == (0, b"again\n", b"")
