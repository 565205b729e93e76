"""A sandbox runs what the classes of its program say."""

import subprocess

import pytest

from rig import host


@pytest.mark.drivers("lxc")
def test_overrides_decide(sandbox, account, libvirt_uri):
    script = host.REPOSITORY / "tests" / "e2e" / "subclasses.py"
    result = subprocess.run(
        ["/usr/bin/python3", script, libvirt_uri],
        env=account.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        **account.popen_arguments(),
    )
    assert result.stdout.splitlines() == ["starting", "said in the sandbox", "stopping"], result
    assert (result.returncode, result.stderr) == (0, "")
