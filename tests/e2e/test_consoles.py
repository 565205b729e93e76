"""The consoles: the program's, the log of the sandbox, and a shell."""

import os
import re
import subprocess
import tty

import pytest

from rig import host
from rig.terminal import Terminal

HERE = host.REPOSITORY / "tests" / "e2e"


def on_terminal(account, *command, **environment):
    environment = account.environment(**environment)
    return Terminal(command, rows=24, columns=80, timeout=300, env=environment, **account.popen_arguments())


def test_what_happens_can_be_watched(sandbox):
    """By the option, and by the environment: the library, the guest's log, and the program's system calls."""
    environment = {"LIBVIRT_SANDBOX_DEBUG": "1", "LIBVIRT_SANDBOX_STRACE": "execve"}
    result = sandbox.run("/bin/sh", "-c", "echo out; exit 3", options=["--debug"], env=environment)
    assert (result.status, result.out) == (3, b"out\n")
    assert b"libvirt-sandbox: starting a sandbox in " in result.err
    assert b'libvirt-sandbox-init: run ["strace", ' in result.err
    assert b'execve("/bin/sh", ["/bin/sh", "-c", "echo out; exit 3"]' in result.err
    assert b"CRITICAL" not in result.err and b"WARNING" not in result.err, result.err
    if not sandbox.is_container:
        assert b"Linux version" in result.err, "the kernel's part is missing"


@pytest.mark.drivers("lxc")
def test_the_environment_asks_for_the_log(sandbox):
    """What the first process tells is shown by --debug, and told when either asks for it."""
    result = sandbox.run("/bin/true", options=["--debug"], env={"LIBVIRT_SANDBOX_INIT_DEBUG": "1"})
    assert (result.status, result.out) == (0, b"")
    assert b"libvirt-sandbox-init: run " in result.err
    quiet = sandbox.run("/bin/true", env={"LIBVIRT_SANDBOX_INIT_DEBUG": "1"})
    assert (quiet.status, quiet.out, quiet.err) == (0, b"", b"")


@pytest.mark.drivers("lxc", "session")
def test_no_strace_in_the_root(sandbox, scratch):
    for name in ("dev", "proc", "run", "sys"):
        (scratch / name).mkdir()
    result = sandbox.run("/bin/true", options=["--root", str(scratch)], env={"LIBVIRT_SANDBOX_STRACE": "1"})
    assert (result.status, result.out) == (125, b"")
    assert f"{scratch} has no strace".encode() in result.err


@pytest.mark.drivers("lxc", "session")
def test_consoles_are_left_and_used_again(sandbox, account):
    """The escape character works wherever it is typed, and what was typed before it is not lost."""
    with on_terminal(account, "/usr/bin/python3", str(HERE / "consoles.py"), SANDBOX_URI=sandbox.uri) as terminal:
        terminal.expect(rb"attached program\r\n")
        assert not terminal.is_restored()
        terminal.send(b"one\r")
        terminal.expect(rb"one\r\none\r\n")
        terminal.send(b"half\x1d")
        terminal.expect(rb"closed False\r\n")

        terminal.expect(rb"attached program again\r\n")
        terminal.send(b"\x1d!\r")
        terminal.expect(rb"half\x1d!\r\n")
        terminal.send(b"\x11")
        terminal.expect(rb"closed False\r\n")

        terminal.expect(rb"attached shell\r\n")
        terminal.send(b"\recho $((6 * 7)) $(id -u)\r")
        terminal.expect(f"[ \n]42 {account.uid}\r".encode())
        terminal.send(b"\x1d")
        terminal.expect(rb"closed False\r\n")
        terminal.expect(rb"attached shell again\r\n")
        terminal.send(b"\recho $((6 * 8))\r")
        terminal.expect(rb"[ \n]48\r")
        terminal.send(b"\x1d")
        terminal.expect(rb"closed False\r\n")

        terminal.expect(rb"attached terminal\r\n")
        terminal.send(b"\recho $((6 * 9))\r")
        terminal.expect(rb"[ \n]54\r")
        terminal.send(b"\x1d")
        terminal.expect(rb"closed False\r\n")

        terminal.expect(rb"attached program for the last time\r\n")
        terminal.send(b"two\r")
        terminal.expect(rb"two\r\ntwo\r\n")
        terminal.send(b"\x04")
        terminal.expect(rb"closed False\r\n")
        assert terminal.wait() == 0, terminal.screen
        assert terminal.is_restored()
        assert b"CRITICAL" not in terminal.screen and b"WARNING" not in terminal.screen, terminal.screen


@pytest.mark.drivers("lxc", "session", "embed")
def test_the_shell_is_reached_as_it_is_told(sandbox, account):
    """Also by another program that uses the library, where another process reaches the driver at all."""
    options = ["--shell", "--name", "with-shell"]
    with sandbox.start("/bin/sh", "-c", "echo up; exec cat", options=options, stdin=subprocess.PIPE) as client:
        told = re.fullmatch(r"virt-sandbox: a shell waits: (.*)\n", client.stderr.readline().decode())
        assert client.stdout.readline() == b"up\n"
        if sandbox.driver == "embed":
            assert told[1].startswith("screen /dev/pts/")
            talk_on(told[1].split()[1], account)
        else:
            with on_terminal(account, "/bin/sh", "-c", told[1]) as terminal:
                terminal.expect(rb"Escape character is \^\]")
                terminal.wait_until_set()
                terminal.send(b"\recho $((6 * 7)) $(id -u)\r")
                terminal.expect(f"[ \n]42 {account.uid}\r".encode())
                terminal.send(b"\x1d")
                assert terminal.wait() == 0, terminal.screen
            with on_terminal(account, str(sandbox.tool), "--attach", "with-shell") as terminal:
                terminal.wait_until_set()
                terminal.send(b"\recho $((6 * 8)) $(id -u)\r")
                terminal.expect(f"[ \n]48 {account.uid}\r".encode())
                terminal.send(b"\x1d")
                assert terminal.wait() == 0, terminal.screen
                assert terminal.is_restored()
            told = account.run("/usr/bin/python3", str(HERE / "attach_shell.py"), sandbox.uri, "with-shell")
            assert told == f"{account.uid}\n"
        assert client.communicate(timeout=300) == (b"", b"")
        assert client.returncode == 0


def talk_on(path, account):
    """Talks with the shell on a terminal of this host."""
    descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY)
    with os.fdopen(descriptor, "r+b", buffering=0) as terminal:
        tty.setraw(terminal)
        terminal.write(b"echo $((6 * 7)) $(id -u)\r")
        seen = b""
        while f"\n42 {account.uid}\r".encode() not in seen:
            seen += terminal.read(4096)
