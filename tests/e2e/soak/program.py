"""The program of a soak: does in a sandbox what it is told in JSON; and what it will write, as predicted on the host.

Steps:
    write STREAM SEED SIZE BLOCK   pseudo-random data to a standard stream, in blocks
    say TEXT                       a line to standard output
    read COUNT                     from standard input, all of it if COUNT is negative; tells its digest
    put PATH SEED SIZE             pseudo-random data to the beginning of a file; tells how that went
    file PATH SIZE                 tells the digest of a file's beginning
    env NAME | user | cwd | host | cpus | room PATH | entries PATH    tells what it is
    close STREAM
    child                          leaves a process behind that wants to live for ever
    trap SIGNAL STATUS             exits with STATUS at the signal
    wait                           for ever
    exit STATUS | kill SIGNAL
"""

import base64
import errno
import hashlib
import json
import os
import random
import signal
import sys


def data(seed, size, is_text=False):
    raw = random.Random(seed).randbytes(size)
    if not is_text:
        return raw
    return b"\n".join(base64.b64encode(raw)[:size][at : at + 60] for at in range(0, size, 61))


def digest(content):
    return f"{len(content)} {hashlib.sha256(content).hexdigest()}"


def write_all(stream, content, block):
    view = memoryview(content)
    while view:
        view = view[os.write(stream, view[:block]) :]


def read_all(stream, count):
    parts, left = [], count
    while left and (part := os.read(stream, 65536 if left < 0 else min(left, 65536))):
        parts.append(part)
        left -= len(part) if left > 0 else 0
    return b"".join(parts)


def read(count):
    return digest(read_all(0, count))


def put(path, seed, size):
    try:
        stream = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
        write_all(stream, data(seed, size), 65536)
        os.close(stream)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "written"


def file(path, size):
    with open(path, "rb") as content:
        return digest(content.read(size))


def room(path):
    status = os.statvfs(path)
    return str(status.f_blocks * status.f_frsize)


def child():
    if os.fork() == 0:
        signal.pause()
    return "child"


def trap(number, status):
    signal.signal(number, lambda *_: os._exit(status))
    return "trapped"


TOLD = {
    "say": lambda text: text,
    "read": read,
    "put": put,
    "file": file,
    "env": lambda name: repr(os.environb.get(name.encode())),
    "user": lambda: f"{os.getuid()} {os.getgid()}",
    "cwd": os.getcwd,
    "host": lambda: os.uname().nodename,
    "cpus": lambda: str(os.cpu_count()),
    "room": room,
    "entries": lambda path: hashlib.sha256("\n".join(sorted(os.listdir(path))).encode()).hexdigest(),
    "child": child,
    "trap": trap,
}
SILENT = {
    "write": lambda stream, seed, size, block, is_text: write_all(stream, data(seed, size, is_text), block),
    "close": os.close,
    "wait": signal.pause,
    "exit": os._exit,
    "kill": lambda number: os.kill(os.getpid(), number),
}


def main(steps):
    # As a program in C has them.
    for number in (signal.SIGPIPE, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    for name, *arguments in steps:
        if name in TOLD:
            write_all(1, TOLD[name](*arguments).encode() + b"\n", 65536)
        else:
            SILENT[name](*arguments)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
