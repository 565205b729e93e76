"""Runs a case of a soak, with its fault, and checks that it came out as it had to."""

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

from e2e.soak.program import digest
from e2e.soak.state import told
from rig import host
from rig.points import record
from rig.sandbox import CLOSED

LOST = b"the sandbox ended before the program did"
# Longer than the client waits for a machine that is starting, so that it tells itself what it has waited for.
PATIENCE = 600
# Here the program ends by itself, or as it is told to: what it wrote is on the host.
ORDERLY = (None, "stop client", "signal", "trapped signal", "hang up")
NEVER = re.compile(rb"panicked|RUST_BACKTRACE|CRITICAL|Assertion")


class Runner:
    """Runs cases on a driver."""

    def __init__(self, sandbox, scratch):
        self.sandbox = sandbox
        self.scratch = scratch
        self.recorded = None

    def points(self):
        if self.recorded is None:
            self.recorded = record(self.sandbox, self.scratch / "calls", "/bin/echo", "up")
        return self.recorded

    def run(self, case, scratch):
        case.prepare(self.sandbox.account, scratch)
        if case.input == "terminal":
            self.run_on_a_terminal(case)
        else:
            self.run_on_streams(case, scratch)
        if case.fault in ORDERLY:
            for check_host in case.checks:
                check_host()

    def name(self, case):
        return f"soak-{case.number}"

    def options(self, case):
        options = ["--name", self.name(case), *case.options]
        # The time that the start takes counts, too.
        return [*options, "--timeout", "2" if case.driver == "lxc" else "30"] if case.fault == "timeout" else options

    def run_on_a_terminal(self, case):
        with (
            self.sandbox.terminal(*case.command, options=self.options(case)) as terminal,
            told(self.sandbox.account, self.name(case)),
        ):
            if case.fault in (None, "timeout"):
                status = terminal.wait(PATIENCE)
            else:
                # Nothing else writes between the last line and the fault.
                expected = case.out.replace(b"\n", b"\r\n")
                deadline = time.monotonic() + PATIENCE
                while len(terminal.screen) < len(expected):
                    assert terminal.read_before(deadline), f"the terminal has {terminal.screen[-1000:]}"
                if case.fault == "hang up":
                    terminal.hang_up()
                    case.signal = signal.SIGHUP
                    status = terminal.process.wait(PATIENCE)
                else:
                    self.strike(case, terminal.process)
                    status = terminal.wait(PATIENCE)
            if not (case.fault == "kill client" or terminal.master is None):
                assert terminal.is_restored(), "the terminal's settings"
            out = terminal.screen.replace(b"\r\n", b"\n")
        check(case, status, out, None)

    def run_on_streams(self, case, scratch):
        with contextlib.ExitStack() as stack:
            stdin = {"null": subprocess.DEVNULL, "closed": CLOSED}.get(case.input, subprocess.PIPE)
            if case.input == "file":
                path = scratch / "input"
                path.write_bytes(case.data)
                stdin = stack.enter_context(path.open("rb"))
                os.lseek(stdin.fileno(), case.offset, os.SEEK_SET)
            wrapper = ()
            if case.fault == "point":
                points = self.points()
                point = points[int(case.fraction * len(points))]
                wrapper = point.inject(f"signal={signal.Signals(case.signal).name}")
            client = self.sandbox.start(
                *case.command, options=self.options(case), stdin=stdin, wrapper=wrapper, bufsize=0
            )
            stack.enter_context(killed_at_last(client))
            stack.enter_context(told(self.sandbox.account, self.name(case)))
            streams = Streams(client, case)
            if case.fault in ("signal", "trapped signal", "kill client", "kill domain", "kill init"):
                streams.wait_for(len(case.out), len(case.err))
                self.strike(case, client)
            elif case.fault == "stop client":
                streams.wait_for(int(case.fraction * len(case.out)), 0)
                stop_for_a_moment(client)
            status = client.wait(PATIENCE)
            out, err = streams.end()
        check(case, status, out, err)

    def strike(self, case, client):
        if case.fault in ("signal", "trapped signal"):
            client.send_signal(case.signal)
        elif case.fault == "kill client":
            client.kill()
        elif case.fault in ("kill domain", "kill init"):
            process = self.domain_process(case)
            if case.fault == "kill init":
                [process] = map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split())
            os.kill(process, signal.SIGKILL)

    def domain_process(self, case):
        mark = re.compile(rf"libvirt_lxc --name {self.name(case)} |qemu-system.* guest={self.name(case)},")
        [process] = [pid for pid in host.process_ids() if mark.search(host.command_line(pid))]
        return process


@contextlib.contextmanager
def killed_at_last(client):
    try:
        yield
    finally:
        client.kill()
        client.wait()
        for stream in filter(None, (client.stdin, client.stdout, client.stderr)):
            stream.close()


