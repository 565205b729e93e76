"""The program's three streams are the client's, whatever they are connected to."""

import os
import signal
import subprocess
import threading

import pytest

from rig import host
from rig.sandbox import CLOSED, TIMEOUT, finish

MIB = 1 << 20


@pytest.fixture
def client(sandbox):
    """Starts clients with all streams on pipes, and ends what a failed test leaves."""
    clients = []

    def start(*command, **options):
        clients.append(sandbox.start(*command, stdin=subprocess.PIPE, bufsize=0, **options))
        return clients[-1]

    yield start
    for process in clients:
        with process:
            process.kill()


def read(process, size):
    """Exactly `size` bytes of standard output, as soon as they are there."""
    data = b""
    watchdog = threading.Timer(TIMEOUT, process.kill)
    watchdog.start()
    while len(data) < size and (part := process.stdout.read(size - len(data))):
        data += part
    watchdog.cancel()
    return data


class TestInput:
    SCRIPT = "cat; echo done"

    def test_pipe_with_every_byte(self, sandbox):
        data = bytes(range(256)) * 300
        result = sandbox.shell(self.SCRIPT, stdin=data)
        assert (result.status, result.out, result.err) == (0, data + b"done\n", b"")

    def test_file(self, sandbox, scratch):
        file = scratch / "input"
        file.write_bytes(os.urandom(300_000))
        result = sandbox.shell(self.SCRIPT, stdin=file)
        assert (result.status, result.out, result.err) == (0, file.read_bytes() + b"done\n", b"")

    @pytest.mark.parametrize("stdin", [subprocess.DEVNULL, CLOSED, b""], ids=["null", "closed", "empty"])
    def test_nothing_to_read(self, sandbox, stdin):
        result = sandbox.shell(self.SCRIPT, stdin=stdin)
        assert (result.status, result.out, result.err) == (0, b"done\n", b"")

    def test_end_of_input_comes_when_it_comes(self, client):
        process = client("/bin/sh", "-c", "echo ready; cat; echo done")
        assert read(process, 6) == b"ready\n"
        process.stdin.write(b"one")
        assert read(process, 3) == b"one"
        process.stdin.write(b"two")
        assert read(process, 3) == b"two"
        process.stdin.close()
        assert read(process, 5) == b"done\n"
        assert process.wait(TIMEOUT) == 0

    def test_program_that_never_reads(self, sandbox, scratch):
        """The client neither waits for the rest of its input nor fails on it."""
        for data in (bytes(64 * MIB), scratch / "zeros"):
            if not isinstance(data, bytes):
                data.write_bytes(bytes(64 * MIB))
            result = sandbox.shell("echo hi; exit 5", stdin=data)
            assert (result.status, result.out, result.err) == (5, b"hi\n", b"")

    def test_input_that_never_ends_does_not_hold_the_client(self, client):
        process = client("/bin/sh", "-c", "exit 6")
        assert process.wait(TIMEOUT) == 6


class TestOutput:
    def test_streams_stay_apart(self, sandbox):
        result = sandbox.shell("echo out; echo err >&2; echo out2; echo err2 >&2; exit 7")
        assert (result.status, result.out, result.err) == (7, b"out\nout2\n", b"err\nerr2\n")

    @pytest.mark.drivers("session", "system")
    def test_streams_stay_apart_on_a_daemon(self, sandbox):
        result = sandbox.shell("cat; echo err >&2", stdin=b"in")
        assert (result.status, result.out, result.err) == (0, b"in", b"err\n")

    def test_both_streams_full_at_once(self, sandbox):
        script = "head -c 3000000 /dev/zero & head -c 3000000 /dev/zero >&2; wait"
        result = sandbox.shell(script)
        assert (result.status, len(result.out), len(result.err)) == (0, 3_000_000, 3_000_000)

    def test_only_errors(self, sandbox):
        result = sandbox.shell("echo error >&2")
        assert (result.status, result.out, result.err) == (0, b"", b"error\n")

    def test_files(self, sandbox, scratch):
        with open(scratch / "out", "wb") as out, open(scratch / "err", "wb") as err:
            result = sandbox.shell("echo out; echo err >&2; exit 3", stdout=out, stderr=err)
        assert result.status == 3
        assert (scratch / "out").read_bytes() == b"out\n"
        assert (scratch / "err").read_bytes() == b"err\n"

    def test_one_file_for_both(self, sandbox, scratch):
        with open(scratch / "both", "wb") as both:
            result = sandbox.shell("echo out; echo err >&2", stdout=both, stderr=subprocess.STDOUT)
        assert result.status == 0
        assert sorted((scratch / "both").read_bytes().splitlines()) == [b"err", b"out"]

    def test_every_byte_is_seen_at_once(self, client):
        """Each letter is asked for after the one before it has arrived."""
        process = client("/bin/sh", "-c", "for i in a b c d; do printf $i; read x; done")
        for letter in (b"a", b"b", b"c", b"d"):
            assert read(process, 1) == letter
            process.stdin.write(b"\n")
        assert process.wait(TIMEOUT) == 0

    def test_program_that_closes_its_output_early(self, client):
        process = client("/bin/sh", "-c", "echo first; exec >&-; cat >&2; exit 8")
        assert read(process, 6) == b"first\n"
        process.stdin.write(b"still here")
        process.stdin.close()
        assert process.stderr.read() == b"still here"
        assert process.wait(TIMEOUT) == 8

    def test_background_child_that_holds_the_output(self, sandbox):
        result = sandbox.shell("sleep 100000 & echo hi; exit 4")
        assert (result.status, result.out, result.err) == (4, b"hi\n", b"")


