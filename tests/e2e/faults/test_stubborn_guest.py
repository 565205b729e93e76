"""A guest, or a program, that does not end when it is told to: its client ends all the same."""

import signal
import subprocess

import pytest

from e2e.faults.fake import FirstProcess
from e2e.faults.test_guest import READY
from rig.sandbox import TIMEOUT, finish

# That the program runs, and half a message: then it never says or takes anything again.
STUCK = READY + b"wait" + b"\x02\x03\0\0\0up\n" + b"\x02\xff\0\0\0half"


@pytest.mark.drivers("lxc")
def test_sigterm_ends_the_client(sandbox, scratch, unharmed):
    fake = FirstProcess(scratch)
    fake.says(STUCK, stays=True)
    guest = sandbox.start("/bin/cat", options=["--name", "guest"], stdin=subprocess.PIPE, env=fake.environment)
    deaf = "trap '' TERM; echo up; while read -r line; do echo $line; done"
    program = sandbox.start("/bin/sh", "-c", deaf, options=["--name", "program"], stdin=subprocess.PIPE)
    for client in (guest, program):
        assert client.stdout.readline() == b"up\n"
        client.send_signal(signal.SIGTERM)
    # The program has it first, and some time.
    program.stdin.write(b"still here\n")
    program.stdin.flush()
    assert program.stdout.readline() == b"still here\n"
    for client in (guest, program):
        # Their input stays open: the end of that ends the program, too.
        client.wait(TIMEOUT)
        result = finish(client)
        assert result.status == 128 + signal.SIGTERM, result
        assert b"did not end within 30 seconds of SIGTERM" in result.err, result
    unharmed()
