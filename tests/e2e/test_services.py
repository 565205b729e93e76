"""Services: defined once, started and stopped at will, and gone without a trace."""

import os
import subprocess
from pathlib import Path

import pytest

from rig import host, namespace


def run(kind, account, uri, data):
    base = Path("/etc") if os.geteuid() == 0 else account.config
    base /= "libvirt-sandbox/services"
    run_program(account, "service.py", kind, uri, base, data)


def run_program(account, name, *arguments):
    result = subprocess.run(
        ["/usr/bin/python3", host.REPOSITORY / "tests" / "e2e" / name, *map(str, arguments)],
        env=account.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        **account.popen_arguments(),
    )
    assert result.returncode == 0, result.stderr
    assert (result.stdout, result.stderr) == ("done\n", "")


@pytest.mark.drivers("lxc", "system")
def test_a_service_lives_as_long_as_its_program(sandbox, account, scratch):
    # Its disk is in there, which others must not be able to exchange.
    scratch.chmod(0o711)
    run("generic", account, sandbox.uri, scratch)


@pytest.mark.drivers("lxc")
@pytest.mark.skipif(not namespace.is_inside(), reason="adds a unit to /etc")
def test_systemd_boots_and_shuts_down(sandbox, account, scratch):
    run("systemd", account, sandbox.uri, scratch)


@pytest.mark.drivers("member")
def test_a_log_that_only_the_daemon_can_read_is_shown_from_now_on(sandbox, account, scratch):
    """libvirt's daemon makes the file, and has it to itself where its user is not the caller."""
    scratch.chmod(0o777)
    run_program(account, "service_logs.py", "unreadable", sandbox.uri, scratch, 1000)


@pytest.mark.drivers("lxc", "session", "system")
def test_a_log_is_kept_whoever_reads_it(sandbox, driver, account, scratch):
    scratch.chmod(0o777)
    # More than is kept; and more than any terminal or pipe holds, by a serial port that is emulated.
    lines = 200_000 if driver == "lxc" else 10_000
    run_program(account, "service_logs.py", "generic", sandbox.uri, scratch, lines)


@pytest.mark.drivers("lxc")
@pytest.mark.skipif(not namespace.is_inside(), reason="adds a unit to /etc")
def test_the_log_of_systemd_holds_nobody_up(sandbox, account, scratch):
    scratch.chmod(0o777)
    run_program(account, "service_logs.py", "systemd", sandbox.uri, scratch, 20_000)


@pytest.mark.drivers("lxc", "session")
@pytest.mark.parametrize("where", ["here", "thread"])
def test_a_service_that_does_not_end_is_destroyed(sandbox, account, where):
    run_program(account, "service_stop.py", sandbox.uri, where)
