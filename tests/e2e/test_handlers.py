"""The library called from inside of its own signals, from other threads than that of the main loop, and dropped in every state."""

import subprocess

import pytest

from rig import host

PROGRAM = host.REPOSITORY / "tests" / "e2e" / "handlers.py"


CASES = ["stop_and_detach", "takes_too_long", "attach_again", "dispose", "log", "phases"]
CASES += ["stop_while_it_is_announced", "other_thread", "loops_of_their_own", "taken_elsewhere", "dropped", "without_reaper"]


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("case", CASES)
def test_handlers(case, sandbox, account):
    run(case, sandbox.uri, account)


@pytest.mark.drivers("embed")
def test_dropped_machine(sandbox, libvirt_uri, account):
    run("dropped_machine", libvirt_uri, account)


def run(case, uri, account):
    result = subprocess.run(
        ["/usr/bin/python3", str(PROGRAM), case], env=account.environment(SANDBOX_URI=uri), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=300, **account.popen_arguments())
    assert (result.returncode, result.stderr) == (0, ""), result
    assert result.stdout.endswith("done\n"), result
