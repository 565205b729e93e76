"""A guest, or a program, that does not end when it is told to: its client ends all the same."""

import shutil
import signal
import subprocess

import pytest

from e2e.faults.test_guest import READY
from rig import host
from rig.sandbox import TIMEOUT, finish

# A first process that says that the program runs, leaves a message unfinished, and never says or takes anything again.
STUCK = f"""#!/usr/bin/python3 -S
import signal, socket
channel = socket.socket(socket.AF_UNIX)
channel.connect("/dev/libvirt-sandbox/app.sock")
channel.sendall({READY!r})
channel.recv(1)
channel.sendall(b"\\x02\\x03\\0\\0\\0up\\n" + b"\\x02\\xff\\0\\0\\0half")
signal.pause()
"""


@pytest.mark.drivers("lxc")
def test_sigterm_ends_the_client(sandbox, scratch, unharmed):
    helpers = scratch / "helpers"
    shutil.copytree(host.build_variable("LIBVIRT_SANDBOX_LIBEXECDIR"), helpers)
    init = helpers / "libvirt-sandbox-init-lxc"
    init.write_text(STUCK)
    init.chmod(0o755)
    guest = sandbox.start(
        "/bin/cat", options=["--name", "guest"], stdin=subprocess.PIPE, env={"LIBVIRT_SANDBOX_LIBEXECDIR": helpers}
    )
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
