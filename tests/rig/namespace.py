"""Runs a command in private namespaces, so that nothing it starts or changes can outlive it.

    python3 tests/rig/namespace.py COMMAND [ARG...]

Mount, PID and network namespaces of their own: `/run`, `/etc`, `/srv`, `/var/tmp`
and libvirt's directories are temporary copies, daemons listen in their default places without
meeting the host's, and the kernel ends every process with the first one, which
dies with its parent even when that is killed.
"""

import contextlib
import ctypes
import fcntl
import grp
import os
import pwd
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

MARKER = "VIRT_SANDBOX_RIG_NAMESPACE"
# The user that Debian's libvirt runs QEMU as.
EMULATOR = "libvirt-qemu"
LIBVIRT_SOCKET = "/run/libvirt/libvirt-sock"
EMPTY_DIRECTORIES = ("/run", "/srv", "/var/lib/libvirt", "/var/log/libvirt", "/var/cache")

CLONE_NEWNS = 0x00020000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
SIOCSIFFLAGS = 0x8914
IFF_UP_RUNNING = 0x1 | 0x40

libc = ctypes.CDLL(None, use_errno=True)


def is_inside():
    return MARKER in os.environ


def is_wanted():
    """Whether tests shall run in private namespaces: for root, where no libvirtd answers."""
    choice = os.environ.get("VIRT_SANDBOX_TEST_DAEMON")
    if choice not in (None, "private", "system"):
        sys.exit(f"VIRT_SANDBOX_TEST_DAEMON is '{choice}', not 'private' or 'system'")
    return os.geteuid() == 0 and (choice == "private" or (choice is None and not daemon_answers()))


def daemon_answers():
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(LIBVIRT_SOCKET)
        except OSError:
            return False
        return True


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def has_hybrid_cgroups():
    """Whether cgroup v2 sits in a corner of a v1 hierarchy: libvirt's LXC driver fails there."""
    mounts = [line.split(" ", 3)[1:3] for line in Path("/proc/self/mounts").read_text().splitlines()]
    return ["/sys/fs/cgroup/unified", "cgroup2"] in mounts


def unmount_below(directory):
    """A mount hidden by another one confuses libvirt's LXC driver."""
    mounts = [line.split(" ")[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for point in sorted(mounts, reverse=True):
        if point.startswith(f"{directory}/"):
            subprocess.run(["umount", "--lazy", point], check=True)


def make_mounts_private():
    mount("--make-rprivate", "/")
    mount("-t", "proc", "proc", "/proc")
    if has_hybrid_cgroups():
        subprocess.run(["umount", "/sys/fs/cgroup/unified"], check=True)


def set_up_mounts():
    make_mounts_private()
    for directory in EMPTY_DIRECTORIES:
        Path(directory).mkdir(parents=True, exist_ok=True)
        unmount_below(directory)
        # As systemd mounts it.
        flags = ",nosuid,nodev,noexec" if directory == "/run" else ""
        mount("-t", "tmpfs", "-o", f"mode=755{flags}", "rig", directory)
    unmount_below("/var/tmp")
    mount("-t", "tmpfs", "-o", "mode=1777", "rig", "/var/tmp")
    for directory in ("/run/lock", "/run/user", "/srv/etc"):
        Path(directory).mkdir()
    subprocess.run(["cp", "-a", "/etc/.", "/srv/etc"], check=True)
    unmount_below("/etc")
    mount("--bind", "/srv/etc", "/etc")
    open_kvm_to_emulators()
    os.environ[MARKER] = "1"


def open_kvm_to_emulators():
    """Where only root may open /dev/kvm, libvirt finds that QEMU has it and that its user has not, takes what it knows
    about QEMU for outdated, and starts one to look again for nearly every device of a machine: two seconds each."""
    with contextlib.suppress(FileNotFoundError, KeyError):
        group = os.stat("/dev/kvm").st_gid
        if group not in os.getgrouplist(EMULATOR, pwd.getpwnam(EMULATOR).pw_gid):
            subprocess.run(["usermod", "--append", "--groups", name_of_group(group), EMULATOR], check=True)


def name_of_group(number):
    """Its name, a new one if there is none: in a container /dev/kvm has the group of the host around it."""
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        name = f"rig-{number}"
        subprocess.run(["groupadd", "--gid", str(number), name], check=True)
        return name


def bring_up_loopback():
    with socket.socket() as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP_RUNNING))


def set_first_number(outside):
    """Control groups are the host's: libvirt names those of a container after its process number and name, and ends all that
    is in them. Where several rigs run side by side such numbers must not be the same."""
    count = int(Path("/proc/sys/kernel/pid_max").read_text()) - 300
    # Some kernels can't be told.
    with contextlib.suppress(FileNotFoundError):
        Path("/proc/sys/kernel/ns_last_pid").write_text(str(300 + outside * 7919 % count))


def run_as_first_process(command, set_up, outside):
    """Runs the command and collects orphans; its end is the end of every process here."""
    set_up()
    set_first_number(outside)
    child = os.fork()
    if child == 0:
        os.execvp(command[0], command)
    pass_on_termination(child)
    while True:
        pid, status = os.wait()
        if pid == child:
            return exit_code(status)


def pass_on_termination(child):
    """Ctrl-C reaches the child by itself; SIGTERM is for this process alone."""

    def terminate(*_):
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, terminate)


def exit_code(wait_status):
    code = os.waitstatus_to_exitcode(wait_status)
    return code if code >= 0 else 128 - code


def main(command, set_up=set_up_mounts, private_network=True):
    if libc.unshare(CLONE_NEWNS | CLONE_NEWPID | (CLONE_NEWNET if private_network else 0)) != 0:
        sys.exit(f"cannot make private namespaces for the tests: {os.strerror(ctypes.get_errno())}")
    if private_network:
        bring_up_loopback()
    outside = os.getpid()
    child = os.fork()
    if child == 0:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        os._exit(run_as_first_process(command, set_up, outside))
    pass_on_termination(child)
    return exit_code(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
