"""`make run`, the first command of somebody who has just got the source."""

import os
import subprocess

import pytest

from rig import host


@pytest.mark.drivers("embed")
def test_make_run(sandbox, account):
    """The program's streams and nothing else on stdout; its status is told, as make has its own."""
    command = "/bin/sh -c 'echo out; echo err >&2; exit 7'"
    result = subprocess.run(
        ["make", "--silent", "run", f"CMD={command}"],
        cwd=host.REPOSITORY,
        env=account.environment(PATH=os.environ["PATH"]),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert result.returncode != 0
    assert result.stdout == "out\n", result
    lines = result.stderr.splitlines()
    assert "err" in lines, lines
    assert any(line.endswith("status: 7") for line in lines), lines
