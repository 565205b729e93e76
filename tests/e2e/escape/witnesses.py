"""What the host has while a sandbox tries to get out: things to reach, and ways to see that they were not."""

import contextlib
import ctypes
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import time
import uuid
from pathlib import Path

from rig import leaks

ATTEMPTS = Path(__file__).with_name("attempts")
# Settings of the kernel that a container without its own kernel could change.
SETTINGS = [
    "/proc/sys/kernel/core_pattern",
    "/proc/sys/kernel/modprobe",
    "/proc/sys/kernel/sysrq",
    "/proc/sys/vm/overcommit_memory",
    "/sys/kernel/uevent_helper",
]
IPC_CREAT = 0o1000

libc = ctypes.CDLL(None, use_errno=True)


class Listener:
    """Knows whether somebody has connected, for which nobody needs to accept."""

    def __init__(self, family, address):
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.bind(address)
        self.socket.listen()
        self.socket.setblocking(False)

    def was_reached(self):
        try:
            client, _ = self.socket.accept()
        except BlockingIOError:
            return False
        client.close()
        return True


class Witnesses:
    """Everything that a sandbox must not reach. `directory` is one of the host that everybody can read."""

    def __init__(self, directory):
        self.directory = directory
        self.marker = f"escape-{uuid.uuid4().hex}"
        self.closing = contextlib.ExitStack()
        self.attempts = directory / "attempts"
        shutil.copytree(ATTEMPTS, self.attempts, ignore=shutil.ignore_patterns("__pycache__"))
        self.listen()
        self.make_files()
        self.make_shared_memory()
        name = f"witness-{self.marker}"
        self.process = subprocess.Popen(
            [sys.executable, "-c", "import signal\nwhile True: signal.pause()", name], env={"NAME": name}
        )
        self.settings = self.read_settings()

    def listen(self):
        path = str(self.directory / "socket")
        self.listeners = {
            "abstract": Listener(socket.AF_UNIX, "\0" + self.marker),
            "file": Listener(socket.AF_UNIX, path),
            "port": Listener(socket.AF_INET, ("0.0.0.0", 0)),
        }
        with contextlib.suppress(OSError):
            self.listeners["vsock"] = Listener(socket.AF_VSOCK, (socket.VMADDR_CID_ANY, 61234))
        os.chmod(path, 0o777)
        for listener in self.listeners.values():
            self.closing.callback(listener.socket.close)

    def make_files(self):
        self.readable = self.directory / "readable"
        self.readable.write_text("precious\n")
        self.readable.chmod(0o777)
        self.private = self.directory / "private"
        self.private.touch(0o600)
        self.private.write_text("secret\n")
        self.hidden = Path("/run") / self.marker
        self.hidden.write_text("hidden\n")
        self.closing.callback(self.hidden.unlink)
        self.pipe = self.directory / "pipe"
        os.mkfifo(self.pipe)
        self.pipe.chmod(0o777)
        self.reader = os.open(self.pipe, os.O_RDWR | os.O_NONBLOCK)
        self.closing.callback(os.close, self.reader)
        self.disks = disks()
        self.nodes = []
        for number, (major, minor) in enumerate(self.disks):
            self.make_node(f"disk-{number}", stat.S_IFBLK, major, minor)
        self.make_node("kernel-log", stat.S_IFCHR, 1, 11)

    def make_node(self, name, kind, major, minor):
        path = self.directory / name
        os.mknod(path, kind | 0o666, os.makedev(major, minor))
        path.chmod(0o666)
        self.nodes.append(path)

    def make_shared_memory(self):
        self.shared = Path("/dev/shm") / self.marker
        self.shared.write_text("shared\n")
        self.shared.chmod(0o666)
        self.closing.callback(self.shared.unlink)
        self.key = uuid.uuid4().int & 0x7FFFFFFF
        identifier = libc.shmget(self.key, ctypes.c_size_t(4096), IPC_CREAT | 0o666)
        assert identifier >= 0, os.strerror(ctypes.get_errno())
        self.closing.callback(libc.shmctl, identifier, 0, None)
        queue = f"/{self.marker}".encode()
        descriptor = libc.mq_open(queue, os.O_CREAT | os.O_RDWR, 0o666, None)
        assert descriptor >= 0, os.strerror(ctypes.get_errno())
        self.closing.callback(libc.mq_unlink, queue)
        self.closing.callback(os.close, descriptor)

    def tell(self, state=(), **more):
        """Writes down what the attempts are to look for, so that they need not be clever, and gives the file."""
        path = self.directory / "facts"
        path.write_text(json.dumps(self.facts(state) | more))
        return path

    def facts(self, state):
        return {
            "marker": self.marker,
            "readable": str(self.readable),
            "private": [str(self.private), "/etc/shadow"],
            "hidden": str(self.hidden),
            "state": [str(path) for path in state],
            "disks": self.disks,
            "nodes": [str(path) for path in self.nodes],
            "witness": self.process.pid,
            "witness_name": f"witness-{self.marker}",
            "abstract": self.marker,
            "sockets": [str(self.directory / "socket")],
            "pipes": [str(self.pipe)],
            "addresses": ["127.0.0.1", "10.0.2.2", "192.168.122.1"],
            "port": self.listeners["port"].socket.getsockname()[1],
            "vsock": 61234 if "vsock" in self.listeners else 0,
            "key": self.key,
        }

    def read_settings(self):
        return {path: Path(path).read_text() for path in SETTINGS if os.path.exists(path)}

    def check(self):
        """The effects, whatever the attempts said."""
        assert [name for name, listener in self.listeners.items() if listener.was_reached()] == []
        try:
            written = os.read(self.reader, 100)
        except BlockingIOError:
            written = b""
        assert written == b""
        assert self.process.poll() is None, "the witness was killed"
        assert self.read_settings() == self.settings
        assert (self.readable.read_text(), self.shared.read_text()) == ("precious\n", "shared\n")
        traces = [path for path in ("/", "/etc", "/usr", "/var/lib", "/dev") if os.path.lexists(f"{path}/{self.marker}")]
        assert traces == []
        # The client need not have waited for the end of its domain.
        deadline = time.monotonic() + leaks.GRACE
        for pid in survivors(self.marker):
            if pid != self.process.pid:
                leaks.wait_for_end(pid, deadline)
        assert survivors(self.marker) == [self.process.pid]
        log = Path("/dev/kmsg")
        assert self.marker.encode() not in kernel_log(log)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.closing.close()


def disks():
    """The numbers of the host's disks."""
    lines = Path("/proc/partitions").read_text().splitlines()[2:]
    return [tuple(map(int, line.split()[:2])) for line in lines]


def survivors(marker):
    """Processes of the host that have the marker among their arguments."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if marker.encode() in path.read_bytes():
                found.append(int(path.parent.name))
    return found


def kernel_log(path):
    found = b""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with contextlib.suppress(BlockingIOError):
            while record := os.read(descriptor, 8192):
                found += record
        os.close(descriptor)
    return found
