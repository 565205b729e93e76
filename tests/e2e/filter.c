/* Makes system calls that a container may refuse, and says what came of each: NUMBER=ERRNO, 0 for success.
 *
 * filter NAME... makes them as a 64-bit program does, and where there is another way as i386 and x32 do. */

#define _GNU_SOURCE
#include <errno.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void say(const char *name, long result)
{
    printf("%s=%s\n", name, result >= 0 ? "done" : strerrorname_np(-result));
}

static long native(long number, long first, long second, long third, long fourth)
{
    long result = syscall(number, first, second, third, fourth, 0, 0);

    return result < 0 ? -errno : result;
}

#ifdef __x86_64__
/* By the gate for 32-bit programs, which takes i386's numbers. */
static long i386_long(int number, int first, int second, int third, int fourth)
{
    long result;

    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(first), "c"(second), "d"(third), "S"(fourth), "D"(0)
                     : "memory");
    return (int)result;
}

static long i386(int number, int first, int second)
{
    return i386_long(number, first, second, 0, 0);
}

/* By the call that takes its arguments from memory, which has to be where 32 bits reach. */
static long i386_socketcall(int call, int first, int second)
{
    int *arguments = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

    arguments[0] = first;
    arguments[1] = second;
    return i386(102, call, (int)(long)arguments);
}
#endif

