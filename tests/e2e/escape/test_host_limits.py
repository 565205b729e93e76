"""What a container shares with all of the host, and no control group counts, it can't use up."""

import os
import subprocess
from pathlib import Path

import pytest

from e2e.escape.test_escape import fill
from rig.sandbox import Sandbox

TERMINALS = r"""
import os, resource
held = []
try:
    while len(held) < 1000:
        held.append(os.open("/dev/ptmx", os.O_RDWR))
except OSError:
    pass
print(len(held))
"""

# What the kernel tells of the limits, and after the program tried to change them.
LIMITS = r"""
import ctypes, resource
names = ["SIGPENDING", "MSGQUEUE", "CORE", "NOFILE"]
def limits():
    words = {line[:26].strip(): line[26:].split()[:2] for line in open("/proc/self/limits")}
    told = [words[name] for name in ("Max pending signals", "Max msgqueue size", "Max core file size", "Max open files")]
    return [[int(number) for number in pair] for pair in told]
before = limits()
for pair in [(0, 0), (0, 1), (resource.RLIM_INFINITY,) * 2]:
    try:
        resource.setrlimit(resource.RLIMIT_CORE, pair)
    except (OSError, ValueError):
        pass
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall(ctypes.c_long(160), 4, (ctypes.c_uint64 * 2)(*pair))
assert limits() == before, limits()
for pair in before:
    print(*pair)
"""

# As many inotify instances as a user gets.
INSTANCES = r"""
import ctypes
libc = ctypes.CDLL(None)
count = 0
while count < 10000 and libc.inotify_init() >= 0:
    count += 1
print(count)
"""

# Keeps them until it hears something.
KEPT_INSTANCES = f"{INSTANCES}print('kept', flush=True)\ninput()\n"

THREADS = r"""
import threading, time
stop = threading.Event()
threading.stack_size(65536)
count = 0
try:
    while count < 20000:
        threading.Thread(target=stop.wait, daemon=True).start()
        count += 1
except (RuntimeError, MemoryError):
    pass
print(count, flush=True)
import os
os._exit(0)
"""

FIRST_PROCESS = r"""
for file in oom_score_adj coredump_filter autogroup timerslack_ns clear_refs; do
    (echo 0 >/proc/1/$file) 2>/dev/null && echo wrote $file
done
(echo 0 >/proc/1/task/1/oom_score_adj) 2>/dev/null && echo wrote task
prlimit --pid 1 --fsize=0:0 2>/dev/null && echo limited
echo tried
"""

PYTHON = "/usr/bin/python3"
who = pytest.mark.parametrize("options", [[], ["--privileged"], ["--userns", "--privileged"]], ids=["plain", "privileged", "userns"])


def limit_of_the_host(name):
    """The hard limit that libvirt's daemon hands on."""
    daemon = next(path for path in Path("/proc").glob("[0-9]*") if (path / "comm").read_text() == "libvirtd\n")
    [line] = [line for line in (daemon / "limits").read_text().splitlines() if line.startswith(name)]
    return int(line[len(name) :].split()[1])


@pytest.mark.drivers("lxc")
@who
def test_limits_are_lower_than_the_host_s(sandbox, options):
    """Of what is counted by user the host keeps one half, and no crash reaches a program of the host."""
    result = sandbox.run(PYTHON, "-c", LIMITS, options=options)
    assert (result.status, result.err) == (0, b""), result
    signals, queues, core, files = [list(map(int, line.split())) for line in result.out.splitlines()]
    assert signals[1] == limit_of_the_host("Max pending signals") // 2
    assert queues[1] == limit_of_the_host("Max msgqueue size") // 2
    assert core == [1, 1]
    assert files[1] == min(limit_of_the_host("Max open files"), 1 << 20)


@pytest.mark.drivers("lxc")
@who
def test_terminals_are_left_for_others(sandbox, options):
    result = sandbox.run(PYTHON, "-c", TERMINALS, options=options)
    assert (result.status, result.out, result.err) == (0, b"256\n", b"")


@pytest.mark.drivers("lxc")
def test_a_user_namespace_leaves_inotify_for_the_host(sandbox):
    given = int(Path("/proc/sys/fs/inotify/max_user_instances").read_text())
    result = sandbox.run(PYTHON, "-c", INSTANCES, options=["--userns"])
    assert (result.status, result.err) == (0, b"")
    assert int(result.out) <= (given + 1) // 2 < given


@pytest.mark.drivers("embed")
def test_a_log_is_kept_short_without_inotify(sandbox, user):
    """A container's program can use up what its user has of it."""
    command = [PYTHON, "-c", KEPT_INSTANCES]
    with subprocess.Popen(command, stdin=-1, stdout=-1, **user.popen_arguments()) as other:
        while other.stdout.readline() != b"kept\n":
            pass
        machine = Sandbox(sandbox.driver, sandbox.uri, user)
        with machine.start("/bin/sh", "-c", "echo up; exec cat", options=["--name", "short"], stdin=subprocess.PIPE) as client:
            assert client.stdout.readline() == b"up\n"
            fill(user.runtime / "libvirt-sandbox/short/console.log")
            assert client.communicate(b"") == (b"", b"") and client.returncode == 0
        other.communicate(b"\n")


@pytest.mark.drivers("lxc")
@pytest.mark.skipif(tuple(map(int, os.uname().release.split(".")[:2])) < (6, 14), reason="their number is the host's")
def test_tasks_have_a_number(sandbox):
    before = Path("/proc/sys/kernel/pid_max").read_text()
    result = sandbox.run(PYTHON, "-c", THREADS, options=["--memory", "2G"])
    assert (result.status, result.err) == (0, b"")
    assert 8000 < int(result.out) < 16384
    assert Path("/proc/sys/kernel/pid_max").read_text() == before


@pytest.mark.parametrize("options", [[], ["--privileged"]], ids=["plain", "privileged"])
def test_the_first_process_is_as_it_was(sandbox, options):
    """Who ends it would end it before what was written is on the disks. Root of a machine has its whole kernel with -p."""
    if options and not sandbox.is_container:
        pytest.skip("root of a machine may do anything in it")
    result = sandbox.shell(FIRST_PROCESS, options=options)
    expected = b"tried\n" if sandbox.is_container else b"limited\ntried\n"
    assert (result.status, result.out, result.err) == (0, expected, b"")
