"""Attempts to change what the host has, or to read what it keeps from the sandbox."""

import ctypes
import os

from attempt import Refused, any_of, attempt, libc, mount, read, refuse_none, syscall, writable, write

MS_RDONLY, MS_REMOUNT, MS_BIND, MS_MOVE, MS_REC = 1, 32, 4096, 8192, 16384
OPEN_TREE, MOVE_MOUNT, FSOPEN, MOUNT_SETATTR = 428, 429, 430, 442
PIVOT_ROOT = 155
AT_FDCWD, OPEN_TREE_CLONE, AT_RECURSIVE, MOVE_MOUNT_F_EMPTY_PATH = -100, 1, 0x8000, 4


def leave_traces(facts):
    """Changes files where everybody would notice it."""
    name = facts["marker"]
    return any_of([lambda d=d: write_new(f"{d}/{name}") for d in ("/etc", "/usr", "/var/lib", "")])


def write_new(path):
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))
    return path


@attempt
def remount_writable(facts):
    any_of([lambda p=p: mount(None, p, None, MS_REMOUNT | MS_BIND) for p in (b"/", b"/etc", b"/usr", b"/srv")])
    return leave_traces(facts)


@attempt
def remount_file_system(facts):
    any_of([lambda p=p: mount(None, p, None, MS_REMOUNT) for p in (b"/", b"/etc", b"/usr", b"/srv")])
    return leave_traces(facts)


@attempt
def mount_setattr(facts):
    clear_read_only = (ctypes.c_uint64 * 4)(0, 1, 0, 0)
    syscall(MOUNT_SETATTR, AT_FDCWD, b"/", AT_RECURSIVE, ctypes.addressof(clear_read_only), 32)
    return leave_traces(facts)


@attempt
def bind_over(facts):
    mount(facts["readable"].encode(), b"/etc/passwd", None, MS_BIND)


@attempt
def overmount(facts):
    mount(b"tmpfs", b"/etc", b"tmpfs", 0)


@attempt
def move_mount(facts):
    tree = syscall(OPEN_TREE, AT_FDCWD, b"/", OPEN_TREE_CLONE | AT_RECURSIVE)
    syscall(MOVE_MOUNT, tree, b"", AT_FDCWD, b"/mnt", MOVE_MOUNT_F_EMPTY_PATH)


@attempt
def new_file_system(facts):
    syscall(FSOPEN, b"sysfs", 0)


@attempt
def pivot(facts):
    os.chdir("/dev/shm")
    syscall(PIVOT_ROOT, b".", b".")


@attempt
def climb_out_of_a_chroot(facts):
    """The oldest way: a working directory outside of one's root."""
    os.makedirs("/dev/shm/cage", exist_ok=True)
    os.chroot("/dev/shm/cage")
    for _ in range(64):
        os.chdir("..")
    os.chroot(".")
    return read(facts["hidden"]).decode()


@attempt
def read_what_is_hidden(facts):
    path = facts["hidden"]
    ways = ["", "/proc/1/root", "/proc/1/cwd", "/proc/self/root", "/.oldroot", "/proc/1/task/1/root", "/proc/1/root/.oldroot"]
    return any_of([lambda w=w: read(w + path).decode() for w in ways])


@attempt
def open_by_handle(facts):
    """The root of a file system has a handle that can be guessed."""

    class Handle(ctypes.Structure):
        _fields_ = [("size", ctypes.c_uint), ("kind", ctypes.c_int), ("data", ctypes.c_ubyte * 8)]

    handle = Handle(8, 1)
    handle.data[0] = 2
    directory = os.open("/", os.O_RDONLY)
    result = libc.open_by_handle_at(directory, ctypes.byref(handle), os.O_RDONLY)
    if result < 0:
        raise OSError(ctypes.get_errno(), "open_by_handle_at")


@attempt
def files_of_others(facts):
    return any_of([lambda p=p: read(p).decode() for p in facts["private"]])


@attempt
def state_directories(facts):
    return any_of([lambda p=p: ",".join(os.listdir(p)) for p in facts["state"]])


@attempt
def write_proc_sys(facts):
    """What belongs to the network of the sandbox is its own."""
    return refuse_none(writable("/proc/sys", skipped=("/proc/sys/net",)))


@attempt
def write_proc(facts):
    """Besides what has no way to be written to, which root may open all the same, and waits for the host to be busy."""
    own = ["/proc/sys", "/proc/net", "/proc/pressure"]
    processes = [f"/proc/{name}" for name in os.listdir("/proc") if name.isdigit()]
    found = writable("/proc", skipped=[*own, *processes])
    return refuse_none([path for path in found if os.stat(path).st_mode & 0o222])


@attempt
def sysrq(facts):
    """`h` shows help; others crash the host."""
    write("/proc/sysrq-trigger", b"h")


@attempt
def core_pattern(facts):
    write("/proc/sys/kernel/core_pattern", f"|{facts['readable']}".encode())


@attempt
def uevent_helper(facts):
    write("/sys/kernel/uevent_helper", facts["readable"].encode())


@attempt
def write_sys(facts):
    return refuse_none(writable("/sys"))


@attempt
def release_agent(facts):
    os.makedirs("/dev/shm/cgroup", exist_ok=True)
    mount(b"cgroup", b"/dev/shm/cgroup", b"cgroup", 0, b"memory")
    write("/dev/shm/cgroup/release_agent", facts["readable"].encode())


def content(path):
    """What is in a file; an empty one stands for what is hidden."""
    found = read(path)
    if not found:
        raise Refused(f"{path} is empty")
    return len(found)


@attempt
def kernel_memory(facts):
    return any_of([lambda p=p: content(p) for p in ("/proc/kcore", "/proc/kmem", "/proc/kmsg", "/dev/mem", "/dev/kmsg", "/dev/port")])
