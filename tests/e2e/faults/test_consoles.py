"""A guest whose consoles say whatever they like, without end."""

import hashlib
import json
import os
import signal
from pathlib import Path

from rig.sandbox import TIMEOUT, Sandbox, finish

LISTENER = Path(__file__).parent / "listener.py"
# Buffers of a few consoles, and what Python itself takes.
GROWTH = 8 << 20


def start(sandbox, libvirt_uri, ends):
    client = Sandbox.start(Listener(sandbox, libvirt_uri), ends)
    assert client.stdout.readline() == b"up\n", client.communicate(timeout=TIMEOUT)
    return client


class Listener(Sandbox):
    """Runs the listener instead of virt-sandbox."""

    def __init__(self, sandbox, uri):
        super().__init__(sandbox.driver, uri, sandbox.account)

    def arguments(self, command, options=(), uri=True):
        return ["/usr/bin/python3", str(LISTENER), self.uri, *command]


def told_by(client):
    result = finish(client)
    assert result.status == 0, result
    told = json.loads(result.out)
    for console in ("log", "shell"):
        # Some are changed on the way, by the terminal.
        assert told[console]["bytes"] > 250, told
    assert told["grown"] < GROWTH, told
    for word in (b"panicked", b"CRITICAL", b"Assertion"):
        assert word not in result.err, result
    assert result.is_harmless(), result
    return told


def test_consoles_that_never_end(sandbox, libvirt_uri, unharmed):
    """One is not read on, the reader of the other one is gone; the program's output and status are none the worse for it."""
    told = told_by(start(sandbox, libvirt_uri, "end"))
    assert (told["status"], told["broken"], told["out"]) == (7 << 8, False, 500_000)
    assert told["digest"] == hashlib.sha256(b"x" * 500_000).hexdigest()
    unharmed()


def test_consoles_that_hang_up(sandbox, libvirt_uri, unharmed, domain_process):
    """In the middle of what they say."""
    client = start(sandbox, libvirt_uri, "lost")
    os.kill(domain_process("noisy"), signal.SIGKILL)
    told = told_by(client)
    assert (told["status"], told["broken"], told["out"]) == (None, True, 0)
    unharmed()