def stop_for_a_moment(client):
    # It may have ended, and Python may have noticed.
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        client.send_signal(signal.SIGSTOP)
        stopped = os.waitid(os.P_PID, client.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        assert stopped is not None
        client.send_signal(signal.SIGCONT)


class Streams:
    """Reads both outputs and writes the input, side by side."""

    def __init__(self, client, case):
        self.client, self.case = client, case
        self.out, self.err = bytearray(), bytearray()
        self.changed = threading.Condition()
        self.open = 2
        limit = int(case.fraction * len(case.out)) if case.fault == "reader" else None
        self.readers = [
            threading.Thread(target=self.read, args=[client.stdout, self.out, limit], daemon=True),
            threading.Thread(target=self.read, args=[client.stderr, self.err, None], daemon=True),
        ]
        if client.stdin:
            self.writer = threading.Thread(target=self.write, daemon=True)
            self.writer.start()
        for reader in self.readers:
            reader.start()

    def read(self, stream, content, limit):
        while limit is None or len(content) < limit:
            part = stream.read(65536 if limit is None else min(65536, limit - len(content)))
            if not part:
                break
            with self.changed:
                content += part
                self.changed.notify_all()
        stream.close()
        with self.changed:
            self.open -= 1
            self.changed.notify_all()

    def write(self):
        view = memoryview(self.case.data)
        with contextlib.suppress(BrokenPipeError, ValueError):
            while view:
                view = view[self.client.stdin.write(view[:65536]) :]
            if self.case.input != "held":
                self.client.stdin.close()

    def wait_for(self, out, err):
        """Waits until so much came on the outputs, or no more will."""
        with self.changed:
            is_there = self.changed.wait_for(
                lambda: not self.open or (len(self.out) >= out and len(self.err) >= err), PATIENCE
            )
            assert is_there, f"{len(self.out)} and {len(self.err)} bytes of output, not {out} and {err}"

    def end(self):
        for reader in self.readers:
            reader.join(PATIENCE)
            assert not reader.is_alive(), "an output that does not end"
        return bytes(self.out), bytes(self.err)


def check(case, status, out, err):
    """`err` is None where it went the same way as `out`."""
    assert not NEVER.search(out + (err or b"")), err
    number = case.signal
    if case.fault in (None, "stop client"):
        check_end(case, status, out, err, [case.status])
    elif case.fault in ("signal", "hang up"):
        check_end(case, status, out if case.fault == "signal" else case.out, err, [128 + number])
    elif case.fault == "trapped signal":
        check_end(case, status, out, err, [42])
    elif case.fault == "kill client":
        check_end(case, status, out, err, [-signal.SIGKILL])
    elif case.fault == "timeout":
        check_timeout(case, status, out, err)
    elif case.fault in ("kill domain", "kill init"):
        check_lost(case, status, out, err)
    elif case.fault == "reader":
        check_prefix("standard output", out, case.out)
        assert status in (case.status, 128 + signal.SIGPIPE), f"exit status {status}"
        check_prefix("standard error", err, case.err)
        if status == case.status != 128 + signal.SIGPIPE:
            check_same("standard error", err, case.err)
    elif case.fault == "point":
        check_point(case, status, out, err)


def check_point(case, status, out, err):
    interrupted = (-case.signal, 128 + case.signal)
    assert status in (*interrupted, case.status), f"exit status {status}, standard error {err[-1000:]}"
    check_prefix("standard output", out, case.out)
    if status not in interrupted:
        check_end(case, status, out, err, [case.status])


def check_timeout(case, status, out, err):
    """The time may have been over before the program had written everything."""
    assert status == 124, f"exit status {status}, standard error {(err or b'')[-1000:]}"
    if err is None:
        return
    check_prefix("standard output", out, case.out)


def check_lost(case, status, out, err):
    assert status == 125, f"exit status {status}"
    if err is None:
        check_same("the terminal", out[: len(case.out)], case.out)
        assert LOST in out, out[-1000:]
        return
    check_same("standard output", out, case.out)
    check_same("standard error", err[: len(case.err)], case.err)
    assert LOST in err, err[-1000:]


def check_end(case, status, out, err, expected):
    told = (out if err is None else err)[-1000:]
    assert status in expected, f"exit status {status}, not {expected}; standard error {told}"
    check_same("standard output", out, case.out)
    if err is not None:
        check_same("standard error", err, case.err)


def check_same(name, found, expected):
    assert found == expected, f"{name} is {digest(found)}, not {digest(expected)}; its end: {found[-300:]}"


def check_prefix(name, found, expected):
    check_same(name, found, expected[: len(found)])
