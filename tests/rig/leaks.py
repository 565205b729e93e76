"""Finds what a sandbox left behind: domains, processes, mounts, loop devices, network interfaces, files."""

import os
import re
import select
import socket
import subprocess
import time
from pathlib import Path

from rig import host, namespace

# How long the daemons may take to tidy up after a client's end, on a host that is busy with other things.
GRACE = 180

DAEMONS = {"libvirtd", "virtlogd", "dnsmasq"}
# What libvirt calls those that it makes for domains.
INTERFACES = re.compile(r"(vnet|veth|tap|macvtap)\d+")
# What ordinary users keep from one sandbox for the next ones.
CACHES = re.compile(r"libvirt-sandbox-cache-\d+(\.aside)?")
SANDBOX_PROCESSES = re.compile(r"libvirt_lxc|libvirt-sandbox|virt-sandbox|qemu-system")


class LeakCheck:
    """Compares the host with how it was before the first test."""

    def __init__(self):
        self.known = set(host.process_ids())
        self.known_mounts = set(mounts())
        self.known_loops = set(loop_devices())
        self.reported = set()
        self.accepted = set()
        self.neighbours = set()

    def accept(self, domain_lists, state_directories):
        """What is there now stays until it is given up: it belongs to a sandbox that lives beside the tests."""
        self.accepted.update(self.leftovers(domain_lists, state_directories))
        self.neighbours.update(host.process_ids())

    def give_up(self):
        self.accepted.clear()
        self.neighbours.clear()

    def verify(self, domain_lists, state_directories):
        """Waits until nothing is left, for a bounded time, and fails with what is."""
        deadline = time.monotonic() + GRACE
        for pid in self.processes():
            wait_for_end(pid, deadline)
        while left := self.leftovers(domain_lists, state_directories):
            if time.monotonic() > deadline:
                self.forgive(left)
                raise AssertionError("left behind: " + "; ".join(left))
            time.sleep(0.05)

    def forgive(self, left):
        """One test's leak shall not fail the tests after it."""
        self.reported.update(left)
        if namespace.is_inside():
            host.end_processes(self.processes())

    def leftovers(self, domain_lists, state_directories):
        found = (
            [f"process {pid} {host.command_line(pid)}" for pid in self.processes()]
            + [f"domain {name}" for names in domain_lists for name in names()]
            + [f"file {path}" for directory in state_directories for path in files_in(directory)]
            + [f"mount {mount}" for mount in mounts() if mount not in self.known_mounts]
            + [f"loop device {loop}" for loop in loop_devices() if loop not in self.known_loops]
            + [f"interface {name}" for name in interfaces()]
        )
        return [entry for entry in found if entry not in self.reported and entry not in self.accepted]

    def processes(self):
        return [pid for pid in host.process_ids() if pid not in self.known | self.neighbours and self.is_leak(pid)]

    def is_leak(self, pid):
        try:
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return False
        state, parent = status[0], int(status[1])
        if state == "Z" or parent == 2 or pid == 2 or name in DAEMONS:
            return False
        # In our own PID namespace every other process is one of ours.
        return namespace.is_inside() or bool(SANDBOX_PROCESSES.search(host.command_line(pid)))


def wait_for_end(pid, deadline):
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    with os.fdopen(descriptor) as process:
        select.select([process], [], [], max(0, deadline - time.monotonic()))


def files_in(directory):
    """What is in a directory, but those that stay for the next sandbox of a user."""
    if not directory.is_dir():
        return []
    # All containers are started in one empty directory.
    bases = [*host.scratch_bases(), directory / ".root"]
    return [path for path in directory.iterdir() if path not in bases and not CACHES.fullmatch(path.name)]


def mounts():
    """What is mounted here, which is nobody else's business in namespaces of our own."""
    if not namespace.is_inside():
        return []
    return [line.split(" ")[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]


def loop_devices():
    """Loop devices with files that are on file systems of ours: the devices themselves are the whole host's."""
    if not namespace.is_inside():
        return []
    ours = {line.split(" ")[2] for line in Path("/proc/self/mountinfo").read_text().splitlines() if " - tmpfs rig " in line}
    columns = ["losetup", "--list", "--noheadings", "--output", "BACK-MAJ:MIN,NAME,BACK-FILE"]
    shown = subprocess.run(columns, capture_output=True, text=True, check=True).stdout
    devices = [line.partition(" ") for line in map(str.strip, shown.splitlines())]
    return [device.strip() for number, _, device in devices if number in ours]


def interfaces():
    """Network interfaces that belong to domains."""
    if not namespace.is_inside():
        return []
    return [name for _, name in socket.if_nameindex() if INTERFACES.fullmatch(name)]
