"""A user namespace can be had wherever libvirt runs, and opens nothing to others."""

import os
import subprocess
from pathlib import Path

import pytest

from rig import namespace


@pytest.mark.drivers("lxc")
@pytest.mark.skipif(not namespace.is_inside(), reason="changes the mode of /run/libvirt")
def test_a_user_namespace_where_libvirt_s_directory_is_closed(sandbox):
    """Its root is let through, and nobody else."""
    # libvirt makes them for the first container.
    assert sandbox.run("/bin/true").status == 0
    directories = [Path("/run/libvirt"), Path("/run/libvirt/lxc")]
    modes = [directory.stat().st_mode for directory in directories]
    try:
        for directory in directories:
            directory.chmod(0o700)
        result = sandbox.shell("echo up", options=["--userns"])
        assert (result.status, result.out, result.err) == (0, b"up\n", b"")
        for directory in directories:
            assert directory.stat().st_mode & 0o007 == 0
            # Only the user's entry, and what names the owner, its group and the others.
            acl = os.getxattr(directory, "system.posix_acl_access")
            assert (len(acl) - 4) // 8 == 5, acl
    finally:
        for directory, mode in zip(directories, modes, strict=True):
            if "system.posix_acl_access" in os.listxattr(directory):
                os.removexattr(directory, "system.posix_acl_access")
            directory.chmod(mode)


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("bound", [False, True], ids=["root", "bind"])
def test_a_user_namespace_where_mounts_are_in_a_closed_directory(sandbox, scratch, bound):
    """Its root can't cover what it can't reach."""
    closed = scratch / "closed"
    places = {closed / "proc": "proc", closed / "files": "tmpfs"}
    for place, kind in places.items():
        place.mkdir(parents=True)
        subprocess.run(["mount", "-t", kind, "none", place], check=True)
    (closed / "files/secret").write_text("secret\n")
    closed.chmod(0o700)
    try:
        options = ["--userns", "--privileged", *(["--mount", f"host-bind:/mnt={scratch}"] if bound else [])]
        look = "/mnt/closed" if bound else closed
        result = sandbox.shell('cat "$1/files/secret" "$1/proc/1/status"; chmod 755 "$1"; echo up', look, options=options)
        assert (result.status, result.out) == (0, b"up\n"), result
    finally:
        for place in places:
            subprocess.run(["umount", "--lazy", place], check=True)
