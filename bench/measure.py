"""Measures two things in turn, and makes a row of the medians."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """What a process has used, with the children it waited for."""

    seconds: float
    cpu_seconds: float


def run(command, **popen):
    """Runs a command that must succeed."""
    begin = time.monotonic()
    with subprocess.Popen(command, **popen) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - begin
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Usage(seconds, usage.ru_utime + usage.ru_stime)


@dataclass(frozen=True)
class Bench:
    """One row: what is measured, in which unit, and what it is compared with.

    `floor` is a function that measures the same without this project, or a number where only the size matters.
    """

    name: str
    unit: str
    ours: Callable[[], float]
    floor: Callable[[], float] | float
    target: float
    """What the ratio of ours to the floor shall be: at most in seconds and sizes, at least in throughput."""


@dataclass(frozen=True)
class Row:
    """What came out of it."""

    name: str
    unit: str
    ours: float
    floor: float
    target: float
    samples: list[tuple[float, float]]

    @property
    def ratio(self):
        return self.ours / self.floor

    @property
    def is_met(self):
        return self.ratio >= self.target if self.unit == "MB/s" else self.ratio <= self.target

    def __str__(self):
        verdict = "met" if self.is_met else "missed"
        return f"{self.name}\t{self.ours:.4g}\t{self.floor:.4g}\t{self.ratio:.3f}\t{self.unit}\t{self.target:g}\t{verdict}"


def compare(bench, runs):
    """One pair to warm up, then the pairs that count: what changes on the machine meanwhile meets both."""
    samples = []
    for number in range(runs + 1):
        floor = bench.floor() if callable(bench.floor) else bench.floor
        ours = bench.ours()
        if number > 0:
            samples.append((ours, floor))
    ours, floor = (statistics.median(side) for side in zip(*samples, strict=True))
    return Row(bench.name, bench.unit, ours, floor, bench.target, samples)
