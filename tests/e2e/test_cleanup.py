"""Whenever and however a client dies, nothing of its sandbox is left."""

import os
import signal
import subprocess
import time

import pytest

# A machine takes longer, and waits for less.
MOMENTS = {"lxc": 20, "embed": 12}
# With something to be removed elsewhere, too.
OPTIONS = ["--name", "doomed", "--mount", "host-bind:/mnt="]


def run_time(sandbox):
    """How long a run takes, measured with warm caches."""
    sandbox.run("/bin/true", options=OPTIONS)
    begin = time.monotonic()
    result = sandbox.run("/bin/true", options=OPTIONS)
    assert (result.status, result.err) == (0, b"")
    return time.monotonic() - begin


def test_client_killed_at_any_moment(sandbox, verify_nothing_left):
    """Moments spread over start, run and end; the moment is the test's subject, not a wait."""
    whole = run_time(sandbox)
    moments = MOMENTS[sandbox.driver]
    for moment in range(moments):
        client = sandbox.start("/bin/sh", "-c", "echo up; sleep 0.1", options=OPTIONS)
        try:
            client.wait(whole * 1.2 * moment / moments)
        except subprocess.TimeoutExpired:
            client.kill()
        client.communicate()
        verify_nothing_left()
    assert sandbox.run("/bin/true", options=OPTIONS).status == 0


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"])
def test_client_ended_while_the_program_runs(sandbox, verify_nothing_left, name):
    script = "sleep 100000 & echo up; exec cat"
    client = sandbox.start("/bin/sh", "-c", script, options=OPTIONS, stdin=subprocess.PIPE)
    assert client.stdout.readline() == b"up\n"
    client.send_signal(signal.Signals[name])
    client.communicate()
    verify_nothing_left()


@pytest.mark.drivers("session", "system")
def test_client_killed_on_a_daemon(sandbox, verify_nothing_left):
    client = sandbox.start("/bin/sh", "-c", "echo up; exec cat", options=OPTIONS, stdin=subprocess.PIPE)
    assert client.stdout.readline() == b"up\n"
    client.kill()
    client.communicate()
    verify_nothing_left()
    assert sandbox.run("/bin/true", options=OPTIONS).status == 0


def test_whole_process_group_killed(sandbox, verify_nothing_left):
    """As when a terminal window is closed: no helper of the client may be spared or needed."""
    client = sandbox.start(
        "/bin/sh", "-c", "echo up; exec cat", options=OPTIONS, stdin=subprocess.PIPE, process_group=0
    )
    assert client.stdout.readline() == b"up\n"
    os.killpg(client.pid, signal.SIGKILL)
    client.communicate()
    verify_nothing_left()
