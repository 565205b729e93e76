"""A sandbox exchanges directories for links all the time, while others start with what is in its tree."""

import ctypes
import os
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

SECRET = b"the secret of somebody else\n"
# From which the identity of a program that got out could be told.
LOOK = "cat /proc/self/status; (echo x >>/etc/made-by-a-sandbox) 2>/dev/null && echo out; true"
RENAME_EXCHANGE = 2
SECONDS = 30

# What the sandbox runs that exchanges; it tells when it does.
EXCHANGE = """
import ctypes
libc = ctypes.CDLL(None)
print("exchanges", flush=True)
while True:
    libc.renameat2(-100, b"/mnt/one", -100, b"/mnt/two", 2)
"""

libc = ctypes.CDLL(None, use_errno=True)


@pytest.fixture
def shared(scratch, account):
    path = scratch / "shared"
    (path / "one").mkdir(parents=True)
    for entry in (path, path / "one"):
        os.chown(entry, account.uid, account.gid)
    return path


@contextmanager
def exchanged_by_a_sandbox(sandbox, shared):
    options = ["--mount", f"host-bind:/mnt={shared}", "--privileged"]
    with sandbox.start("/usr/bin/python3", "-c", EXCHANGE, options=options) as attacker:
        assert attacker.stdout.readline() == b"exchanges\n"
        try:
            yield
        finally:
            assert attacker.poll() is None
            attacker.terminate()


@contextmanager
def exchanged_by_its_user(shared):
    """As a machine may do, only faster: 9p knows no exchange."""
    stop = threading.Event()

    def exchange():
        one, two = (os.fsencode(shared / name) for name in ("one", "two"))
        while not stop.is_set():
            libc.renameat2(-100, one, -100, two, RENAME_EXCHANGE)

    thread = threading.Thread(target=exchange)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def until_the_end():
    """Numbers, for as long as the race lasts."""
    end = time.monotonic() + SECONDS
    number = 0
    while time.monotonic() < end or number == 0:
        yield number
        number += 1


@pytest.mark.drivers("lxc")
def test_a_mount_point_in_a_tree_that_changes(sandbox, scratch, shared):
    (shared / "two").symlink_to("/dev")
    work = scratch / "work"
    work.mkdir()
    (work / "libvirt-sandbox-init").write_bytes(b"#!/bin/sh\n")
    options = ["--mount", f"host-bind:/mnt={shared}", "--mount", f"host-bind:/mnt/one/libvirt-sandbox={work}"]
    with exchanged_by_a_sandbox(sandbox, shared):
        for _ in until_the_end():
            result = sandbox.shell(LOOK, options=options)
            assert result.status in (0, 125), result
            if result.status == 0:
                assert b"CapEff:\t0000000000000000" in result.out and b"out" not in result.out, result
                assert b"Seccomp:\t2" in result.out, result
    assert not Path("/etc/made-by-a-sandbox").exists()


@pytest.mark.drivers("lxc", "embed", "system")
def test_a_source_in_a_tree_that_changes(sandbox, scratch, account, shared):
    victim = scratch / "victim"
    victim.mkdir()
    (victim / "secret").write_bytes(SECRET)
    os.chown(victim / "secret", account.uid, account.gid)
    (shared / "two").symlink_to(victim)
    exchanged = exchanged_by_a_sandbox(sandbox, shared) if sandbox.is_container else exchanged_by_its_user(shared)
    options = ["--mount", f"host-bind:/tree={shared}", "--mount", f"host-bind:/mnt={shared / 'one'}"]
    statuses = set()
    with exchanged:
        for _ in until_the_end():
            result = sandbox.shell("cat /mnt/secret; ls /mnt; touch /mnt/made", options=options)
            assert result.status in (0, 1, 125), result
            assert SECRET not in result.out and b"secret" not in result.out, result
            statuses.add(result.status)
    assert [path.name for path in victim.iterdir()] == ["secret"]
    assert 125 in statuses, "the race was not run"


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("mount", ["ram:/mnt=64M", "host-bind:/mnt="], ids=["ram", "temporary"])
def test_a_tree_that_changes_while_it_is_copied(sandbox, scratch, shared, mount):
    """Root copies it, who can read everything."""
    victim = scratch / "victim"
    victim.mkdir()
    for number in range(1000):
        (victim / str(number)).write_bytes(SECRET)
        (shared / "one" / str(number)).write_bytes(b"nothing\n")
    (shared / "two").symlink_to(victim)
    options = ["--mount", mount, "--include", f"/mnt={shared}"]
    found = set()
    with exchanged_by_its_user(shared):
        for _ in until_the_end():
            result = sandbox.shell(f"grep -rl '{SECRET.decode().strip()}' /mnt; ls /mnt/one/. | wc -l", options=options)
            if result.status != 0:
                assert result.status == 125 and b"cannot copy" in result.err, result
            elif result.err == b"":
                found.add(result.out)
    # As a directory, or as a link to one that is seen at its place.
    assert found == {b"1000\n"}
