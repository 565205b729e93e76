"""A guest that dies, or lies."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from e2e.faults.fake import FirstProcess
from rig import host
from rig.sandbox import TIMEOUT, finish

OPTIONS = ["--name", "doomed"]


@pytest.fixture
def running(sandbox):
    """A sandbox whose program waits, and has said so."""

    def start(*options):
        client = sandbox.start("/bin/sh", "-c", "echo up; exec cat", options=[*OPTIONS, *options], stdin=subprocess.PIPE)
        assert client.stdout.readline() == b"up\n"
        return client

    return start


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_killed_hypervisor(running, domain_process, no_groups_left):
    """QEMU, or the process that libvirt runs a container in."""
    client = running()
    with no_groups_left("doomed"):
        os.kill(domain_process("doomed"), signal.SIGKILL)
        assert_lost(client)


def assert_lost(client):
    # Its input stays open: the end of that ends the program, too.
    client.wait(TIMEOUT)
    result = finish(client)
    assert (result.status, result.out) == (125, b""), result
    assert b"the sandbox ended before the program did" in result.err, result


@pytest.mark.drivers("lxc")
def test_killed_init(running, domain_process, unharmed):
    client = running()
    [init] = children(domain_process("doomed"))
    os.kill(init, signal.SIGKILL)
    assert_lost(client)
    unharmed()


@pytest.mark.drivers("embed")
def test_kernel_panic(sandbox, unharmed):
    script = "echo up; mount -t proc proc /mnt && echo c > /mnt/sysrq-trigger; echo not reached"
    result = sandbox.shell(script, options=[*OPTIONS, "--privileged"])
    assert result.status == 125, result
    assert result.out in (b"", b"up\n"), result
    assert b"the sandbox ended before the program did" in result.err, result
    assert b"Kernel panic" in result.err, result
    unharmed()


@pytest.mark.drivers("embed")
def test_program_that_takes_all_of_a_machine_s_memory(sandbox, unharmed):
    """The kernel ends the program, not init, who tells it."""
    script = "b = []\nwhile True: b.append(bytes(range(256)) * 40960)"
    result = sandbox.run("/usr/bin/python3", "-c", script, options=[*OPTIONS, "--memory", "192M"])
    assert result.status == 137 or (result.status, b"MemoryError" in result.err) == (1, True), result
    unharmed()


def test_clocks_that_step(sandbox, unharmed, scratch):
    """A program's time is measured by a clock that nobody sets."""
    clock = scratch / "clock"
    clock.write_text("+0\n")
    env = {
        "LD_PRELOAD": "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
        "FAKETIME_TIMESTAMP_FILE": clock,
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    client = sandbox.start(
        "/bin/sh", "-c", "echo up; cat", options=[*OPTIONS, "--timeout", "10m"], stdin=subprocess.PIPE, env=env, bufsize=0
    )
    assert client.stdout.readline() == b"up\n"
    for step in ("+3650d", "-3650d"):
        clock.write_text(f"{step}\n")
        client.stdin.write(b"on\n")
        assert client.stdout.readline() == b"on\n"
    result = finish(client)
    assert (result.status, result.out, result.err) == (0, b"", b"")
    unharmed()


PROTOCOL = host.REPOSITORY / "init/plan/src/wire.rs"
VERSION = int(re.search(r"VERSION: u16 = (\d+);", PROTOCOL.read_text())[1])
READY = b"\x01\x02\0\0\0" + VERSION.to_bytes(2, "little")
EXIT = b"\x05\x04\0\0\0\0\0\0\0"
# Nothing of it may reach the caller's terminal.
HOSTILE = "no \x1b[2J\x9b31m\x1b]0;title\a\0\b\x7f\r\u202e\u2066root".encode()
# What a guest says, and what is told about it.
LIES = {
    "exit-before-start": (EXIT, "out of turn"),
    "output-before-start": (b"\x02\x03\0\0\0abc", "out of turn"),
    "two-readies": (READY + READY, "out of turn"),
    "exit-twice": (READY + b"wait" + EXIT + EXIT, None),
    "another-version": (b"\x01\x02\0\0\0\xff\xff", "version"),
    "unknown-kind": (READY + b"\x7f\0\0\0\0", "0x7f"),
    "kind-of-the-host": (READY + b"\x81\x09\0\0\0" + bytes(9), "0x81"),
    "endless-frame": (READY + b"\x02\xff\xff\xff\xff" + bytes(100), "4294967295"),
    "long-frame": (READY + b"\x02\x01\0\x04\0" + bytes(262145), "262145"),
    "short-status": (READY + b"wait\x05\x01\0\0\0\0", "malformed"),
    "short-version": (b"\x01\x01\0\0\0\x03", "malformed"),
    "broken-reason": (b"\x06\x02\0\0\0\xff\xfe", "malformed"),
    "hostile-reason": (b"\x06" + len(HOSTILE).to_bytes(4, "little") + HOSTILE, "no"),
    "half-a-frame": (READY + b"wait\x02\xff\0\0\0abc", "ended before"),
    "credit-for-nothing": (READY + b"wait\x04\x04\0\0\0\xff\xff\xff\xff", "credit"),
    "output-of-nothing": (READY + b"wait\x02\0\0\0\0", "malformed"),
    "errors-of-nothing": (READY + b"wait\x03\0\0\0\0", "malformed"),
    "credit-of-nothing": (READY + b"wait\x04\x04\0\0\0\0\0\0\0", "malformed"),
    "two-ends": (READY + b"wait" + b"\x07\0\0\0\0" * 2, "out of turn"),
    "output-after-its-end": (READY + b"wait\x07\0\0\0\0\x02\x01\0\0\0x", "out of turn"),
    "noise": (bytes(range(256)) * 1000, "message"),
    "text": (b"hello, host!\n" * 10, "message"),
    "silence": (b"", "ended before"),
}
@pytest.fixture
def lying(scratch, sandbox):
    """Runs a container whose first process is not ours and says what it likes."""
    fake = FirstProcess(scratch)

    def start(lie, **what):
        fake.says(lie, **what)
        options = [*OPTIONS, "--debug"] if "floods_log" in what else OPTIONS
        return sandbox.start("/bin/cat", options=options, env=fake.environment)

    return start


@pytest.mark.drivers("lxc")
def test_a_guest_that_lies(lying, unharmed, fails):
    for name, (lie, told) in LIES.items():
        result = finish(lying(lie))
        if told is None:
            assert (result.status, result.out) == (0, b""), (name, result)
        else:
            assert (result.status, result.out) == (125, b""), (name, result)
            assert told.encode() in result.err, (name, result)
            assert b"panicked" not in result.err
        assert result.is_harmless(), (name, result)
    unharmed()


@pytest.mark.drivers("lxc")
def test_a_guest_that_sends_more_than_it_may(lying, unharmed):
    """Nobody reads the output, and nothing is buffered without bound."""
    client = lying(READY + b"wait", endless=True)
    client.wait(TIMEOUT)
    result = finish(client)
    assert (result.status, result.out.strip(b"\0")) == (125, b"")
    assert b"more data than credit" in result.err
    unharmed()


@pytest.mark.drivers("lxc")
def test_a_guest_that_writes_to_its_log_for_ever(lying, unharmed):
    """Its program has ended, it says, but it goes on."""
    result = finish(lying(READY + b"wait" + EXIT, floods_log=True))
    assert (result.status, result.out) == (0, b"")
    assert b"panicked" not in result.err
    assert len(result.err) > 4096
    unharmed()


# Root of a machine takes the port out of the first process, whose kernel is its own.
LIAR = f"""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
init = os.pidfd_open(1)
[number] = [int(n) for n in os.listdir("/proc/1/fd") if "vport" in os.readlink("/proc/1/fd/" + n)]
port = libc.syscall(438, init, number, 0)
os.write(port, {LIES["endless-frame"][0].removeprefix(READY)!r})
os.read(0, 1)
"""


@pytest.mark.drivers("embed")
def test_a_machine_that_lies(sandbox, unharmed):
    client = sandbox.start("/usr/bin/python3", "-c", LIAR, options=[*OPTIONS, "--privileged"], stdin=subprocess.PIPE)
    # Its input stays open: the end of that ends the program, too.
    client.wait(TIMEOUT)
    result = finish(client)
    assert (result.status, result.out) == (125, b""), result
    assert LIES["endless-frame"][1].encode() in result.err and result.is_harmless(), result
    unharmed()
