"""The first example a newcomer meets, from JavaScript with GTK's main loop."""

import pytest

from rig import host
from rig.terminal import Terminal

SCRIPT = host.REPOSITORY / "examples" / "js" / "hello.js"


@pytest.mark.drivers("lxc", "embed", "session")
def test_hello(sandbox, account):
    environment = account.environment(SANDBOX_URI=sandbox.uri)
    command = ["xvfb-run", "--auto-servernum", "gjs", str(SCRIPT)]
    with Terminal(command, rows=24, columns=80, timeout=300, env=environment, **account.popen_arguments()) as terminal:
        assert terminal.wait() == 0, terminal.screen
        listing = terminal.screen
        assert terminal.is_restored()
    assert b"\x1b[01;34metc\x1b[0m\r\n" in listing, listing
    assert b"Gjs" not in listing and b"CRITICAL" not in listing and b"WARNING" not in listing, listing
