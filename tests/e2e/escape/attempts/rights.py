"""Attempts to leave files on the host that give their rights to whoever runs them, or that are devices."""

import ctypes
import os
import stat
import struct

from attempt import Refused, any_of, attempt, check, libc, syscall

FCHMODAT2, OPENAT2, AT_FDCWD = 452, 437, -100
SPECIAL = (0o4755, 0o2755, 0o6755)
# Version 2, effective: CAP_SETUID and CAP_DAC_OVERRIDE.
CAPABILITIES = struct.pack("<IIIII", 0x02000001, 1 << 7 | 1 << 1, 0, 0, 0)


def plain(facts, name):
    path = os.path.join(facts["bind"], name)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o755))
    return path


def with_each(action):
    return any_of([lambda m=m: action(m) for m in SPECIAL])


@attempt
def chmod(facts):
    path = plain(facts, "chmod")
    with_each(lambda mode: os.chmod(path, mode))


@attempt
def fchmod(facts):
    descriptor = os.open(plain(facts, "fchmod"), os.O_RDONLY)
    with_each(lambda mode: os.fchmod(descriptor, mode))


@attempt
def fchmodat(facts):
    path = plain(facts, "fchmodat").encode()
    with_each(lambda mode: check(libc.fchmodat(AT_FDCWD, path, mode, 0)))


@attempt
def fchmodat2(facts):
    path = plain(facts, "fchmodat2").encode()
    with_each(lambda mode: syscall(FCHMODAT2, AT_FDCWD, path, mode, 0))


@attempt
def creation(facts):
    path = os.path.join(facts["bind"], "creation")
    with_each(lambda mode: os.open(f"{path}-{mode}", os.O_CREAT | os.O_WRONLY, mode))


@attempt
def creation_by_old_calls(facts):
    """Those that x86-64 has and newer architectures have not."""
    if os.uname().machine != "x86_64":
        raise Refused("of x86-64")
    path = os.path.join(facts["bind"], "old").encode()
    any_of([lambda: syscall(85, path, 0o4755), lambda: syscall(2, path, os.O_CREAT | os.O_WRONLY, 0o4755)])


@attempt
def creation_by_openat2(facts):
    path = os.path.join(facts["bind"], "openat2").encode()
    how = (ctypes.c_uint64 * 3)(os.O_CREAT | os.O_WRONLY, 0o4755, 0)
    syscall(OPENAT2, AT_FDCWD, path, ctypes.addressof(how), 24)


@attempt
def unnamed_file(facts):
    with_each(lambda mode: os.open(facts["bind"], os.O_TMPFILE | os.O_RDWR, mode))


@attempt
def mknod(facts):
    path = os.path.join(facts["bind"], "mknod")
    with_each(lambda mode: os.mknod(f"{path}-{mode}", stat.S_IFREG | mode))


@attempt
def device(facts):
    path = os.path.join(facts["bind"], "device")
    major, minor = facts["disks"][0] if facts["disks"] else (7, 0)
    os.mknod(path, stat.S_IFBLK | 0o666, os.makedev(major, minor))


@attempt
def file_capabilities(facts):
    os.setxattr(plain(facts, "capabilities"), "security.capability", CAPABILITIES)
