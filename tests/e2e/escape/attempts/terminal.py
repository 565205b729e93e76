"""Attempts to type into the terminal of who started the sandbox."""

import errno
import fcntl
import glob
import os
import termios

from attempt import any_of, attempt

KEYS = b"echo typed by the sandbox\n"


def type_into(path):
    descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        for number in KEYS:
            fcntl.ioctl(descriptor, termios.TIOCSTI, bytes([number]))
    finally:
        os.close(descriptor)
    return path


@attempt
def own_terminal(facts):
    type_into("/dev/tty")


@attempt
def other_terminals(facts):
    paths = ["/dev/console", *glob.glob("/dev/tty[0-9]*"), *glob.glob("/dev/hvc*"), *glob.glob("/dev/pts/[0-9]*")]
    own = os.ttyname(0)
    return any_of([lambda p=p: type_into(p) for p in paths if p not in (own, facts["terminal"])])


@attempt
def terminal_of_the_caller(facts):
    if facts["terminal"] == os.ttyname(0):
        raise OSError(errno.ENXIO, "here another terminal has its name")
    return type_into(facts["terminal"])
