"""What a client takes over from whoever calls it: the mask of new files, streams, signals."""

import os
import shutil
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
def test_umask_of_a_program_on_the_library(sandbox, account, no_directories, libvirt_uri):
    script = host.REPOSITORY / "examples" / "python" / "run.py"
    command = ["/usr/bin/python3", script, "/bin/echo", "up"]
    arguments = account.popen_arguments() | {"umask": 0o077}
    ran = subprocess.run(command, env=account.environment(SANDBOX_URI=libvirt_uri), stdin=subprocess.DEVNULL, capture_output=True, timeout=300, **arguments)
    assert (ran.returncode, ran.stdout) == (0, b"up\n"), ran


def opened(path, flags):
    return os.fdopen(os.open(path, flags), "rb")


def unconnected():
    return socket.socket(socket.AF_UNIX)


def write_end():
    reader, writer = os.pipe()
    os.close(reader)
    return os.fdopen(writer, "wb")


ODD_INPUTS = {
    # As nohup leaves it behind.
    "write-only": lambda: opened("/dev/null", os.O_WRONLY),
    "write-end": write_end,
    "directory": lambda: opened("/", os.O_RDONLY),
    "path": lambda: opened("/etc/passwd", os.O_PATH),
    "unconnected": unconnected,
}
ODD_OUTPUTS = {
    "read-only": lambda: opened("/dev/null", os.O_RDONLY),
    "directory": lambda: opened("/", os.O_RDONLY),
    "path": lambda: opened("/dev/null", os.O_PATH),
}


@pytest.mark.parametrize("kind", ODD_INPUTS)
def test_input_that_cannot_be_read(kind, sandbox):
    """It is no matter of a program that does not read, and one that does finds its end."""
    with ODD_INPUTS[kind]() as stdin:
        result = sandbox.shell("echo up; cat; echo done", stdin=stdin)
    assert result == type(result)(0, b"up\ndone\n", b""), result


@pytest.mark.parametrize("kind", ODD_OUTPUTS)
def test_output_that_cannot_be_written(kind, sandbox):
    with ODD_OUTPUTS[kind]() as odd:
        script = "trap '' PIPE; echo out; echo err >&2; exit 3"
        result = sandbox.shell(script, stdout=odd)
        assert (result.status, result.err) == (3, b"err\n"), result
        result = sandbox.shell(script, stderr=odd)
        assert (result.status, result.out) == (3, b"out\n"), result


def test_nohup(sandbox, scratch):
    output = scratch / "nohup.out"
    with sandbox.terminal("/bin/sh", "-c", "echo up; cat; echo done", shell=f'cd {scratch}; exec nohup "$@"') as terminal:
        assert terminal.wait() == 0, terminal.screen
        assert terminal.is_restored()
    assert output.read_bytes() == b"up\ndone\n"


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("number", range(3))
def test_closed_stream_of_a_program_on_the_library(number, sandbox, account):
    script = host.REPOSITORY / "examples" / "python" / "run.py"
    command = ["/bin/sh", "-c", f'exec /usr/bin/python3 "$@" {number}>&-', "sh", script, "/bin/sh", "-c", "echo out; exit 3"]
    environment = account.environment(SANDBOX_URI=sandbox.uri)
    ran = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=300, **account.popen_arguments())
    assert ran.returncode == 3, ran
    assert ran.stdout == (b"" if number == 1 else b"out\n")
