"""A machine that is a host of its own: a system of Debian in QEMU, into which the project is installed as it was built."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
# What programs do with services.
SERVICE = REPOSITORY / "tests" / "e2e" / "service.py"

# Seconds. A system is made once, a machine boots in half a minute, and its tests take some minutes: all of it in emulation.
MAKE_LIMIT = 900
RUN_LIMIT = 900

COMMON = """
    systemd systemd-sysv dbus udev kmod linux-image-amd64
    libvirt-daemon-system libvirt-daemon-driver-lxc libvirt-daemon-driver-qemu libvirt-clients qemu-system-x86
    dnsmasq-base iproute2 iptables libvirt-glib-1.0-0 gir1.2-libvirt-glib-1.0 python3-gi python3-pytest
""".split()


@dataclass(frozen=True)
class Kind:
    """A host that is like no other one."""

    suite: str
    packages: tuple[str, ...]
    # For the kernel.
    options: str
    # In the directory `guest`.
    tests: str


KINDS = {
    # Debian 12 as it comes, and containers confined by AppArmor.
    "apparmor": Kind("bookworm", ("apparmor",), "apparmor=1 security=apparmor systemd.unified_cgroup_hierarchy=1", "test_apparmor.py"),
    # Debian 13, whose kernel asks AppArmor also about mounts that are descriptors.
    "trixie": Kind("trixie", ("apparmor", "e2fsprogs"), "apparmor=1 security=apparmor", "test_apparmor.py"),
    # Debian 12 with SELinux and its standard policy, which is enforced.
    "selinux": Kind("bookworm", ("selinux-policy-default", "selinux-utils", "policycoreutils"), "security=selinux selinux=1 enforcing=1", "test_selinux.py"),
}


class CanNotBeMade(Exception):
    """There is no network, no root, or not what makes a system: nothing that this project could mend."""


def cache():
    """Where systems are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "libvirt-sandbox-hosts"


def missing():
    """Why no system can be made, and no machine run, here."""
    if os.geteuid() != 0:
        return "only root can make a system"
    for program in ("debootstrap", "mke2fs", "qemu-system-x86_64"):
        if not shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin"):
            return f"{program} is missing"
    return None


def digest(kind):
    """Changes with all that a system is made of, but for what the mirror has."""
    recipe = (HERE / "make-system").read_bytes() + (HERE.parent / "packages" / "new-system").read_bytes()
    return hashlib.sha256(repr((kind.suite, COMMON, kind.packages)).encode() + recipe).hexdigest()[:16]


@contextmanager
def locked(directory):
    """Nobody else makes the system meanwhile."""
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make(name):
    """The directory with the system of a kind, which is made unless it is there."""
    reason = missing()
    if reason:
        raise CanNotBeMade(reason)
    kind = KINDS[name]
    directory = cache() / f"{name}-{digest(kind)}"
    with locked(directory):
        if (directory / "image").exists():
            return directory
        for old in cache().glob(f"{name}-*"):
            if old != directory:
                shutil.rmtree(old)
        command = [HERE / "make-system", directory, *COMMON, *kind.packages]
        environment = os.environ | {"SUITE": kind.suite}
        try:
            made = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=MAKE_LIMIT)
        except subprocess.TimeoutExpired:
            raise CanNotBeMade(f"a system of {kind.suite} was not made within {MAKE_LIMIT} seconds") from None
        if made.returncode != 0:
            raise CanNotBeMade(f"no system of {kind.suite} can be made, which needs a mirror of Debian: {made.stderr.strip()[-2000:]}")
        return directory


def deliver(build, kind, path):
    """Makes a file system of the build, as it is installed, and the tests."""
    with tempfile.TemporaryDirectory(dir=path.parent) as content:
        content = Path(content)
        environment = os.environ | {"DESTDIR": str(content / "stage")}
        command = ["meson", "install", "-C", build, "--no-rebuild", "--quiet"]
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=True, capture_output=True)
        for path_of_test in (HERE / "guest" / "start", HERE / "guest" / "conftest.py", HERE / "guest" / kind.tests, SERVICE):
            shutil.copy(path_of_test, content)
        (content / "tests").write_text(kind.tests)
        (content / "prefix").write_text(prefix(build))
        command = ["/sbin/mke2fs", "-q", "-F", "-t", "ext4", "-L", "delivery", "-O", "^has_journal", "-d", content, path, "256M"]
        subprocess.run(command, check=True, capture_output=True)


def prefix(build):
    """Where it is installed."""
    described = subprocess.run(["meson", "introspect", build, "--buildoptions"], capture_output=True, text=True, check=True)
    return re.search(r'"name": "prefix", "value": "([^"]*)"', described.stdout)[1]


def run(name, build, report):
    """Runs the tests of a kind, whose output comes to standard output and whose results into the file `report`; says what went wrong."""
    kind = KINDS[name]
    system = make(name)
    with tempfile.TemporaryDirectory(dir="/var/tmp") as room:
        room = Path(room)
        deliver(build, kind, room / "delivery")
        command = [
            *"qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 1536 -nodefaults -no-reboot -display none".split(),
            *("-kernel", system / "kernel", "-initrd", system / "initrd"),
            *("-append", f"root=/dev/vda rw console=ttyS0 quiet panic=-1 {kind.options}"),
            *("-drive", f"file={system / 'image'},format=raw,if=virtio,snapshot=on"),
            *("-drive", f"file={room / 'delivery'},format=raw,if=virtio,read-only=on"),
            *("-serial", f"file:{room / 'log'}", "-device", "virtio-serial-pci"),
            # Not "stdio", which ends with its input.
            *("-chardev", "file,id=output,path=/dev/stdout,append=on", "-device", "virtserialport,chardev=output,name=output"),
            *("-chardev", f"file,id=report,path={report}", "-device", "virtserialport,chardev=report,name=report"),
        ]
        try:
            subprocess.run(command, stdin=subprocess.DEVNULL, check=True, timeout=RUN_LIMIT)
        except subprocess.TimeoutExpired:
            reason = f"the machine did not end within {RUN_LIMIT} seconds"
        except subprocess.CalledProcessError as error:
            reason = f"QEMU ended with status {error.returncode}"
        else:
            reason = None
        if not report.exists() or report.stat().st_size == 0:
            reason = reason or "the machine ended without results"
            print((room / "log").read_text(errors="replace")[-5000:] if (room / "log").exists() else "no log")
        return reason
