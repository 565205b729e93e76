"""Root of a container with a user namespace is nobody on the host."""

import os
import subprocess
from pathlib import Path

import pytest

from e2e.escape.test_escape import TOPICS, attempt_all, succeeded
from e2e.escape.witnesses import Witnesses
from rig import namespace

# The first of the host's users that stands for one of the container, where /etc/subuid says nothing.
FIRST = 1879048192
RANGES = [Path("/etc/subuid"), Path("/etc/subgid")]
WRITE = """
id -u; id -G; head -n 1 /proc/self/uid_map
echo made >/mnt/made; mkdir /mnt/dir; cat /mnt/given
for path in /etc/made /usr/made /srv/made /sys/made /made; do (echo x >$path) 2>/dev/null && echo wrote $path; done
echo x >/dev/shm/x && echo x >/dev/null && cat /dev/shm/x
"""


@pytest.fixture(autouse=True)
def ranges():
    """The files with the ranges, empty."""
    if not namespace.is_inside():
        pytest.skip("the ranges of the host are not to be changed")
    for path in RANGES:
        path.write_text("")
    yield RANGES
    for path in RANGES:
        path.write_text("")


@pytest.fixture
def shared(scratch):
    path = scratch / "shared"
    path.mkdir()
    path.chmod(0o777)
    (path / "given").write_text("given\n")
    return path


def run(sandbox, shared, *options):
    result = sandbox.shell(WRITE, options=["--userns", "--mount", f"host-bind:/mnt={shared}", *options])
    assert (result.status, result.err) == (0, b""), result
    uid, groups, first, *rest = result.out.decode().splitlines()
    assert rest == ["given", "x"]
    return int(uid), sorted(map(int, groups.split())), list(map(int, first.split()))


@pytest.mark.drivers("lxc")
def test_what_root_writes_belongs_to_nobody(sandbox, shared):
    uid, groups, first = run(sandbox, shared, "--privileged")
    assert (uid, groups[0]) == (0, 0)
    assert first == [0, FIRST, 65536]
    for name in ("made", "dir"):
        status = (shared / name).stat()
        assert (status.st_uid, status.st_gid) == (FIRST, FIRST)
    assert not any(Path(f"{path}/made").exists() for path in ("/etc", "/usr", "/srv", ""))


@pytest.mark.drivers("lxc")
def test_what_the_user_writes_is_the_user_s(sandbox, shared, user):
    uid, groups, first = run(sandbox, shared, "--switchto", user.name)
    assert (uid, groups) == (user.uid, sorted(os.getgrouplist(user.name, user.gid)))
    assert first == [0, FIRST, user.uid]
    status = (shared / "made").stat()
    assert (status.st_uid, status.st_gid) == (user.uid, user.gid)


@pytest.mark.drivers("lxc")
def test_root_has_no_rights_on_the_host(sandbox, scratch):
    """It can't even read what root of the host may. Sockets that everybody may connect to are not kept from it."""
    witnesses = Witnesses(scratch)
    try:
        facts = witnesses.tell(sockets=[], pipes=[])
        told = attempt_all(sandbox, facts, witnesses.attempts, TOPICS, ["--userns", "--privileged"])
        assert succeeded(told).keys() == {"processes.identity"}, succeeded(told)
        witnesses.check()
    finally:
        witnesses.close()


@pytest.mark.drivers("lxc")
def test_what_is_mounted_in_a_directory_of_root_alone(sandbox, scratch, shared):
    """Nobody of the sandbox gets there, in the root and below a mount: the host's mounts are not in the way."""
    closed = [scratch / "closed", shared / "closed"]
    for directory in closed:
        (directory / "mounted").mkdir(parents=True)
        (directory / "mounted" / "below").write_text("below\n")
        directory.chmod(0o700)
        namespace.mount("-t", "tmpfs", "rig", directory / "mounted")
    try:
        command = f"cat {closed[0]}/mounted/below || cat /mnt/closed/mounted/below"
        result = sandbox.shell(command, options=["--userns", "--privileged", "--mount", f"host-bind:/mnt={shared}"])
        assert (result.out, result.err.count(b"ermission denied"), result.err.count(b"\n")) == (b"", 2, 2), result
        assert run(sandbox, shared)[0] == 0
    finally:
        for directory in closed:
            subprocess.run(["umount", directory / "mounted"], check=True)


@pytest.mark.drivers("lxc")
def test_a_range_of_the_caller(sandbox, shared, account, ranges):
    for path in ranges:
        path.write_text(f"someone:100000:65536\n{account.name}:300000:65536\nlibvirt-sandbox:400000:65536\n")
    assert run(sandbox, shared, "--privileged")[2] == [0, 400000, 65536]
    status = (shared / "made").stat()
    assert (status.st_uid, status.st_gid) == (400000, 400000)
    ranges[0].write_text("libvirt-sandbox:400000:1000\n")
    result = sandbox.run("/bin/true", options=["--userns"])
    assert (result.status, result.out) == (125, b"")
    assert b"/etc/subuid" in result.err and b"65536" in result.err


@pytest.mark.parametrize("options", [["--overlay"], ["--disk", "file:data=/etc/passwd"]], ids=["overlay", "disk"])
@pytest.mark.drivers("lxc")
def test_where_there_can_be_none(sandbox, options):
    result = sandbox.run("/bin/true", options=["--userns", *options])
    assert (result.status, result.out) == (125, b"")
    assert b"user namespace" in result.err


@pytest.mark.drivers("embed")
def test_a_machine_needs_none(sandbox):
    result = sandbox.run("/bin/true", options=["--userns"])
    assert (result.status, result.out) == (125, b"")
    assert b"user namespace" in result.err and b"virtual machine" in result.err
