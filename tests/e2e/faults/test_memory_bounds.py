"""What passes through a client and a first process leaves nothing in their memory, when whoever takes it is steadily slower
than whoever gives it, so that what waits never runs dry."""

import os
import re
import subprocess
import threading
import time
from pathlib import Path

import pytest

from rig.sandbox import TIMEOUT

MIB = 1 << 20
PORTION = 64 * 1024
# How much passes, and how much a second: less than any machine gives. Without a terminal, and on one.
PACES = {"lxc": [(24 * MIB, 5 * MIB), (16 * MIB, 3 * MIB)], "embed": [(16 * MIB, 2 * MIB), (6 * MIB, MIB // 2)]}
# Beyond what each has at the beginning: a window for each stream, a frame, and what the allocator keeps.
BOUND = 4.5 * MIB

TAKER = """
import os, re, sys, time
def memory():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/1/status").read())[1]) * 1024
total, pace = map(int, sys.argv[1:])
if os.isatty(0):
    import tty
    tty.setraw(0)
os.write(1, b"up\\r\\n")
def take(total, taken=0):
    while taken < total:
        data = os.read(0, 65536)
        assert data
        taken += len(data)
        # The pace is what is tried.
        time.sleep(len(data) / pace)
take(total // 8)
before = memory()
take(total)
os.write(1, b"grown by %d bytes\\r\\n" % (memory() - before))
"""


def peak(pid):
    """The most memory that a process ever had, in bytes."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) * 1024


def take(descriptor, total, pace):
    taken = 0
    while taken < total:
        data = os.read(descriptor, PORTION)
        assert data
        taken += len(data)
        # The pace is what is tried.
        time.sleep(len(data) / pace)


@pytest.fixture
def watchdog():
    """Kills a client that hangs."""
    timers = []

    def watch(client):
        timers.append(threading.Timer(TIMEOUT, client.kill))
        timers[-1].start()

    yield watch
    for timer in timers:
        timer.cancel()


@pytest.mark.drivers("lxc", "embed")
def test_slower_reader(sandbox, driver, watchdog):
    total, pace = PACES[driver][0]
    with sandbox.start("/bin/cat", "/dev/zero") as client:
        watchdog(client)
        take(client.stdout.fileno(), total // 8, pace)
        before = peak(client.pid)
        take(client.stdout.fileno(), total, pace)
        grown = peak(client.pid) - before
        client.kill()
    assert grown < BOUND


@pytest.mark.drivers("lxc", "embed")
def test_slower_terminal(sandbox, driver):
    total, pace = PACES[driver][1]
    with sandbox.terminal("/bin/cat", "/dev/zero") as terminal:
        take(terminal.master, total // 8, pace)
        before = peak(terminal.process.pid)
        take(terminal.master, total, pace)
        grown = peak(terminal.process.pid) - before
    assert grown < BOUND


@pytest.mark.drivers("lxc", "embed")
def test_slower_program(sandbox, driver, watchdog):
    command = ["/usr/bin/python3", "-c", TAKER, *map(str, PACES[driver][0])]
    with open("/dev/zero", "rb") as zero, sandbox.start(*command, stdin=zero) as client:
        watchdog(client)
        assert client.stdout.readline() == b"up\r\n"
        before = peak(client.pid)
        told = client.stdout.readline()
        grown = peak(client.pid) - before
        client.kill()
    assert int(re.search(rb"grown by (\d+) bytes", told)[1]) < BOUND
    assert grown < BOUND


@pytest.mark.drivers("lxc", "embed")
def test_slower_program_on_a_terminal(sandbox, driver):
    total, pace = PACES[driver][1]
    with sandbox.terminal("/usr/bin/python3", "-c", TAKER, str(total), str(pace)) as terminal:
        terminal.expect(rb"up\r\n")
        before = peak(terminal.process.pid)
        typist = subprocess.Popen(["/usr/bin/tr", "\\0", "x"], stdin=open("/dev/zero", "rb"), stdout=terminal.master)
        try:
            told = terminal.expect(rb"grown by (\d+) bytes")
        finally:
            typist.kill()
            typist.wait()
        grown = peak(terminal.process.pid) - before
    assert int(told[1]) < BOUND
    assert grown < BOUND
