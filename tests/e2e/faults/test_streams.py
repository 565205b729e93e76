"""A caller whose ends of the streams fail."""

import hashlib
import signal
import subprocess
import threading

from rig.sandbox import TIMEOUT

OPTIONS = ["--name", "doomed"]
LINES = 800_000
# Tells how far it is, and that it gets signals, where the reader of its output does not hold it up: by one
# system call a line, since a signal may come in the middle of a print().
PROGRAM = f"""
import os, signal, sys
signal.signal(signal.SIGUSR1, lambda *_: os.write(2, b"signalled\\n"))
for begin in range(0, {LINES}, 8000):
    sys.stdout.write("".join(f"{{number:07}}\\n" for number in range(begin, begin + 8000)))
    sys.stdout.flush()
    os.write(2, b"%d\\n" % begin)
sys.exit(7)
"""
# More than the credit of a stream; what fits besides is a few times 64 KiB.
STUCK = 1 << 20


def test_a_reader_that_stops_for_long(sandbox, unharmed):
    """The program waits, its errors and signals do not, and nothing is lost when the reader goes on."""
    client = sandbox.start("/usr/bin/python3", "-c", PROGRAM, options=OPTIONS)
    watchdog = threading.Timer(TIMEOUT, client.kill)
    watchdog.start()
    written = 0
    while written < STUCK:
        written = (int(client.stderr.readline()) + 8000) * 8
    client.send_signal(signal.SIGUSR1)
    for ahead, told in enumerate(client.stderr):
        assert ahead < 2 * STUCK / 64_000, "it writes on though nobody reads"
        if told == b"signalled\n":
            break
    else:
        raise AssertionError("the program ended before it got its signal")
    assert client.poll() is None
    expected = hashlib.sha256(b"".join(b"%07d\n" % number for number in range(LINES)))
    errors = threading.Thread(target=client.stderr.read)
    errors.start()
    assert hashlib.sha256(client.stdout.read()).digest() == expected.digest()
    errors.join()
    assert client.wait() == 7
    watchdog.cancel()
    unharmed()


def test_a_terminal_that_hangs_up(sandbox, unharmed):
    # Linux lets readers know before it sends the signal, so a program must not end with its input.
    with sandbox.terminal("/bin/sh", "-c", "echo up; exec sleep infinity", options=OPTIONS) as terminal:
        terminal.expect(rb"up\r\n")
        terminal.hang_up()
        assert terminal.process.wait(TIMEOUT) == 128 + signal.SIGHUP
    unharmed()


def test_every_stream_breaks_at_once(sandbox, unharmed):
    client = sandbox.start("/bin/cat", options=OPTIONS, stdin=subprocess.PIPE)
    client.stdin.write(b"up\n")
    client.stdin.flush()
    assert client.stdout.readline() == b"up\n"
    for stream in (client.stdout, client.stderr):
        stream.close()
    client.stdin.write(b"more\n")
    client.stdin.close()
    # cat is told that nobody reads, by SIGPIPE, unless its input ends first.
    assert client.wait(TIMEOUT) in (0, 1, 128 + signal.SIGPIPE)
    unharmed()
