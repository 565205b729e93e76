"""What a sandbox is given of the host, and where and for how long its program runs."""

import re

import pytest

pytestmark = pytest.mark.drivers("lxc", "embed")

MEASURE = r"""
import os, resource, subprocess, sys, time
print(os.getcwd(), os.uname().nodename, os.cpu_count())
print(next(open("/proc/meminfo")).split()[1])
if sys.argv[1] == "machine":
    sys.exit()
loop = "import time; end = time.monotonic() + 1\nwhile time.monotonic() < end: pass"
start = time.monotonic()
for process in [subprocess.Popen(["/usr/bin/python3", "-c", loop]) for _ in range(3)]:
    process.wait()
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print((used.ru_utime + used.ru_stime) / (time.monotonic() - start))
"""


def test_everything_that_is_asked_for_is_given(sandbox):
    options = "--memory 400M --cpus 1 --workdir /usr/share --hostname web-1.example.org --timeout 1h".split()
    if not sandbox.is_container:
        options[3] = "2"
    kind = "container" if sandbox.is_container else "machine"
    result = sandbox.run("/usr/bin/python3", "-c", MEASURE, kind, options=options)
    assert (result.status, result.err) == (0, b"")
    directory, name, processors, memory, *share = result.out.decode().split()
    assert (directory, name) == ("/usr/share", "web-1.example.org")
    if sandbox.is_container:
        assert int(memory) == 400 * 1024
        # The time is counted ten times a second.
        assert float(share[0]) < 1.3, "it got the time of one processor"
    else:
        assert 300 * 1024 < int(memory) <= 400 * 1024
        assert int(processors) == 2


def test_working_directory_that_can_not_be_entered(sandbox):
    """Asked for, it is there or nothing runs; a home directory that is missing is no reason for that."""
    result = sandbox.run("/bin/echo", "ran", options=["--workdir", "/usr/no such place"])
    assert (result.status, result.out) == (125, b"")
    assert b"the working directory /usr/no such place" in result.err
    if sandbox.is_container:
        result = sandbox.run("/bin/pwd", options=["--workdir", "/etc/passwd"])
        assert (result.status, result.out) == (125, b"")
        assert b"/etc/passwd" in result.err


def test_time_that_is_over(sandbox):
    """A program may still tidy up; it is no failure of the sandbox when it does not."""
    # How long a machine boots depends on the host, and its time begins before that.
    for seconds in (10, 40, 160) if not sandbox.is_container else (1,):
        tidy = ["/bin/bash", "-c", "trap 'echo told; exit 3' TERM; sleep 1000 & wait"]
        result = sandbox.run(*tidy, options=["--timeout", str(seconds)])
        assert (result.status, result.err) == (124, b"")
        if result.out:
            break
    assert result.out == b"told\n"
    if not sandbox.is_container:
        return
    result = sandbox.shell("trap '' TERM; sleep 1000", options=["--timeout", "0.5"])
    assert (result.status, result.out, result.err) == (124, b"", b"")
    assert sandbox.shell("exit 3", options=["--timeout", "1h"]).status == 3


@pytest.mark.drivers("lxc")
def test_program_of_a_container_that_needs_too_much_memory(sandbox):
    result = sandbox.run("/usr/bin/python3", "-c", "len(b'x' * (200 << 20))", options=["--memory", "64M"])
    assert (result.status, result.out, result.err) == (137, b"", b"")


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize(
    "option, value, told",
    [
        ("--memory", "1M", "1 MiB of memory: a container needs 16 MiB"),
        ("--memory", "1000000G", "this host has"),
        ("--memory", "17179869184G", "512M"),
        ("--memory", "a lot", "'a lot'"),
        ("--cpus", "100000", "100000 processors: this host has"),
        ("--cpus", "0", "--cpus"),
        ("--hostname", "-web", "'-web' is no host name"),
        ("--hostname", "a" * 65, "no host name"),
        ("--timeout", "soon", "soon"),
        ("--timeout", "0", "above 0"),
    ],
)
def test_what_can_not_be_had_is_told(sandbox, option, value, told):
    result = sandbox.run("/bin/true", options=[f"{option}={value}"])
    assert (result.status, result.out) == (125, b"")
    assert re.search(re.escape(told), result.err.decode()), result.err


@pytest.mark.drivers("lxc")
def test_configuration_keeps_it(sandbox, scratch):
    saved = scratch / "saved.cfg"
    options = ["--save", str(saved), "--memory", "100M", "--workdir", "/usr", "--hostname", "kept", "--timeout", "1"]
    assert sandbox.shell("pwd; hostname; sed -n 's/MemTotal: *//p' /proc/meminfo; sleep 1000", options=options).status == 0
    result = sandbox.run(options=["--config", str(saved), "--hostname", "other"])
    assert (result.status, result.out, result.err) == (124, b"/usr\nother\n102400 kB\n", b"")
