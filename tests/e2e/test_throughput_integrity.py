"""Random data through `cat`, both directions at once, arrives as it was sent."""

import hashlib
import os
import subprocess
import threading

from rig.sandbox import TIMEOUT

MIB = 1 << 20


def test_every_byte_comes_back(sandbox):
    blocks = 1024 if sandbox.is_container else 64
    with sandbox.start("/bin/cat", stdin=subprocess.PIPE) as client:
        sent, received, size = hashlib.sha256(), hashlib.sha256(), 0

        def send():
            with client.stdin as stream:
                for _ in range(blocks):
                    block = os.urandom(MIB)
                    sent.update(block)
                    stream.write(block)

        sender = threading.Thread(target=send)
        watchdog = threading.Timer(3 * TIMEOUT, client.kill)
        watchdog.start()
        sender.start()
        while block := client.stdout.read1(MIB):
            received.update(block)
            size += len(block)
        sender.join()
        errors = client.stderr.read()
        watchdog.cancel()
    assert (client.returncode, errors, size) == (0, b"", blocks * MIB)
    assert received.digest() == sent.digest()
