"""A libvirtd that is killed, restarted, or hangs."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from e2e.faults.fake import FirstProcess
from rig import host, leaks, namespace
from rig.points import EFFECTS, Stopped, record, spread
from rig.sandbox import TIMEOUT, finish

OPTIONS = ["--name", "doomed"]
WAITING = ["/bin/sh", "-c", "echo up; exec cat"]
# What the client allows a daemon, which is half a minute, and what a busy host needs besides.
BOUND = 240


class Daemon:
    """The libvirtd of the test's namespaces, or of its user."""

    def __init__(self, account, is_of_user):
        self.account, self.is_of_user = account, is_of_user

    def pid(self):
        file = self.account.runtime / "libvirt/libvirtd.pid" if self.is_of_user else Path("/run/libvirtd.pid")
        return int(file.read_text())

    def end(self, number):
        pid = self.pid()
        os.kill(pid, number)
        leaks.wait_for_end(pid, time.monotonic() + TIMEOUT)

    def start(self):
        if self.is_of_user:
            # The next client starts it.
            host.virsh(self.account, "qemu:///session", "list")
        else:
            subprocess.run(["libvirtd", "--daemon"], check=True, stdin=subprocess.DEVNULL)

    def restart(self, number):
        self.end(number)
        self.start()


@pytest.fixture
def daemon(daemons, driver, account):
    if not namespace.is_inside():
        pytest.skip("the host's libvirtd is not ours to end")
    return Daemon(account, is_of_user=driver == "session")


@pytest.fixture
def nothing_harmed(request, driver):
    """A neighbour that is a machine takes too long to start."""
    return request.getfixturevalue("unharmed" if driver == "lxc" else "verify_nothing_left")


def waiting(sandbox, name="doomed"):
    client = sandbox.start(*WAITING, options=["--name", name], stdin=subprocess.PIPE)
    said = client.stdout.readline()
    assert said == b"up\n", client.communicate(timeout=TIMEOUT)
    return client


@pytest.mark.drivers("lxc")
def test_daemon_that_is_killed_while_programs_run(sandbox, daemon, unharmed):
    """The way to the program does not lead through libvirt. One ends while there is no libvirtd, one after that."""
    before, after = waiting(sandbox), waiting(sandbox, "later")
    daemon.end(signal.SIGKILL)
    assert_whole(finish(before, b"data"))
    daemon.start()
    assert_whole(finish(after, b"data"))
    # libvirt remembers a container that ended before it was there, until somebody wants the name.
    for name in ("doomed", "later"):
        assert_whole(sandbox.run("/bin/cat", stdin=b"data", options=["--name", name]))
    unharmed()


def assert_whole(result):
    assert (result.status, result.out, result.err) == (0, b"data", b"")


@pytest.mark.drivers("lxc")
def test_daemon_that_is_killed_at_any_system_call(sandbox, daemon, unharmed, scratch, is_full):
    points = record(sandbox, scratch / "calls", "/bin/echo", "up", options=OPTIONS, only=EFFECTS)
    for index, point in enumerate(points if is_full else spread(points, 5)):
        client = Stopped(sandbox, point, scratch / f"fifo{index}", "/bin/echo", "up", options=OPTIONS)
        if client.wait():
            daemon.restart(signal.SIGKILL)
        result = finish(client.go_on())
        assert b"panicked" not in result.err
        if result.status == 0:
            assert result.out == b"up\n", (str(point), result)
        else:
            assert (result.status, result.out) == (125, b""), (str(point), result)
            assert result.err.startswith(b"virt-sandbox: "), (str(point), result)
        # libvirt may remember what ended without it, until somebody wants the name.
        assert_whole(sandbox.run("/bin/cat", stdin=b"data", options=OPTIONS))
        unharmed()


