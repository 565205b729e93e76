"""Points of a client's run at which a fault can be injected: its system calls, told apart by strace.

A run is recorded, and each of its calls is a point. A later run is disturbed at exactly that call: it gets a signal, or an
error. So faults come in every phase of a run whatever that looks like and however long it takes.
"""

import os
import re
import signal
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rig.sandbox import TIMEOUT

# What the dynamic loader does is over, and the first thing that can be left behind is yet to come.
BEGIN = re.compile(r"libvirt-sandbox|connect\(")
CALL = re.compile(r"(\w+)\(")
# What others than the process itself may notice: files, sockets, processes. Between two such calls a kill is always the same.
EFFECTS = re.compile(
    r"^(?:(mkdir|rmdir|rename|unlink|symlink|link|(f|l)?chown|f?chmod|bind|connect|listen|accept|send|sendfile|splice|copy_file_range"
    r"|ftruncate|fallocate|flock|ioctl|clone|vfork|kill|pidfd_send_signal|wait4|waitid|exit_group)(at|at2|2|3|4|msg|to|mmsg)?\("
    r"|open(at)?\(.*O_CREAT"
    # An eventfd wakes another thread.
    r'|writev?\((?!\d+, "\\1\\0\\0\\0\\0\\0\\0\\0", 8\)))'
)


@dataclass(frozen=True)
class Point:
    """The `number`-th call of that kind in the main thread."""

    call: str
    number: int

    def __str__(self):
        return f"{self.call}-{self.number}"

    def inject(self, fault, and_after=False):
        """A wrapper of the client that injects `fault`, such as signal=KILL, there, and in later calls of that kind, too."""
        when = f"{self.number}+" if and_after else self.number
        return [
            *("strace", "-qqq", "-o", "/dev/null", "-e", f"trace={self.call}"),
            *("-e", f"inject={self.call}:{fault}:when={when}", "--"),
        ]


def record(sandbox, file, *command, options=(), only=None):
    """The points of a run, which is recorded in `file`, in their order."""
    wrapper = ["strace", "-qqq", "-o", file, "-e", "signal=none", "--"]
    result = sandbox.run(*command, options=options, wrapper=wrapper)
    assert result.status == 0, result
    counts, points, has_begun = Counter(), [], False
    for line in file.read_text(errors="replace").splitlines():
        if not (match := CALL.match(line)):
            continue
        counts[match[1]] += 1
        has_begun = has_begun or bool(BEGIN.search(line))
        if has_begun and (only is None or only.search(line)):
            points.append(Point(match[1], counts[match[1]]))
    assert points, "nothing was recorded"
    return points


def spread(points, count):
    """A sample of `count` points, evenly spread over all."""
    if count >= len(points):
        return points
    return [points[int((index + 0.5) * len(points) / count)] for index in range(count)]


class Stopped:
    """A client that stops at a point, until it is told to go on."""

    def __init__(self, sandbox, point, fifo, *command, **options):
        os.mkfifo(fifo)
        os.chown(fifo, sandbox.account.uid, sandbox.account.gid)
        wrapper = point.inject("signal=STOP")
        wrapper[wrapper.index("/dev/null")] = fifo
        # The line that tells of it is no message, which -qqq leaves out.
        wrapper[1] = "-qq"
        self.client = sandbox.start(*command, wrapper=wrapper, **options)
        self.has_stopped, self.is_known = False, threading.Event()
        threading.Thread(target=self.watch, args=[fifo], daemon=True).start()

    def watch(self, fifo):
        with open(fifo) as lines:
            for line in lines:
                if "stopped by SIGSTOP" in line:
                    self.has_stopped = True
                    self.is_known.set()
        self.is_known.set()

    def wait(self):
        """Whether it has stopped; otherwise it has ended."""
        assert self.is_known.wait(TIMEOUT)
        return self.has_stopped

    def go_on(self):
        tracer = self.client.pid
        for child in Path(f"/proc/{tracer}/task/{tracer}/children").read_text().split():
            os.kill(int(child), signal.SIGCONT)
        return self.client
