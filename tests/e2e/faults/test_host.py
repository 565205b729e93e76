"""A host that lacks something: room, rights, descriptors, files."""

import contextlib
import errno
import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rig import host, namespace
from rig.points import Stopped, record, spread
from rig.sandbox import finish

STATE = Path("/run/libvirt-sandbox")
CACHE = Path("/var/cache/libvirt-sandbox")
OPTIONS = ["--name", "doomed"]
# A limit of descriptors with which the dynamic loader can just load the program.
FEWEST_DESCRIPTORS = 5


@pytest.fixture(autouse=True)
def private(account):
    if not namespace.is_inside():
        pytest.skip("file systems can be changed only in private namespaces")


@contextlib.contextmanager
def mounted(directory, options, keeps=()):
    """An empty file system over a directory; nothing may be left in it but what it keeps."""
    directory.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"mode=711,{options}", "fault", directory], check=True)
    try:
        yield
    finally:
        left = os.listdir(directory)
        subprocess.run(["umount", directory], check=True)
    assert set(left) <= set(keeps)


def test_no_room_for_the_state_directory(sandbox, unharmed, fails):
    """Every file that is made there is once the one that fails."""
    inodes = 1
    while True:
        with mounted(STATE, f"nr_inodes={inodes}", keeps=[".root"]):
            result = sandbox.run("/bin/echo", "up", options=OPTIONS)
        if result.status == 0 or inodes > 100:
            break
        fails(result, os.strerror(errno.ENOSPC))
        # An embedded driver has dozens of directories.
        inodes += 1 if sandbox.is_container else 15
    assert (result.status, result.out, result.err) == (0, b"up\n", b"")
    assert inodes > 4
    with mounted(STATE, "size=4k", keeps=[".root"]):
        fails(sandbox.run("/bin/echo", "up", options=OPTIONS), os.strerror(errno.ENOSPC))
    unharmed()


def test_a_state_directory_that_can_only_be_read(sandbox, unharmed, fails):
    with mounted(STATE, "ro"):
        result = sandbox.run("/bin/echo", "up", options=OPTIONS)
    fails(result, os.strerror(errno.EROFS), str(STATE))
    unharmed()


def test_no_room_for_temporary_files(sandbox, unharmed, fails, scratch):
    source = scratch / "source"
    source.write_bytes(os.urandom(300_000))
    room = scratch / "room"
    options = [*OPTIONS, "--mount", "ram:/mnt=16M", "--include", f"/mnt/file={source}"]
    base = f"libvirt-sandbox-{os.geteuid()}"
    with mounted(room, "size=64k", keeps=[base]):
        fails(sandbox.run("/bin/echo", "up", options=options, env={"TMPDIR": room}), os.strerror(errno.ENOSPC), str(room))
    with mounted(room, "ro"):
        fails(sandbox.run("/bin/echo", "up", options=options, env={"TMPDIR": room}), os.strerror(errno.EROFS), str(room))
    unharmed()


@pytest.mark.drivers("embed")
@pytest.mark.parametrize("limit", ["size=64k", "ro"])
def test_a_cache_without_room_is_none(sandbox, unharmed, limit):
    with mounted(CACHE, limit, keeps=["qemu-capabilities"]):
        result = sandbox.run("/bin/echo", "up", options=OPTIONS)
    assert (result.status, result.out, result.err) == (0, b"up\n", b"")
    unharmed()


FAULTS = {
    "ENOSPC": re.compile(r"^(mkdir|mkdirat|rename|renameat2?|symlink|symlinkat|write|pwrite64|ftruncate|fdatasync|bind)\("),
    # GLib ends a process that gets no epoll set, eventfd or memory: those are looked for before it needs any.
    "EMFILE": re.compile(r"^(socket|socketpair|pipe2|dup|dup2|accept4|pidfd_open|memfd_create)\("),
}
SAMPLE = 8


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("error", FAULTS)
def test_system_calls_that_fail(sandbox, unharmed, scratch, is_full, error):
    """From some call on all of its kind fail, as they do when there is no room any more."""
    points = record(sandbox, scratch / "calls", "/bin/echo", "up", options=OPTIONS, only=FAULTS[error])
    for point in points if is_full else spread(points, SAMPLE):
        wrapper = point.inject(f"error={error}", and_after=True)
        result = sandbox.run("/bin/echo", "up", options=OPTIONS, wrapper=wrapper)
        assert b"panicked" not in result.err, (str(point), result)
        if result.status == 0:
            assert result.out == b"up\n", (str(point), result)
        else:
            assert result.status == 125, (str(point), result)
            # What can't write can't tell why either.
            assert result.err or point.call == "write", (str(point), result)
        unharmed()


