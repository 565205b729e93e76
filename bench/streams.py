"""How fast bytes go through a client that runs."""

import fcntl
import os
import subprocess
import time

PIPE_SIZE = BLOCK = 1 << 20
CAT_BLOCK = 128 << 10


def widen(pipe):
    fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_SIZE)


def start(command, **popen):
    client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, **popen)
    widen(client.stdin)
    widen(client.stdout)
    return client


def finish(client):
    client.stdin.close()
    if client.wait() != 0:
        raise subprocess.CalledProcessError(client.returncode, client.args)


def writer(size):
    """Writes as `cat` does, but comes to an end."""
    return f"exec dd if=/dev/zero bs={CAT_BLOCK} count={size // CAT_BLOCK} status=none"


def reader(size):
    """Reads as `cat` does; says when it begins, and when it has read so much."""
    return f"echo; dd of=/dev/null iflag=fullblock bs={CAT_BLOCK} count={size // CAT_BLOCK} status=none; echo"


def drain(output, size):
    """MB/s from the first byte of what a writer writes to the last."""
    buffer = bytearray(BLOCK)
    left = size - output.readinto(buffer)
    begin = time.monotonic()
    while left > 0:
        left -= output.readinto(buffer)
    return size / 1e6 / (time.monotonic() - begin)


def fill(output, write, size):
    """MB/s from when a reader is there until it has read everything."""
    output.read(1)
    block = bytes(BLOCK)
    begin = time.monotonic()
    for _ in range(size // BLOCK):
        write(block)
    output.read(1)
    return size / 1e6 / (time.monotonic() - begin)


def take(command, size, **popen):
    """MB/s of a writer's output."""
    client = start([*command, "/bin/sh", "-c", writer(size)], **popen)
    rate = drain(client.stdout, size)
    finish(client)
    return rate


def give(command, size, **popen):
    """MB/s of a reader's input."""
    client = start([*command, "/bin/sh", "-c", reader(size)], **popen)
    rate = fill(client.stdout, client.stdin.write, size)
    finish(client)
    return rate


def seconds_between_lines(output):
    """Seconds between two empty lines."""
    output.read(1)
    begin = time.monotonic()
    output.read(1)
    return time.monotonic() - begin


def between_lines(command, script, **popen):
    """Seconds between two lines that a script writes."""
    client = start([*command, "/bin/sh", script], **popen)
    seconds = seconds_between_lines(client.stdout)
    finish(client)
    return seconds


def round_trip(command, count, **popen):
    """Seconds a byte takes to `cat` in the sandbox and back."""
    client = start([*command, "/bin/cat"], **popen)
    keys, screen = client.stdin.fileno(), client.stdout.fileno()
    os.write(keys, b"x")
    os.read(screen, 1)
    begin = time.monotonic()
    for _ in range(count):
        os.write(keys, b"x")
        os.read(screen, 1)
    seconds = time.monotonic() - begin
    finish(client)
    return seconds / count
