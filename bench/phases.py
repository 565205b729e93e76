"""Reads what `virt-sandbox --trace-phases` tells, and makes medians of it."""

import statistics
import subprocess
import tempfile
from collections import defaultdict

from measure import run


def run_traced(command, **popen):
    """Runs a client that must succeed; gives its usage, and the milliseconds of each phase."""
    with tempfile.TemporaryFile("w+") as report:
        try:
            usage = run(command, stderr=report, **popen)
        except subprocess.CalledProcessError as error:
            report.seek(0)
            error.add_note(report.read())
            raise
        report.seek(0)
        return usage, parse(report.read())


def parse(text):
    """The milliseconds of each phase, in their order."""
    lines = [line.split() for line in text.splitlines()]
    begin = lines.index(["phase", "start", "duration", "(ms)"])
    return {phase: float(duration) for phase, _, duration in lines[begin + 1 :] if phase != "total"}


class Record:
    """The phases of all runs of each bench."""

    def __init__(self):
        self.runs = defaultdict(list)

    def add(self, bench, phases):
        self.runs[bench].append(phases)

    def medians(self, bench, runs):
        """The median of each phase in the last `runs` runs, in milliseconds."""
        counted = self.runs[bench][-runs:]
        names = dict.fromkeys(name for phases in counted for name in phases)
        return {name: statistics.median(phases.get(name, 0) for phases in counted) for name in names}
