"""The consoles beside the program's: the log of the sandbox, and a shell."""

import pytest

from rig import host
from rig.terminal import Terminal

SHELL = host.REPOSITORY / "tests" / "e2e" / "shell_console.py"


def test_debug_shows_the_log_and_leaves_the_output_alone(sandbox):
    result = sandbox.run("/bin/sh", "-c", "echo out; exit 3", options=["--debug"])
    assert (result.status, result.out) == (3, b"out\n")
    assert b'libvirt-sandbox-init: run ["/bin/sh"' in result.err
    assert b"CRITICAL" not in result.err and b"WARNING" not in result.err, result.err
    if not sandbox.is_container:
        assert b"Linux version" in result.err, "the kernel's part is missing"


@pytest.mark.drivers("lxc", "session")
def test_shell_console(sandbox, account):
    """A program of the library uses the shell, leaves it with the escape character, and comes back."""
    environment = account.environment(SANDBOX_URI=sandbox.uri)
    command = ["/usr/bin/python3", str(SHELL)]
    with Terminal(command, rows=24, columns=80, timeout=120, env=environment, **account.popen_arguments()) as terminal:
        terminal.expect(rb"attached 1\r\n")
        assert not terminal.is_restored()
        terminal.expect(rb"[#$] ")
        terminal.send(b"echo $((6 * 7)) $(id -u)\r")
        terminal.expect(f"[ \n]42 {account.uid}\r".encode())
        terminal.send(b"\x1d")
        terminal.expect(rb"closed False\r\n")
        terminal.expect(rb"attached 2\r\n")
        terminal.send(b"\recho $((6 * 8))\r")
        terminal.expect(rb"[ \n]48\r")
        terminal.send(b"\x1d")
        terminal.expect(rb"closed False\r\n")
        assert terminal.wait() == 0, terminal.screen
        assert terminal.is_restored()
        assert b"CRITICAL" not in terminal.screen and b"WARNING" not in terminal.screen, terminal.screen


@pytest.mark.drivers("lxc")
def test_verbose_tells_how_to_reach_the_shell(sandbox):
    result = sandbox.run("/bin/true", options=["--shell", "--verbose", "--name", "with-shell"])
    assert result.status == 0
    assert b"virsh -c 'lxc:///' console 'with-shell' --devname console1\n" in result.err
    assert sandbox.run("/bin/true", options=["--shell"]).err == b""
