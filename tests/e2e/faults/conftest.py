"""What every fault has: a sandbox beside it that must not notice, and a look for what was left."""

import contextlib
import re
import subprocess
import threading
from pathlib import Path

import pytest

from rig import host
from rig.plugin import URIS
from rig.sandbox import TIMEOUT, Result, Sandbox

CACHE = Path("/var/cache/libvirt-sandbox")


class Neighbour:
    """A sandbox that lives through the faults of the others."""

    def __init__(self, sandbox):
        # Those of several drivers live side by side.
        self.name = f"neighbour-{sandbox.driver}"
        self.client = sandbox.start("/bin/cat", options=["--name", self.name], stdin=subprocess.PIPE, bufsize=0)
        self.count = 0
        self.echo()

    def echo(self):
        self.count += 1
        line = b"alive %d\n" % self.count
        self.client.stdin.write(line)
        watchdog = threading.Timer(TIMEOUT, self.client.kill)
        watchdog.start()
        assert self.client.stdout.readline() == line, f"the neighbour was harmed: {self.client.wait()} {self.client.stderr.read()}"
        watchdog.cancel()

    def end(self):
        assert self.client.communicate(timeout=TIMEOUT) == (b"", b"")
        assert self.client.returncode == 0


@pytest.fixture(scope="module")
def neighbours(leak_check):
    """The neighbours of a file's tests, one a driver."""
    all = {}
    yield all
    leak_check.give_up()
    for neighbour, _ in all.values():
        neighbour.end()
    for _, places in all.values():
        leak_check.verify(*places)


@pytest.fixture
def neighbour(neighbours, driver, account, places, leak_check):
    if driver not in neighbours:
        leak_check.verify(*places)
        neighbours[driver] = Neighbour(Sandbox(driver, URIS[driver], account)), places
        leak_check.accept(*places)
    return neighbours[driver][0]


@pytest.fixture
def unharmed(neighbour, verify_nothing_left):
    """To be called after each fault: the faulty sandbox is gone, with everything, and the other one lives."""

    def check():
        verify_nothing_left()
        neighbour.echo()
        assert [path for path in CACHE.glob(".unfinished-*")] == []

    return check


@pytest.fixture
def is_full(request):
    """Whether faults come at every point of a run, not at a sample of them."""
    return request.config.getoption("full_sweep")


def check_failure(result: Result, *told):
    """A sandbox that failed says so, in words."""
    assert (result.status, result.out) == (125, b""), result
    assert result.err.startswith(b"virt-sandbox: "), result
    for text in told:
        assert text.encode() in result.err, result
    for word in (b"panicked", b"RUST_BACKTRACE", b"CRITICAL"):
        assert word not in result.err, result


@pytest.fixture
def fails():
    return check_failure


@pytest.fixture
def domain_process(account):
    """Finds the process that a sandbox runs in: QEMU, or the controller of a container."""

    def find(name):
        mark = re.compile(rf"libvirt_lxc --name {name} |qemu-system.* guest={name},")
        found = [pid for pid in host.process_ids() if mark.search(host.command_line(pid))]
        # What a controller forks has its command line until it executes init.
        first = [pid for pid in found if host.parent(pid) not in found]
        assert len(first) == 1, found
        return first[0]

    return find


def groups_of(pid):
    """The control groups that libvirt made for the sandbox of a process."""
    found = set()
    for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        _, hierarchy, path = line.split(":", 2)
        if own := re.match(r"/(.*\.libvirt-(?:lxc|qemu))", path):
            found.add(Path("/sys/fs/cgroup", hierarchy.removeprefix("name="), own[1]))
    return found


@pytest.fixture
def no_groups_left(domain_process, unharmed):
    """To be entered while a sandbox runs, with its name: when it has ended, and all is as it was, its control groups are gone, too."""

    @contextlib.contextmanager
    def watch(name):
        groups = groups_of(domain_process(name))
        yield
        unharmed()
        assert [str(group) for group in groups if group.exists()] == []

    return watch