@pytest.mark.drivers("lxc", "session", "system")
def test_daemon_that_hangs(sandbox, daemon, nothing_harmed, scratch):
    """Nobody waits for it forever: who connects, who starts, and whose program has ended."""
    points = record(sandbox, scratch / "calls", "/bin/echo", "up", options=OPTIONS)
    # The state directory is made after the connection, and before the domain.
    starts = next(point for point in points if point.call == "bind")
    starting = Stopped(sandbox, starts, scratch / "fifo", "/bin/echo", "up", options=OPTIONS)
    assert starting.wait()
    ending = waiting(sandbox, "ending")
    # It will learn only then that a sandbox started, and asks about that.
    ending.send_signal(signal.SIGSTOP)
    # The time that a start takes counts, and that of a machine is anything.
    options = ["--timeout", "10"] if sandbox.is_container else []
    late = sandbox.start("/bin/sh", "-c", "trap '' TERM; echo up; cat", options=options, stdin=subprocess.PIPE)
    assert late.stdout.readline() == b"up\n"
    begin = time.monotonic()
    os.kill(daemon.pid(), signal.SIGSTOP)
    try:
        connecting = sandbox.start("/bin/echo", "up", options=["--name", "late"])
        started = starting.go_on()
        ending.send_signal(signal.SIGCONT)
        ended = finish(ending, b"data", BOUND)
        assert (ended.status, ended.out) == (0, b"data")
        for result in finish(started, timeout=BOUND), finish(connecting, timeout=BOUND):
            assert (result.status, result.out) == (125, b""), result
            assert b"libvirt did not answer within" in result.err, result
        if sandbox.is_container:
            late.wait(BOUND)
        told = finish(late, timeout=BOUND)
        assert told.status == (124 if sandbox.is_container else 0)
        assert b"libvirt did not answer within" in told.err
        assert time.monotonic() - begin < BOUND
    finally:
        os.kill(daemon.pid(), signal.SIGCONT)
    nothing_harmed()
    assert sandbox.run("/bin/true", options=OPTIONS).status == 0


@pytest.mark.drivers("lxc")
def test_container_that_ends_unnoticed(sandbox, daemon, domain_process, unharmed, scratch):
    """libvirt may go on listing one whose controller ended in its start. Nobody waits for its program until the boot limit."""
    fake = FirstProcess(scratch)
    fake.says(b"", stays=True)
    with sandbox.terminal("/bin/cat", options=OPTIONS, env=fake.environment) as terminal:
        # Now it waits for the program.
        terminal.wait_until_set()
        os.kill(daemon.pid(), signal.SIGSTOP)
        try:
            os.kill(domain_process("doomed"), signal.SIGKILL)
            terminal.expect(rb"the sandbox ended before it could start the program", BOUND)
        finally:
            os.kill(daemon.pid(), signal.SIGCONT)
        assert terminal.wait() == 125
    unharmed()


@pytest.mark.drivers("session", "system")
def test_daemon_of_machines_that_is_killed(sandbox, daemon, verify_nothing_left):
    """One program ends while there is no libvirtd, one after that."""
    before, after = waiting(sandbox), waiting(sandbox, "later")
    daemon.end(signal.SIGKILL)
    assert_whole(finish(before, b"data"))
    daemon.start()
    assert_whole(finish(after, b"data"))
    verify_nothing_left()


@pytest.mark.drivers("lxc")
def test_service_is_not_said_to_be_stopped_by_a_daemon_that_is_killed(sandbox, account, daemon, unharmed):
    stopper = subprocess.Popen(
        ["/usr/bin/python3", host.REPOSITORY / "tests/e2e/service_stop.py", sandbox.uri, "alone"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=account.environment(),
        bufsize=0,
    )
    try:
        assert stopper.stdout.readline() == b"up\n", stopper.stderr.read()
        daemon.end(signal.SIGKILL)
        stopper.stdin.write(b"go on\n")
        assert stopper.stdout.readline() == b"not stopped\n"
        daemon.start()
        out, _ = stopper.communicate(b"go on\n", TIMEOUT)
    finally:
        stopper.kill()
    assert (out, stopper.returncode) == (b"done\n", 0)
    unharmed()
