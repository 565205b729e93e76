"""Finds what a sandbox left behind: domains, processes, files."""

import os
import re
import select
import time
from pathlib import Path

from rig import host, namespace

# How long the daemons may take to tidy up after a client's end.
GRACE = 60

DAEMONS = {"libvirtd", "virtlogd", "dnsmasq"}
SANDBOX_PROCESSES = re.compile(r"libvirt_lxc|libvirt-sandbox|virt-sandbox|qemu-system")


class LeakCheck:
    """Compares the host with how it was before the first test."""

    def __init__(self):
        self.known = set(host.process_ids())
        self.reported = set()

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
            [f"process {pid} {command_line(pid)}" for pid in self.processes()]
            + [f"domain {name}" for names in domain_lists for name in names()]
            + [f"file {path}" for directory in state_directories for path in files_in(directory)]
        )
        return [entry for entry in found if entry not in self.reported]

    def processes(self):
        return [pid for pid in host.process_ids() if pid not in self.known and self.is_leak(pid)]

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
        return namespace.is_inside() or bool(SANDBOX_PROCESSES.search(command_line(pid)))


def command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def wait_for_end(pid, deadline):
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    with os.fdopen(descriptor) as process:
        select.select([process], [], [], max(0, deadline - time.monotonic()))


def files_in(directory):
    return list(directory.iterdir()) if directory.is_dir() else []