int main(void)
{
    /* Wrong in ways that the kernel would tell by another error, so that nothing happens without the filter either. */
    const long bad = -1;
    const struct {
        const char *name;
        long number, first, second, third, fourth;
    } calls[] = {
        { "kexec_load", SYS_kexec_load, bad, bad },
        { "init_module", SYS_init_module, bad, bad },
        { "bpf", SYS_bpf, bad, bad },
        { "perf_event_open", SYS_perf_event_open, bad, bad },
        { "open_by_handle_at", SYS_open_by_handle_at, bad, bad },
        { "userfaultfd", SYS_userfaultfd, bad, bad },
        { "swapon", SYS_swapon, bad, bad },
        { "acct", SYS_acct, bad, bad },
        { "quotactl", SYS_quotactl, bad, bad },
        { "clock_settime", SYS_clock_settime, bad, bad },
        { "mount", SYS_mount, bad, bad },
        { "fsopen", SYS_fsopen, bad, bad },
        { "pivot_root", SYS_pivot_root, bad, bad },
        { "reboot", SYS_reboot, bad, bad },
        { "setns", SYS_setns, bad, bad },
        { "keyctl", SYS_keyctl, bad, bad },
        { "io_uring_setup", SYS_io_uring_setup, bad, bad },
        { "clone3", SYS_clone3, bad, bad },
        { "unshare_user", SYS_unshare, CLONE_NEWUSER | CLONE_PARENT_SETTID, 0 },
        { "unshare_files", SYS_unshare, CLONE_FILES, 0 },
        { "clone_user", SYS_clone, CLONE_NEWUSER | CLONE_FS, 0 },
        { "tiocsti", SYS_ioctl, 99, TIOCSTI },
        { "tiocsti_high", SYS_ioctl, 99, TIOCSTI | 1L << 40 },
        { "tiocsetd", SYS_ioctl, 99, TIOCSETD },
        { "fanotify_init", SYS_fanotify_init, bad, 0 },
        { "tiocgwinsz", SYS_ioctl, 99, TIOCGWINSZ },
        { "io_setup", SYS_io_setup, bad, bad },
        { "mmap_huge", SYS_mmap, 0, 0, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB },
        { "memfd_huge", SYS_memfd_create, bad, MFD_HUGETLB },
        { "shmget_huge", SYS_shmget, IPC_PRIVATE, 0, SHM_HUGETLB },
        { "socket_audit", SYS_socket, AF_NETLINK, 99, NETLINK_AUDIT },
        { "socket_unix", SYS_socket, AF_UNIX, SOCK_STREAM },
        { "socket_inet", SYS_socket, AF_INET, SOCK_STREAM },
        { "socket_inet6", SYS_socket, AF_INET6, SOCK_STREAM },
        { "socket_vsock", SYS_socket, AF_VSOCK, 99 },
        { "socket_vsock_high", SYS_socket, AF_VSOCK | 1L << 40, 99 },
        { "socket_qipcrtr", SYS_socket, AF_QIPCRTR, 99 },
        { "socket_alg", SYS_socket, AF_ALG, 99 },
        { "socket_ax25", SYS_socket, AF_AX25, 99 },
        { "socket_rose", SYS_socket, AF_ROSE, 99 },
        { "socket_x25", SYS_socket, AF_X25, 99 },
        { "socket_key", SYS_socket, AF_KEY, 99 },
        { "socket_none", SYS_socket, bad, 99 },
        { "socketpair_tipc", SYS_socketpair, AF_TIPC, SOCK_STREAM, 0, bad },
        { "socket_netlink", SYS_socket, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE },
        { "setrlimit_core", SYS_setrlimit, RLIMIT_CORE, bad },
        { "setrlimit_files", SYS_setrlimit, RLIMIT_NOFILE, bad },
        { "prlimit_core", SYS_prlimit64, 0, RLIMIT_CORE, bad, 0 },
        { "prlimit_core_old", SYS_prlimit64, 0, RLIMIT_CORE, bad, bad },
        { "prlimit_core_read", SYS_prlimit64, 0, RLIMIT_CORE, 0, 0 },
        { "prlimit_first", SYS_prlimit64, 1, RLIMIT_NOFILE, bad, 0 },
    };

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        say(calls[i].name, native(calls[i].number, calls[i].first, calls[i].second, calls[i].third, calls[i].fourth));
#ifdef __x86_64__
    say("x32_getpid", native(0x40000000 | SYS_getpid, 0, 0, 0, 0));
    say("x32_mount", native(0x40000000 | SYS_mount, bad, bad, 0, 0));
    say("i386_getpid", i386(20, 0, 0));
    say("i386_kexec_load", i386(283, -1, -1));
    say("i386_mount", i386(21, -1, -1));
    say("i386_umount", i386(22, -1, -1));
    say("i386_unshare_user", i386(310, CLONE_NEWUSER | CLONE_PARENT_SETTID, 0));
    say("i386_unshare_files", i386(310, CLONE_FILES, 0));
    say("i386_clock_settime64", i386(404, -1, -1));
    say("i386_keyctl", i386(288, -1, -1));
    say("i386_tiocsti", i386(54, 99, TIOCSTI));
    say("i386_io_setup", i386(245, -1, -1));
    say("i386_mmap", i386(90, -1, 0));
    say("i386_mmap2_huge", i386_long(192, 0, 0, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB));
    say("i386_ipc_shmget_huge", i386_long(117, 23, IPC_PRIVATE, 0, SHM_HUGETLB));
    say("i386_setrlimit_core", i386(75, RLIMIT_CORE, -1));
    say("i386_socket", i386(359, AF_UNIX, SOCK_STREAM));
    say("i386_socket_vsock", i386(359, AF_VSOCK, SOCK_STREAM));
    say("i386_socket_qipcrtr", i386(359, AF_QIPCRTR, 99));
    say("i386_socketpair_tipc", i386(360, AF_TIPC, SOCK_STREAM));
    say("i386_tiocsetd", i386(54, 99, TIOCSETD));
    say("i386_fanotify_init", i386(338, -1, 0));
    say("i386_socketcall", i386_socketcall(1, AF_UNIX, SOCK_STREAM));
    say("i386_socketcall_vsock", i386_socketcall(1, AF_VSOCK, SOCK_STREAM));
    say("i386_socketcall_listen", i386_socketcall(4, 99, 0));
#endif
    return 0;
}
