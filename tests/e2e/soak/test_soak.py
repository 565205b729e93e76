"""Sandboxes with random options, programs and faults, one after the other: the outcome is as predicted, and nothing is left.

    make soak [SECONDS=1200] [SEED=TEXT] [CASE=N]

A case depends on the seed and on its number alone.
"""

import itertools
import os
import shutil
import tempfile
import time
import traceback
from pathlib import Path

import pytest

from e2e.soak.cases import DRIVERS, case, cases
from e2e.soak.run import Runner
from rig.plugin import NEEDS_ROOT, ORDINARY, URIS, places_of
from rig.sandbox import Sandbox

# How many cases of a driver a short soak has.
SHORT = {"lxc": 16, "embed": 1}


@pytest.fixture
def soak(request, admin, leak_check):
    return Soak(request, admin, leak_check)


class Soak:
    """Runs cases, and tells of those that fail."""

    def __init__(self, request, admin, leak_check):
        self.request, self.admin, self.leak_check = request, admin, leak_check
        self.seed = request.config.getoption("seed")
        self.runners = {}
        self.count, self.failed = 0, []
        print(f"\nseed {self.seed}", flush=True)

    def account(self, driver):
        return self.request.getfixturevalue(ORDINARY[driver]) if driver in ORDINARY else self.admin

    def can_run(self, driver):
        return self.admin.uid == 0 or driver not in NEEDS_ROOT

    def room(self, account):
        path = Path(tempfile.mkdtemp(dir=account.scratch))
        os.chown(path, account.uid, account.gid)
        path.chmod(0o755)
        return path

    def runner(self, driver):
        if driver not in self.runners:
            account = self.account(driver)
            room = self.room(account)
            self.request.addfinalizer(lambda: shutil.rmtree(room))
            self.runners[driver] = Runner(Sandbox(driver, URIS[driver], account), room)
        return self.runners[driver]

    def run(self, chosen):
        """Runs a case to its end, and whatever else of it is left."""
        runner = self.runner(chosen.driver)
        account = runner.sandbox.account
        scratch = self.room(account)
        begin = time.monotonic()
        try:
            runner.run(chosen, scratch)
            self.leak_check.verify(*places_of(chosen.driver, account))
        except Exception:
            print(f"FAILED seed {self.seed} case {chosen}\n{' '.join(chosen.options)}\n{traceback.format_exc()}", flush=True)
            print(f"again: make soak SEED={self.seed} CASE={chosen.number}", flush=True)
            self.failed.append(chosen.number)
        finally:
            shutil.rmtree(scratch)
        self.count += 1
        print(f"{time.monotonic() - begin:6.1f} s  {chosen}", flush=True)

    def end(self):
        print(f"{self.count} sandboxes, {len(self.failed)} failed; seed {self.seed}", flush=True)
        assert self.count and not self.failed, f"seed {self.seed}, cases {self.failed}"


@pytest.mark.drivers(*SHORT)
def test_short_soak(soak, driver, account):
    of_driver = (chosen for chosen in cases(soak.seed) if chosen.driver == driver)
    for chosen in itertools.islice(of_driver, SHORT[driver]):
        soak.run(chosen)
    soak.end()


def test_soak(soak, request):
    seconds, number = (request.config.getoption(name) for name in ("soak", "case"))
    end = time.monotonic() + seconds
    drivers = [driver for driver in DRIVERS if soak.can_run(driver)]
    for chosen in cases(soak.seed) if number is None else [case(soak.seed, number)]:
        if time.monotonic() > end:
            break
        if chosen.driver in drivers:
            soak.run(chosen)
    soak.end()
