"""System calls that no ordinary program needs are kept from the programs of a container, and ordinary work goes on."""

import platform
import subprocess
from pathlib import Path

import pytest

# What fails in a way of its own, whoever makes the call.
REFUSED = """
    kexec_load init_module bpf perf_event_open open_by_handle_at userfaultfd swapon acct quotactl clock_settime mount fsopen
    pivot_root reboot setns unshare_user clone_user tiocsti tiocsti_high tiocsetd prlimit_core_old prlimit_first
""".split()
UNKNOWN = "keyctl io_uring_setup clone3 io_setup fanotify_init".split()
NO_FAMILY = """
    socket_audit socket_vsock socket_vsock_high socket_qipcrtr socket_alg socket_ax25 socket_rose socket_x25 socket_key socket_none
    socketpair_tipc
""".split()
FAMILIES = "socket_unix socket_inet socket_inet6 socket_netlink".split()
NO_MEMORY = "mmap_huge memfd_huge shmget_huge".split()
# Nothing happens, though the program is told that it did.
NOTHING = "setrlimit_core prlimit_core".split()
OTHER_REFUSED = """
    i386_kexec_load i386_mount i386_umount i386_unshare_user i386_clock_settime64 i386_tiocsti i386_tiocsetd
    i386_socketcall i386_socketcall_vsock
""".split()
OTHER_UNKNOWN = "x32_getpid x32_mount i386_keyctl i386_io_setup i386_fanotify_init i386_mmap".split()
OTHER_NO_FAMILY = "i386_socket_vsock i386_socket_qipcrtr i386_socketpair_tipc".split()
OTHER_NO_MEMORY = "i386_mmap2_huge i386_ipc_shmget_huge".split()

PROGRAM = r"""
#include <pthread.h>
#include <stdio.h>
static void *run(void *text) { return text; }
int main(void)
{
    pthread_t thread;
    void *text;
    if (pthread_create(&thread, NULL, run, "threads") || pthread_join(thread, &text))
        return 1;
    puts(text);
    return 0;
}
"""

# A program of 32 bits without any library.
SMALL = r"""
static void call(int number, int value)
{
    __asm__ volatile("int $0x80" : : "a"(number), "b"(value) : "memory");
}
void _start(void)
{
    call(120, 0x10000000); /* clone(CLONE_NEWUSER): two processes where it works */
    call(1, 32);
}
"""

ORDINARY = r"""
set -e
cd /sandbox-test
gcc -g -pthread -o threads threads.c && ./threads
/usr/bin/python3 -uc '
import multiprocessing, subprocess, threading
threading.Thread(target=print, args=("python",)).start()
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(sum(pool.map(abs, [-1, -2])))
subprocess.run(["echo", "child"], check=True)
'
strace -f -o trace ./threads && grep -q exited trace
gdb -q -batch -ex 'break run' -ex run ./threads 2>/dev/null | grep -o 'Breakpoint 1, run'
"""


def build(source, target, *options):
    subprocess.run(["gcc", "-Wall", *options, "-o", target, source], check=True)


def outcomes(result):
    assert (result.status, result.err) == (0, b"")
    return dict(line.split("=") for line in result.out.decode().splitlines())


@pytest.mark.drivers("lxc")
def test_unusual_system_calls_are_refused(sandbox, scratch):
    program = scratch / "filter"
    build(Path(__file__).with_name("filter.c"), program)
    unfiltered = outcomes(sandbox.run(program, options=["--no-seccomp"]))
    names = unfiltered.keys()
    assert unfiltered["unshare_user"] == unfiltered["clone_user"] == "EINVAL", "they reach the kernel"
    expected = dict.fromkeys(REFUSED, "EPERM") | dict.fromkeys(UNKNOWN, "ENOSYS")
    expected |= dict.fromkeys(NO_MEMORY, "ENOMEM") | dict.fromkeys(NOTHING, "done")
    expected |= {"unshare_files": "done", "tiocgwinsz": "EBADF"} | dict.fromkeys(FAMILIES, "done")
    expected |= dict.fromkeys(NO_FAMILY, "EAFNOSUPPORT")
    expected |= {"setrlimit_files": "EFAULT", "prlimit_core_read": "done"}
    assert {unfiltered[name] for name in (*NO_MEMORY, *NOTHING)} == {"EINVAL", "EFAULT"}
    if platform.machine() == "x86_64":
        expected |= dict.fromkeys(OTHER_REFUSED, "EPERM") | dict.fromkeys(OTHER_UNKNOWN, "ENOSYS")
        expected |= dict.fromkeys(OTHER_NO_FAMILY, "EAFNOSUPPORT")
        expected |= dict.fromkeys(OTHER_NO_MEMORY, "ENOMEM") | {"i386_setrlimit_core": "done"}
        expected |= {"i386_getpid": "done", "i386_unshare_files": "done", "i386_socket": "done", "i386_socketcall_listen": "EBADF"}
        assert (unfiltered["i386_mount"], unfiltered["i386_socketcall"]) == ("EFAULT", "done"), "they reach the kernel"
    assert names == expected.keys()
    assert outcomes(sandbox.run(program)) == expected
    assert outcomes(sandbox.run(program, options=["--privileged"])) == expected


@pytest.mark.drivers("lxc")
def test_ordinary_programs_run_under_the_filter(sandbox, scratch):
    scratch.chmod(0o777)
    (scratch / "threads.c").write_text(PROGRAM)
    result = sandbox.shell(ORDINARY, options=["--mount", f"host-bind:/sandbox-test={scratch}"])
    assert (result.status, result.err) == (0, b"")
    assert result.out.decode().split("\n") == ["threads", "python", "3", "child", "threads", "Breakpoint 1, run", ""]


@pytest.mark.drivers("lxc")
@pytest.mark.skipif(platform.machine() != "x86_64", reason="of i386")
def test_a_32_bit_program_runs_under_the_filter(sandbox, scratch):
    (scratch / "small.c").write_text(SMALL)
    build(scratch / "small.c", scratch / "small", "-m32", "-nostdlib", "-static", "-fno-pic", "-no-pie")
    assert sandbox.run(scratch / "small").status == 32

