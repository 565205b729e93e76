"""Whenever and however a client dies, nothing of its sandbox is left."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from rig import host
from rig.points import EFFECTS, record, spread
from rig.sandbox import TIMEOUT

# A machine takes longer, and waits for less.
SAMPLE = {"lxc": 16, "embed": 6}
# With something to be removed elsewhere, too.
OPTIONS = ["--name", "doomed", "--mount", "host-bind:/mnt="]
PROGRAM = ["/bin/sh", "-c", "echo up; echo error >&2"]
# They come in turn, besides the one that nobody can handle.
SIGNALS = ["TERM", "INT", "HUP"]


def test_client_ended_at_any_system_call(sandbox, unharmed, scratch, is_full):
    """From the connection to libvirt on: each phase of start, run and end has calls of its own."""
    # The first run fills the caches.
    assert sandbox.run(*PROGRAM, options=OPTIONS).status == 0
    # The embedded driver is libvirt itself, with thousands of calls that nobody else notices.
    only = None if sandbox.is_container else EFFECTS
    points = record(sandbox, scratch / "calls", *PROGRAM, options=OPTIONS, only=only)
    sample = points if is_full else spread(points, SAMPLE[sandbox.driver])
    for index, point in enumerate(sample):
        pair = ["KILL", SIGNALS[index // 2 % len(SIGNALS)]]
        for name in pair if is_full and sandbox.is_container else [pair[index % 2]]:
            number = signal.Signals[f"SIG{name}"]
            result = sandbox.run(*PROGRAM, options=OPTIONS, wrapper=point.inject(f"signal={name}"))
            # The program may have ended first.
            assert result.status in (-number, 128 + number, 0), (str(point), name, result)
            assert result.out in (b"", b"up\n"), (str(point), name, result)
            unharmed()
    assert sandbox.run(*PROGRAM, options=OPTIONS).status == 0


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"])
def test_client_ended_while_the_program_runs(sandbox, no_groups_left, name):
    script = "sleep 100000 & echo up; exec cat"
    client = sandbox.start("/bin/sh", "-c", script, options=OPTIONS, stdin=subprocess.PIPE)
    assert client.stdout.readline() == b"up\n"
    number = signal.Signals[name]
    with no_groups_left("doomed"):
        client.send_signal(number)
        # Its input stays open: the end of that ends the program, too.
        client.wait(TIMEOUT)
        client.communicate()
        assert client.returncode == (-number if name == "SIGKILL" else 128 + number)


@pytest.mark.drivers("session", "system")
def test_client_killed_on_a_daemon(sandbox, verify_nothing_left):
    client = sandbox.start("/bin/sh", "-c", "echo up; exec cat", options=OPTIONS, stdin=subprocess.PIPE)
    assert client.stdout.readline() == b"up\n"
    client.kill()
    client.communicate()
    verify_nothing_left()
    assert sandbox.run("/bin/true", options=OPTIONS).status == 0


def controllers():
    """Those of containers named as OPTIONS say."""
    return [pid for pid in host.process_ids() if re.search("libvirt_lxc --name doomed ", host.command_line(pid))]


@pytest.mark.drivers("lxc")
def test_container_ends_with_its_client(sandbox):
    """Not 0.2 s later, in which libvirt's daemon would serve nobody."""
    for _ in range(5):
        assert sandbox.run("/bin/true", options=["--name", "doomed"]).status == 0
        assert controllers() == []
        assert not Path("/run/libvirt/lxc/doomed.sock").exists()


@pytest.mark.drivers("lxc")
def test_client_killed_with_the_controller_stopped(sandbox, unharmed):
    """As it is for a moment while the container ends."""
    client = sandbox.start("/bin/sh", "-c", "echo up; exec cat", options=OPTIONS, stdin=subprocess.PIPE)
    assert client.stdout.readline() == b"up\n"
    [controller] = controllers()
    os.kill(controller, signal.SIGSTOP)
    client.kill()
    client.communicate()
    unharmed()


def test_whole_process_group_killed(sandbox, unharmed):
    """As when a terminal window is closed: no helper of the client may be spared or needed."""
    client = sandbox.start(
        "/bin/sh", "-c", "echo up; exec cat", options=OPTIONS, stdin=subprocess.PIPE, process_group=0
    )
    assert client.stdout.readline() == b"up\n"
    os.killpg(client.pid, signal.SIGKILL)
    client.communicate()
    unharmed()


def test_what_a_killed_reaper_did_not_remove(sandbox, neighbour, unharmed):
    """It goes with the next start, under whatever name."""
    client = sandbox.start("/bin/sh", "-c", "echo up; exec cat", options=OPTIONS, stdin=subprocess.PIPE)
    assert client.stdout.readline() == b"up\n"
    reapers = re.compile(rf"libvirt-sandbox-reaper .*--client {client.pid} ")
    found = [pid for pid in host.process_ids() if reapers.search(host.command_line(pid))]
    assert len(found) == (1 if sandbox.is_container else 2)
    host.end_processes([*found, client.pid])
    client.communicate()
    state = Path("/run/libvirt-sandbox")
    left = sorted(path.name for path in state.glob("*"))
    assert "doomed" in left
    result = sandbox.run("/bin/true", options=["--name", "next"])
    assert (result.status, result.err) == (0, b"")
    assert not (state / "doomed").exists() and (state / neighbour.name).exists()
    unharmed()
