"""Runs a command in a copy of the root file system that is thrown away, with namespaces of its own.

    python3 tests/packages/root.py [--root=DIRECTORY] [--keep] [--network] [--copy=DIRECTORY...] [FROM:TO[:ro]...] -- COMMAND [ARG...]

The root file system is that of this system, or the one in DIRECTORY. What the command changes, dpkg's state included, is in an overlay in
memory, which it finds at /run/overlay/upper; with --keep there is none, and the changes stay. Each directory to copy is where the host has it,
and what the command changes there is thrown away, too. Each directory FROM of the host is at TO, and nothing else of it can be written to, nor
that with `:ro`. The network is a loopback interface, or with --network that of the host.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rig import namespace  # noqa: E402

EMPTY_DIRECTORIES = {"/run": 755, "/tmp": 1777, "/var/tmp": 1777, "/srv": 755}
KERNEL_DIRECTORIES = ("/sys", "/dev")
OVERLAY = "/run/overlay"


def mount_overlay(lower, base, target):
    """Mounts what `lower` has, with the changes in `base`."""
    upper, work = base / "upper", base / "work"
    for directory in (upper, work, target):
        directory.mkdir(parents=True, exist_ok=True)
    namespace.mount("-t", "overlay", "-o", f"lowerdir={lower},upperdir={upper},workdir={work}", "overlay", target)


def set_up_root(lower, keep, copies, shares):
    """Mounts the new root, and gives its path."""
    namespace.make_mounts_private()
    # Not in the root itself: an upper directory can't be below the lower one.
    base = Path(tempfile.mkdtemp())
    namespace.mount("-t", "tmpfs", "-o", "mode=755", "overlay", base)
    root = base / "root"
    if keep:
        root.mkdir()
        namespace.mount("--bind", lower, root)
    else:
        mount_overlay(lower, base, root)
        shares = [*shares, (base, OVERLAY)]
    for directory, mode in EMPTY_DIRECTORIES.items():
        namespace.mount("-t", "tmpfs", "-o", f"mode={mode}", "empty", f"{root}{directory}")
    for directory in KERNEL_DIRECTORIES:
        namespace.mount("--rbind", directory, f"{root}{directory}")
    namespace.mount("-t", "proc", "proc", f"{root}/proc")
    for number, directory in enumerate(copies):
        mount_overlay(directory, base / f"copy-{number}", Path(f"{root}{directory}"))
    for source, target, *options in shares:
        Path(f"{root}{target}").mkdir(parents=True, exist_ok=True)
        namespace.mount("--bind", *(f"--options={option}" for option in options), source, f"{root}{target}")
    (root / "run" / "lock").mkdir()
    return root


def enter(root):
    """Makes it the root of this process, and lets go of the old one, where nothing is left of it."""
    base = root.parent
    place = os.open(base.parent, os.O_PATH)
    os.chdir(root)
    # The old one is then on top of the new one.
    subprocess.run(["pivot_root", ".", "."], check=True)
    subprocess.run(["umount", "--lazy", "."], check=True)
    os.chdir("/")
    os.rmdir(base.name, dir_fd=place)
    os.close(place)


def main(*arguments):
    separator = arguments.index("--")
    lower = "/"
    keep, private_network = False, True
    copies, shares = [], []
    for argument in arguments[:separator]:
        if argument.startswith("--root="):
            lower = argument.removeprefix("--root=")
        elif argument == "--keep":
            keep = True
        elif argument == "--network":
            private_network = False
        elif argument.startswith("--copy="):
            copies.append(argument.removeprefix("--copy="))
        else:
            shares.append(argument.split(":"))
    return namespace.main(arguments[separator + 1 :], lambda: enter(set_up_root(lower, keep, copies, shares)), private_network)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
