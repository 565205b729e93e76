"""Attempts to see, to change or to outlive what runs on the host."""

import os
import signal
from pathlib import Path

from attempt import Refused, any_of, attempt, check, libc, read, refuse_none, write

PTRACE_ATTACH, PTRACE_SEIZE = 16, 0x4206


@attempt
def see(facts):
    texts = [(path, any_text(path)) for path in Path("/proc").glob("[0-9]*")]
    return refuse_none([path.name for path, text in texts if facts["witness_name"].encode() in text])


def any_text(path):
    try:
        return (path / "cmdline").read_bytes() + (path / "environ").read_bytes()
    except OSError:
        return b""


@attempt
def signal_by_number(facts):
    os.kill(facts["witness"], signal.SIGUSR1)


@attempt
def signal_all(facts):
    """Reaches the sandbox's own at the most: the witness tells."""
    try:
        os.kill(-1, signal.SIGUSR1)
    except ProcessLookupError:
        pass
    raise Refused


@attempt
def trace(facts):
    check(libc.ptrace(PTRACE_SEIZE, facts["witness"], 0, 0))


@attempt
def trace_the_first_process(facts):
    try:
        check(libc.ptrace(PTRACE_SEIZE, 1, 0, 0))
    except OSError:
        check(libc.ptrace(PTRACE_ATTACH, 1, 0, 0))


@attempt
def read_the_first_process(facts):
    return any_of([lambda n=n: len(read(f"/proc/1/{n}")) for n in ("environ", "mem", "auxv", "maps", "stack", "syscall")])


@attempt
def write_the_first_process(facts):
    return write("/proc/1/mem", b"x")


@attempt
def descriptors_of_the_first_process(facts):
    return refuse_none([os.readlink(f"/proc/1/fd/{name}") for name in os.listdir("/proc/1/fd")])


@attempt
def namespaces_of_the_first_process(facts):
    return any_of([lambda n=n: enter(n) for n in ("user", "mnt", "pid", "net", "ipc", "uts")])


def enter(name):
    descriptor = os.open(f"/proc/1/ns/{name}", os.O_RDONLY)
    check(libc.setns(descriptor, 0))
    return name


@attempt
def new_user_namespace(facts):
    check(libc.unshare(0x10000000))


@attempt
def first_to_be_spared_when_memory_is_short(facts):
    write("/proc/self/oom_score_adj", b"-1000")


@attempt
def real_time(facts):
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99))


@attempt
def higher_priority(facts):
    os.setpriority(os.PRIO_PROCESS, 0, -20)


@attempt
def identity(facts):
    """Any other user of the host."""
    return any_of([lambda: os.setresuid(1, 1, 1), lambda: os.setresuid(0, 0, 0) if os.getuid() else no_way()])


def no_way():
    raise Refused


@attempt
def survive(facts):
    """Without a parent, a terminal or an open file, deaf to all signals; a test finds it by its marker."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
                signal.signal(number, signal.SIG_IGN)
            os.closerange(0, 1024)
            libc.prctl(1, 0)
            os.execv("/usr/bin/python3", ["python3", "-c", "import signal\nwhile True: signal.pause()", facts["marker"]])
        os._exit(0)
    os.wait()
    raise Refused("when the sandbox ends")


