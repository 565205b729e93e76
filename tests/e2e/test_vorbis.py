"""A filter for real input: a sandboxed decoder gives what it gives outside."""

import array
import math
import subprocess

import pytest

DECODE = ["/usr/bin/oggdec", "-o", "-", "-"]


@pytest.fixture
def recording(scratch):
    """Ten seconds of a rising tone, encoded."""
    rate = 44100
    samples = array.array("h")
    for time in range(10 * rate):
        level = int(12000 * math.sin(time * time * 3e-6))
        samples.extend((level, -level // 2))
    path = scratch / "in.ogg"
    subprocess.run(
        ["oggenc", "--quiet", "--raw", "--raw-rate", str(rate), "--output", path, "-"],
        input=samples.tobytes(),
        check=True,
    )
    return path


def test_decoder(sandbox, recording):
    """Outside it reads a pipe too: in a file it would look up the length, and put that in the header."""
    outside = subprocess.run(DECODE, input=recording.read_bytes(), capture_output=True, check=True)
    inside = sandbox.run(*DECODE, stdin=recording)
    assert inside.status == 0
    assert len(outside.stdout) > 1_000_000
    assert inside.out == outside.stdout
