"""Proves how `tests/run` counts."""

import os
import re
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest


@pytest.fixture
def run(monkeypatch):
    loader = SourceFileLoader("tests_run", str(Path(__file__).parents[1] / "run"))
    module = module_from_spec(spec_from_loader("tests_run", loader))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setitem(sys.modules, "tests_run", module)
    loader.exec_module(module)
    return module


def test_cargo_counts_add_up(run):
    lines = [
        "running 3 tests\n",
        "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n",
        "noise: 9 passed; 9 failed\n",
        "test result: FAILED. 4 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n",
    ]
    assert str(run.count_cargo(lines)) == "6 passed, 1 failed, 1 skipped"


def test_a_fuzz_target_is_one_test(run):
    counts = run.count_fuzz(["fuzz plan ... ok (12 runs)\n", "INFO: fuzz x ... ok\n", "fuzz wire ... FAILED (? runs)\n"])
    assert (str(counts), counts.failures) == ("1 passed, 1 failed, 0 skipped", ["fuzz wire"])


def test_failures_are_named(run, tmp_path):
    assert run.count_cargo(["test a::b ... ok\n", "test a::c ... FAILED\n"]).failures == ["a::c"]
    report = tmp_path / "report.xml"
    report.write_text("<testsuite><testcase name='a'/><testcase name='b'><failure message='1 == 2'/></testcase></testsuite>")
    assert run.count_junit(report).failures == ["b: 1 == 2"]


def collected(run, *options):
    command = ["/usr/bin/python3", "-m", "pytest", "--collect-only", "--quiet", *options, run.REPOSITORY / "tests" / "e2e"]
    environment = os.environ | {"VIRT_SANDBOX_TEST_DAEMON": "system"}
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    return [line for line in shown.splitlines() if "::" in line]


def test_every_test_is_in_one_part(run):
    parts = [test for options in run.PARTS.values() for test in collected(run, *options)]
    assert len(parts) > 300
    assert sorted(parts) == sorted(collected(run))


def test_every_host_is_known(run):
    """And one that can't be made is a test that is skipped."""
    command = [run.REPOSITORY / "tests" / "host" / "check-host", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    known = re.search("{(.*?)}", shown)[1].split(",")
    assert set(run.HOSTS) <= set(known)


def test_a_host_that_can_not_be_made_is_skipped(run, monkeypatch, tmp_path, capsys):
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    # debootstrap, which fails as it does without a mirror.
    (tmp_path / "bin" / "debootstrap").write_text("#!/bin/sh\necho no mirror >&2\nexit 1\n")
    (tmp_path / "bin" / "debootstrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    counts = run.run_host(run.REPOSITORY / "build", [])
    assert str(counts) == f"0 passed, 0 failed, {len(run.HOSTS)} skipped"
    assert "skipped: " in capsys.readouterr().out


def test_an_other_debian_that_can_not_be_made_is_skipped(run, monkeypatch, tmp_path, capfd):
    """And one that can is an own line of the result."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # debootstrap, which fails as it does without a mirror.
    (tmp_path / "debootstrap").write_text("#!/bin/sh\necho no mirror\nexit 1\n")
    (tmp_path / "debootstrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert [process.wait() for process in run.make(run.CHECK_SUITE, run.OTHER_DEBIANS)] == [run.CAN_NOT_BE_MADE] * len(run.OTHER_DEBIANS)
    for name in run.OTHER_DEBIANS:
        counts = run.run_in_other_debian(name)
        assert str(counts) == "0 passed, 0 failed, 1 skipped"
        assert f"[{name}] check-suite: " in capfd.readouterr().out


def test_report_counts_each_case_once(run, tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuites><testsuite>"
        "<testcase name='a'/><testcase name='b'><skipped/></testcase>"
        "<testcase name='c'><failure/><error/></testcase><testcase name='d'><error/></testcase>"
        "</testsuite></testsuites>"
    )
    assert str(run.count_junit(report)) == "1 passed, 2 failed, 1 skipped"


@pytest.mark.parametrize(
    "status, counts, expected",
    [
        (0, (3, 0, 1), "3 passed, 0 failed, 1 skipped"),
        (1, (3, 2, 0), "3 passed, 2 failed, 0 skipped"),
        (101, (3, 0, 0), "3 passed, 1 failed, 0 skipped"),
        (0, (0, 0, 0), "0 passed, 1 failed, 0 skipped"),
    ],
)
def test_suite_that_crashes_is_a_failure(run, status, counts, expected):
    assert str(run.checked(status, run.Counts(*counts))) == expected


def test_suite_without_a_report_is_a_failure(run, tmp_path):
    assert str(run.checked(1, run.count_junit(tmp_path / "missing.xml"))) == "0 passed, 1 failed, 0 skipped"
