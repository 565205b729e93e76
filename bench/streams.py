"""How fast bytes go through a client that runs."""

import fcntl
import os
import subprocess
import time

PIPE_SIZE = BLOCK = 1 << 20


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


def take(command, size, **popen):
    """MB/s from the first byte of the output to the last."""
    client = start([*command, "/usr/bin/head", "-c", str(size), "/dev/zero"], **popen)
    buffer = bytearray(BLOCK)
    left = size - client.stdout.readinto(buffer)
    begin = time.monotonic()
    while left > 0:
        left -= client.stdout.readinto(buffer)
    seconds = time.monotonic() - begin
    finish(client)
    return size / 1e6 / seconds


def give(command, size, **popen):
    """MB/s from when the program is there until it has read everything."""
    client = start([*command, "/bin/sh", "-c", f"echo; head -c {size} >/dev/null; echo"], **popen)
    client.stdout.read(1)
    block = bytes(BLOCK)
    begin = time.monotonic()
    for _ in range(size // BLOCK):
        client.stdin.write(block)
    client.stdout.read(1)
    seconds = time.monotonic() - begin
    finish(client)
    return size / 1e6 / seconds


def between_lines(command, script, **popen):
    """Seconds between two lines that a script writes."""
    client = start([*command, "/bin/sh", script], **popen)
    client.stdout.read(1)
    begin = time.monotonic()
    client.stdout.read(1)
    seconds = time.monotonic() - begin
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
