"""What a client takes over from whoever calls it: the mask of new files, streams, signals."""

import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from rig import host, namespace

FEATURES = [
    *("--overlay", "--shell", "-m", "ram:/sandbox-test-ram=4M", "-i", "/sandbox-test-ram/passwd=/etc/passwd"),
    *("-m", "host-bind:/sandbox-test-empty="),
]
USE = r"""
set -e
cmp /etc/passwd /sandbox-test-ram/passwd
echo written >/sandbox-test-empty/file
echo overlaid >/sandbox-test-overlaid
cat /sandbox-test-empty/file /sandbox-test-overlaid
umask
"""


@pytest.fixture
def no_directories(account, nothing_left):
    """None of the directories that stay from one sandbox to the next."""
    if not namespace.is_inside():
        pytest.skip("would remove what sandboxes of the host use")
    state = account.runtime or Path("/run")
    caches = Path("/var/cache").glob("libvirt-sandbox*")
    for path in (state / "libvirt-sandbox", account.cache / "libvirt-sandbox", *caches, *host.scratch_bases()):
        shutil.rmtree(path, ignore_errors=True)


@pytest.mark.drivers("lxc", "embed", "session", "system", "member")
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o027, 0o077], ids=oct)
def test_umask(mask, sandbox, no_directories):
    result = sandbox.shell(USE, options=["-p", *FEATURES], umask=mask)
    assert (result.status, result.out) == (0, b"written\noverlaid\n0022\n"), result


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("mask", [0o027, 0o077], ids=oct)
def test_umask_with_users_of_its_own(mask, sandbox, no_directories):
    result = sandbox.run("/usr/bin/id", "-u", options=["-p", "--userns"], umask=mask)
    assert (result.status, result.out) == (0, b"0\n"), result


@pytest.mark.drivers("lxc", "embed", "system")
@pytest.mark.parametrize("directory", ["own", "given"])
def test_umask_of_a_program_on_the_library(directory, sandbox, account, no_directories, libvirt_uri):
    uri = sandbox.uri if directory == "own" else libvirt_uri
    script = host.REPOSITORY / "examples" / "python" / "run.py"
    command = ["/usr/bin/python3", script, "/bin/echo", "up"]
    arguments = account.popen_arguments() | {"umask": 0o077}
    ran = subprocess.run(command, env=account.environment(SANDBOX_URI=uri), stdin=subprocess.DEVNULL, capture_output=True, timeout=300, **arguments)
    assert (ran.returncode, ran.stdout) == (0, b"up\n"), ran


@pytest.mark.drivers("lxc", "embed", "session", "system")
@pytest.mark.parametrize("state", ["ignored", "blocked"])
def test_signals_of_the_parent(state, sandbox):
    """What the parent has ignored or blocked keeps nothing from starting and ending."""

    def take_over():
        for number in sorted(signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}):
            signal.signal(number, signal.SIG_IGN if state == "ignored" else signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, signal.valid_signals() if state == "blocked" else ())

    options = ["-m", "ram:/sandbox-test-ram=4M", "-i", "/sandbox-test-ram/passwd=/etc/passwd"]
    result = sandbox.shell("cmp /etc/passwd /sandbox-test-ram/passwd && yes | head -n 1; exit 3", options=options, preexec_fn=take_over, restore_signals=False)
    assert result == type(result)(3, b"y\n", b""), result


@pytest.mark.parametrize("blocked", [signal.SIGTERM, signal.SIGUSR1])
def test_a_blocked_signal_reaches_the_program(blocked, sandbox):
    script = f'trap "echo caught; exit 4" {blocked.value}; echo up; while :; do sleep 0.1; done'
    block = lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [blocked])  # noqa: E731
    with sandbox.start("/bin/sh", "-c", script, preexec_fn=block) as client:
        assert client.stdout.readline() == b"up\n"
        client.send_signal(blocked)
        assert client.stdout.read() == b"caught\n"
    assert client.returncode == 4


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("ignored", [signal.SIGHUP, signal.SIGINT])
def test_an_ignored_signal_stays_ignored(ignored, sandbox):
    """What nohup or a shell has ignored for a program that shall outlive them does not reach it."""
    script = f'trap "echo caught; exit 4" {ignored.value}; echo up; cat; exit 3'
    ignore = lambda: signal.signal(ignored, signal.SIG_IGN)  # noqa: E731
    with sandbox.start("/bin/sh", "-c", script, preexec_fn=ignore, stdin=subprocess.PIPE) as client:
        assert client.stdout.readline() == b"up\n"
        client.send_signal(ignored)
        client.stdin.write(b"on\n")
        client.stdin.flush()
        assert client.stdout.readline() == b"on\n"
        client.stdin.close()
        assert client.stdout.read() == b""
    assert client.returncode == 3


@pytest.mark.drivers("embed")
def test_a_program_that_ignores_its_children(sandbox, account):
    """libvirt could not wait for the QEMUs that it asks what they can do, and left them behind."""
    script = host.REPOSITORY / "examples" / "python" / "run.py"
    ignore = lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # noqa: E731
    command = ["/usr/bin/python3", script, "/bin/echo", "up"]
    environment = account.environment(SANDBOX_URI=sandbox.uri)
    ran = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=300, preexec_fn=ignore, **account.popen_arguments()
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"up\n", b""), ran


def write_end():
    reader, writer = os.pipe()
    os.close(reader)
    return writer


ODD_INPUTS = {
    # As nohup leaves it behind.
    "write-only": lambda: os.open("/dev/null", os.O_WRONLY),
    "write-end": write_end,
    "directory": lambda: os.open("/", os.O_RDONLY),
    "path": lambda: os.open("/etc/passwd", os.O_PATH),
    "unconnected": lambda: socket.socket(socket.AF_UNIX).detach(),
}
ODD_OUTPUTS = {
    "read-only": lambda: os.open("/dev/null", os.O_RDONLY),
    "directory": lambda: os.open("/", os.O_RDONLY),
    "path": lambda: os.open("/dev/null", os.O_PATH),
}


@pytest.mark.parametrize("kind", ODD_INPUTS)
def test_input_that_cannot_be_read(kind, sandbox):
    """It is no matter of a program that does not read, and one that does finds its end."""
    stdin = ODD_INPUTS[kind]()
    result = sandbox.shell("echo up; cat; echo done", stdin=stdin)
    os.close(stdin)
    assert result == type(result)(0, b"up\ndone\n", b""), result


@pytest.mark.parametrize("kind", ODD_OUTPUTS)
def test_output_that_cannot_be_written(kind, sandbox):
    odd = ODD_OUTPUTS[kind]()
    script = "trap '' PIPE; echo out; echo err >&2; exit 3"
    result = sandbox.shell(script, stdout=odd)
    assert (result.status, result.err) == (3, b"err\n"), result
    result = sandbox.shell(script, stderr=odd)
    assert (result.status, result.out) == (3, b"out\n"), result
    os.close(odd)


def test_nohup(sandbox, scratch):
    output = scratch / "nohup.out"
    with sandbox.terminal("/bin/sh", "-c", "echo up; cat; echo done", shell=f'cd {scratch}; exec nohup "$@"') as terminal:
        assert terminal.wait() == 0, terminal.screen
        assert terminal.is_restored()
    assert output.read_bytes() == b"up\ndone\n"
