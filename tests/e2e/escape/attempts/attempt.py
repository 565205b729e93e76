"""What an attempt is: a function that returns when it got out, or raises the error that kept it in."""

import ctypes
import errno
import os

ATTEMPTS = {}

CLONE_NEWNS = 0x00020000

libc = ctypes.CDLL(None, use_errno=True)


class Refused(Exception):
    """Nothing failed, and nothing was reached either."""


def attempt(function):
    """An attempt by its topic, which is the name of its file, and its own name."""
    topic = function.__module__.rpartition(".")[2]
    ATTEMPTS.setdefault(topic, {})[function.__name__] = function
    return function


def outcome(function, facts):
    """`done`, with what was reached, or why not. Each in a process and, where that can be had, with mounts of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        libc.unshare(CLONE_NEWNS)
        os.write(writer, outcome_here(function, facts).encode())
        os._exit(0)
    os.close(writer)
    with open(reader) as text:
        told = text.read()
    status = os.waitpid(child, 0)[1]
    return told or f"broken by {status}"


def outcome_here(function, facts):
    try:
        reached = function(facts)
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))
    except Refused as reason:
        return f"refused {reason}".strip()
    except Exception as error:  # noqa: BLE001, an attempt that could not be made is told, too
        return f"broken {error!r}"
    return "done" if reached is None else f"done {reached!r}"


def check(result):
    """The result of a function of the C library, or its error."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def syscall(number, *arguments):
    """A system call by its number; texts are passed as C strings."""
    words = [ctypes.c_char_p(word) if isinstance(word, bytes) else ctypes.c_long(word) for word in arguments]
    return check(libc.syscall(ctypes.c_long(number), *words))


def mount(source, target, fstype, flags, data=b""):
    return check(libc.mount(source, target, fstype, ctypes.c_ulong(flags), data))


def any_of(tries):
    """The first that succeeds; the last error when none does."""
    failure = Refused("nothing to try")
    for attempt_one in tries:
        try:
            return attempt_one()
        except (OSError, Refused) as error:
            failure = error
    raise failure


def write(path, content):
    descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        os.write(descriptor, content)
    finally:
        os.close(descriptor)


def read(path, size=4096):
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        return os.read(descriptor, size)
    finally:
        os.close(descriptor)


def writable(directory, skipped=()):
    """The files below a directory that can be opened for writing. Nothing is written."""
    found = []
    for parent, names, files in os.walk(directory):
        names[:] = [name for name in names if os.path.join(parent, name) not in skipped]
        for name in files:
            path = os.path.join(parent, name)
            if path in skipped or os.path.islink(path):
                continue
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY))
            except OSError:
                continue
            found.append(path)
    return found


def refuse_none(found):
    if not found:
        raise Refused
    return ",".join(map(str, found))
