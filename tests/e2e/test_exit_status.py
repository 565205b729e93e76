"""The client's exit status is the program's; 125 to 128+n tell what else happened."""

from concurrent.futures import ThreadPoolExecutor

import pytest

ALL_CODES = range(256)
EDGE_CODES = (1, 125, 128, 255)
ALL_SIGNALS = (1, 2, 3, 4, 6, 8, 9, 11, 13, 14, 15, 24, 31, 64)
EDGE_SIGNALS = (6, 9, 64)


def statuses(sandbox, scripts):
    """Runs scripts, a few at a time, and gives what each ended with."""
    with ThreadPoolExecutor(4 if sandbox.is_container else 2) as pool:
        return list(pool.map(sandbox.shell, scripts))


def test_program_status_is_exact(sandbox):
    codes = ALL_CODES if sandbox.is_container else EDGE_CODES
    results = statuses(sandbox, [f"exit {code}" for code in codes])
    assert [result.status for result in results] == list(codes)
    assert {(result.out, result.err) for result in results} == {(b"", b"")}


def test_death_by_signal_is_128_plus_its_number(sandbox):
    numbers = ALL_SIGNALS if sandbox.is_container else EDGE_SIGNALS
    results = statuses(sandbox, [f"kill -{number} $$" for number in numbers])
    assert [result.status for result in results] == [128 + number for number in numbers]
    assert {(result.out, result.err) for result in results} == {(b"", b"")}


@pytest.mark.drivers("session", "system")
def test_status_on_a_daemon(sandbox):
    assert sandbox.shell("exit 42").status == 42


@pytest.mark.parametrize("program", ["/no/such/program", "no-such-program"])
def test_missing_program_is_127(sandbox, program):
    result = sandbox.run(program)
    assert (result.status, result.out) == (127, b"")
    assert program.encode() in result.err


def test_program_that_cannot_run_is_126(sandbox, scratch):
    garbage = scratch / "garbage"
    garbage.write_bytes(b"\x7fELF but not really")
    garbage.chmod(0o755)
    for program in ("/etc/passwd", "/usr/lib", garbage):
        result = sandbox.run(program)
        assert (result.status, result.out) == (126, b""), program
        assert str(program).encode() in result.err


def test_sandbox_that_cannot_start_is_125(sandbox, scratch):
    missing = scratch / "missing"
    result = sandbox.run("/bin/true", options=["--root", str(missing)])
    assert (result.status, result.out) == (125, b"")
    assert str(missing).encode() in result.err
