"""Attempts to get at the devices of the host."""

import os
import stat

from attempt import any_of, attempt, read, refuse_none, write

DIRECTORIES = ("/tmp", "/dev", "/dev/shm")
# Those that are nobody's: memory, ports, the kernel's log, loop devices, network tunnels, file systems of users, KVM.
CHARACTER = [(1, 1), (1, 2), (1, 4), (1, 11), (10, 237), (10, 200), (10, 229), (10, 232), (4, 0)]


def make(kind, numbers, directories=DIRECTORIES):
    def one(directory):
        path = f"{directory}/escape-{numbers[0]}-{numbers[1]}"
        os.mknod(path, kind | 0o600, os.makedev(*numbers))
        return path

    return any_of([lambda d=d: one(d) for d in directories])


@attempt
def disk_by_a_new_node(facts):
    return any_of([lambda d=d: read(make(stat.S_IFBLK, d), 512)[:4] for d in facts["disks"]])


@attempt
def device_by_a_new_node(facts):
    return any_of([lambda d=d: os.open(make(stat.S_IFCHR, d), os.O_RDWR | os.O_NONBLOCK) for d in CHARACTER])


@attempt
def node_of_the_host(facts):
    """Somewhere in the host's files, open to everybody."""
    return any_of([lambda p=p: read(p, 512)[:4] for p in facts["nodes"]])


@attempt
def devices_that_are_there(facts):
    """Besides those that every program has."""
    usual = "null zero full random urandom tty ptmx console".split()
    found = []
    for parent, _, names in os.walk("/dev"):
        for name in names:
            path = os.path.join(parent, name)
            about = os.lstat(path)
            is_device = stat.S_ISBLK(about.st_mode) or stat.S_ISCHR(about.st_mode)
            # Terminals have major numbers of their own.
            if is_device and name not in usual and os.major(about.st_rdev) not in range(136, 144):
                found.append(path)
    return refuse_none(found)


@attempt
def log_of_the_kernel(facts):
    write("/dev/kmsg", facts["marker"].encode())
