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


def test_decoder(sandbox, recording, scratch):
    """From a file to a file: outside the header has the right sizes, which a decoder between two pipes can't know."""
    outside, inside = scratch / "outside.raw", scratch / "inside.raw"
    with recording.open("rb") as source, outside.open("wb") as target:
        subprocess.run(DECODE, stdin=source, stdout=target, stderr=subprocess.DEVNULL, check=True)
    with inside.open("wb") as target:
        result = sandbox.run(*DECODE, stdin=recording, stdout=target)
    assert result.status == 0
    assert outside.stat().st_size > 1_000_000
    assert inside.read_bytes() == outside.read_bytes()


def test_decoder_in_a_pipe(sandbox, recording):
    data = recording.read_bytes()
    outside = subprocess.run(DECODE, input=data, capture_output=True, check=True)
    inside = sandbox.run(*DECODE, stdin=data)
    assert inside.status == 0
    assert len(outside.stdout) > 1_000_000
    assert inside.out == outside.stdout