class TestNobodyReads:
    def test_reader_that_leaves(self, client):
        """As with `yes | head -1`: the program ends with SIGPIPE, and nobody complains."""
        process = client("/usr/bin/yes")
        assert read(process, 2) == b"y\n"
        process.stdout.close()
        errors = process.stderr.read()
        assert process.wait(TIMEOUT) in (141, -signal.SIGPIPE)
        assert errors == b""

    def test_reader_that_leaves_a_program_with_more_to_do(self, client):
        script = "trap '' PIPE; echo first; read x; until ! echo more 2>/dev/null; do :; done; echo end >&2; exit 9"
        process = client("/bin/sh", "-c", script)
        assert read(process, 6) == b"first\n"
        process.stdout.close()
        process.stdin.write(b"\n")
        assert process.stderr.read() == b"end\n"
        assert process.wait(TIMEOUT) == 9

    def test_closed_output(self, sandbox):
        script = "trap '' PIPE; echo out 2>/dev/null; echo err >&2; exit 3"
        result = sandbox.shell(script, stdout=CLOSED)
        assert (result.status, result.err) == (3, b"err\n")

    def test_closed_errors(self, sandbox):
        result = sandbox.shell("trap '' PIPE; echo err >&2; echo out; exit 3", stderr=CLOSED)
        assert (result.status, result.out) == (3, b"out\n")

    def test_all_closed(self, sandbox):
        result = sandbox.shell("exit 3", stdin=CLOSED, stdout=CLOSED, stderr=CLOSED)
        assert result.status == 3

    def test_broken_pipe_inside(self, sandbox):
        result = sandbox.shell("yes | head -1")
        assert (result.status, result.out, result.err) == (0, b"y\n", b"")


class TestSignals:
    CATCH = """
import signal
numbers = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
print("ready", flush=True)
while True:
    print(signal.Signals(signal.sigwait(numbers)).name, flush=True)
"""

    def test_signals_to_the_client_reach_the_program(self, client):
        process = client("/usr/bin/python3", "-c", self.CATCH)
        assert read(process, 6) == b"ready\n"
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            process.send_signal(signal.Signals[name])
            assert read(process, len(name) + 1) == name.encode() + b"\n"
        process.kill()

    @pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
    def test_signal_that_ends_the_program(self, client, name):
        process = client("/bin/sh", "-c", "echo ready; exec cat")
        assert read(process, 6) == b"ready\n"
        process.send_signal(signal.Signals[name])
        # The end of its input ends it, too.
        process.wait(TIMEOUT)
        result = finish(process)
        assert (result.status, result.out, result.err) == (128 + signal.Signals[name], b"", b"")

    def test_signal_during_the_start(self, client):
        """Nothing has run yet, so the client ends with the signal's status."""
        process = client("/bin/cat")
        process.send_signal(signal.SIGTERM)
        assert process.wait(TIMEOUT) in (128 + signal.SIGTERM, -signal.SIGTERM)


def test_the_end_of_the_output_comes_when_the_program_closes_it(sandbox):
    """Not only when the program ends: who reads it goes on, as behind a pipe on the host."""
    script = "echo out; exec >&-; echo err >&2; read word; exec 2>&-; read word; exit $word"
    with sandbox.start("/bin/sh", "-c", script, stdin=subprocess.PIPE) as client:
        assert client.stdout.read() == b"out\n"
        assert client.stderr.readline() == b"err\n"
        client.stdin.write(b"x\n4\n")
        client.stdin.flush()
        client.stdin.close()
        assert client.stderr.read() == b""
        assert client.wait(60) == 4


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("kind", ["pipe", "terminal", "stuck"])
def test_what_was_written_before_a_stop_is_delivered(sandbox, account, scratch, kind):
    stop_a_writer(sandbox.uri, account, scratch, kind)


@pytest.mark.drivers("embed")
@pytest.mark.parametrize("kind", ["pipe", "terminal"])
def test_what_was_written_in_a_machine_before_a_stop_is_delivered(sandbox, libvirt_uri, account, scratch, kind):
    stop_a_writer(libvirt_uri, account, scratch, kind)


def stop_a_writer(uri, account, scratch, kind):
    scratch.chmod(0o777)
    result = subprocess.run(
        ["/usr/bin/python3", host.REPOSITORY / "tests/e2e/stop_output.py", uri, kind, scratch],
        env=account.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        **account.popen_arguments(),
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, b"done\n", b""), result