@pytest.mark.drivers("lxc", "embed")
def test_why_it_did_not_start_is_told_though_nothing_can_be_removed(sandbox, unharmed, fails, scratch):
    """The reaper removes it then."""
    source = scratch / "source"
    source.write_bytes(b"data")
    # Found out when there are files already.
    options = [*OPTIONS, "--mount", "ram:/mnt=1M", "--include", f"/mnt/file={source}", "--security", "static,label=none"]
    wrapper = ["strace", "-qqq", "-o", scratch / "calls", "-e", "trace=unlinkat", "-e", "inject=unlinkat:error=EIO", "--"]
    result = sandbox.run("/bin/echo", "up", options=options, wrapper=wrapper)
    fails(result, "cannot confine the sandbox as configured")
    assert b"cannot remove" not in result.err
    assert "INJECTED" in (scratch / "calls").read_text()
    unharmed()


def test_descriptors_that_are_missing_at_the_end(sandbox, unharmed, scratch):
    """What the client can't remove itself its reaper does, when the client has ended."""
    assert sandbox.run("/bin/echo", "up", options=OPTIONS).status == 0
    looks = re.compile(r'^openat\(\d+, "\.", .*O_DIRECTORY')
    *_, last = record(sandbox, scratch / "calls", "/bin/echo", "up", options=OPTIONS, only=looks)
    result = sandbox.run("/bin/echo", "up", options=OPTIONS, wrapper=last.inject("error=EMFILE", and_after=True))
    assert (result.status, result.out, result.err) == (0, b"up\n", b"")
    unharmed()


def test_few_descriptors(sandbox, unharmed, fails, is_full):
    def limited(number):
        return sandbox.run("/bin/echo", "up", options=OPTIONS, wrapper=["prlimit", f"--nofile={number}", "--"])

    for limit in range(FEWEST_DESCRIPTORS, 64, 1 if is_full else 15):
        fails(limited(limit), "ulimit -n")
    assert limited(80).out == b"up\n"
    unharmed()


@pytest.mark.drivers("lxc")
def test_a_helper_that_vanishes_before_it_is_used(sandbox, unharmed, fails, scratch):
    helpers = scratch / "helpers"
    shutil.copytree(host.build_variable("LIBVIRT_SANDBOX_LIBEXECDIR"), helpers)
    (helpers / "libvirt-sandbox-init-lxc").unlink()
    result = sandbox.run("/bin/echo", "up", options=OPTIONS, env={"LIBVIRT_SANDBOX_LIBEXECDIR": helpers})
    fails(result, "libvirt-sandbox-init-lxc")
    (helpers / "libvirt-sandbox-reaper").unlink()
    result = sandbox.run("/bin/echo", "up", options=OPTIONS, env={"LIBVIRT_SANDBOX_LIBEXECDIR": helpers})
    fails(result, "libvirt-sandbox-reaper")
    unharmed()


@pytest.mark.drivers("embed")
def test_files_of_a_machine_that_vanish_before_it_starts(sandbox, unharmed, fails, scratch):
    """Its kernel, and the archive with its modules, are found, and gone when they are read."""
    assert sandbox.run("/bin/true", options=OPTIONS).status == 0
    copies = re.compile(r'^openat\(AT_FDCWD, ".*/doomed/initrd.img", O_WRONLY')
    [point] = record(sandbox, scratch / "calls", "/bin/true", options=OPTIONS, only=copies)
    for kind in ("vmlinux", "initrd"):
        client = Stopped(sandbox, point, scratch / kind, "/bin/echo", "up", options=OPTIONS)
        assert client.wait()
        for file in CACHE.glob(f"{kind}-*"):
            file.unlink()
        result = finish(client.go_on())
        if result.status:
            fails(result, str(CACHE / kind))
        else:
            assert (result.out, result.err) == (b"up\n", b"")
        unharmed()
    result = sandbox.run("/bin/echo", "up", options=OPTIONS)
    assert (result.status, result.out, result.err) == (0, b"up\n", b"")


def test_one_name_at_once(sandbox, unharmed, fails):
    """One of those who want a name at once has it; who comes in time for it has it next."""
    clients, rounds = (4, 3) if sandbox.is_container else (2, 1)

    def start(_):
        return sandbox.run("/bin/echo", "up", options=OPTIONS)

    with ThreadPoolExecutor(clients) as pool:
        for _ in range(rounds):
            results = list(pool.map(start, range(clients)))
            assert any(result.status == 0 for result in results), results
            for result in results:
                if result.status:
                    fails(result, "doomed")
                else:
                    assert (result.out, result.err) == (b"up\n", b"")
    unharmed()
