"""Root of a container with systemd stays within its limits, and away from the host's kernel."""

import re
import subprocess
from pathlib import Path

import pytest

from rig import host, namespace

# The default limit is half of what is asked for.
ATTEMPTS = r"""
import ctypes, os, re, subprocess
from pathlib import Path

libc = ctypes.CDLL(None, use_errno=True)

def tell(name, outcome):
    print(f"attempt {name}={outcome}")

def write(path, text):
    try:
        Path(path).write_text(text)
    except OSError:
        return False
    return True

def mounts(source, fstype, flags=0):
    return libc.mount(source, b"/tmp", fstype, ctypes.c_ulong(flags), b"") == 0

groups = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
hierarchies = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines() if line.split()[2].startswith("cgroup")]
tell("groups of the host", [path for *_, path in groups if "machine" in path or ".." in path])
tell("directories of the host", [str(path) for root in hierarchies for path in Path(root).rglob("*lxc-*")])
tell("release agents", [str(path) for root in hierarchies for path in Path(root).rglob("release_agent")])
for root in hierarchies:
    for name in ("memory.limit_in_bytes", "memory.max"):
        write(f"{root}/{name}", str(1 << 40))
    for name in ("tasks", "cgroup.procs"):
        write(f"{root}/{name}", "0")
        write(f"{root}/../{name}", "0")
big = subprocess.run(["/usr/bin/python3", "-c", "x = b'x' * (960 << 20); print(len(x))"], stdout=subprocess.PIPE)
tell("memory", len(big.stdout) > 0)
tell("processes of the host's limits", Path("/proc/1/cgroup").read_text().count("machine"))
kinds = [b"proc", b"sysfs", b"tmpfs", b"debugfs", b"tracefs", b"cgroup2", b"devtmpfs", b"bpf", b"mqueue"]
tell("mounts", [kind.decode() for kind in kinds if mounts(kind, kind)])
tell("writable again", libc.mount(None, b"/proc/sys", None, ctypes.c_ulong(32 | 4096), None) == 0)
settings = ["/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/sys/kernel/uevent_helper", "/proc/sysrq-trigger"]
tell("settings", [path for path in settings if os.path.exists(path) and write(path, Path(path).read_text() if "sysrq" not in path else "h")])
tell("namespaces", libc.unshare(0x10000000) == 0)
tell("capabilities", [bit for bit in (16, 17, 19, 21, 22, 24, 25, 27) if int(re.search("CapBnd:\t(.*)", Path("/proc/self/status").read_text())[1], 16) >> bit & 1])
"""

NOTHING = {
    "groups of the host": "[]",
    "directories of the host": "[]",
    "release agents": "[]",
    "memory": "False",
    "processes of the host's limits": "0",
    "mounts": "[]",
    "writable again": "False",
    "settings": "[]",
    "namespaces": "False",
    "capabilities": "[]",
}


@pytest.mark.drivers("lxc")
@pytest.mark.skipif(not namespace.is_inside(), reason="adds a unit to /etc")
def test_root_of_systemd_stays_inside(sandbox, account):
    core_pattern = Path("/proc/sys/kernel/core_pattern").read_text()
    result = subprocess.run(
        ["/usr/bin/python3", host.REPOSITORY / "tests/e2e/escape/system.py", ATTEMPTS],
        env=account.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        **account.popen_arguments(),
    )
    assert (result.returncode, result.stderr) == (0, ""), result
    told = dict(re.findall(r"attempt ([^=\n]*)=(.*)", result.stdout))
    assert told == NOTHING, result.stdout
    assert Path("/proc/sys/kernel/core_pattern").read_text() == core_pattern
