"""A user namespace can be had wherever libvirt runs, and opens nothing to others."""

import os
from pathlib import Path

import pytest

from rig import namespace


@pytest.mark.drivers("lxc")
@pytest.mark.skipif(not namespace.is_inside(), reason="changes the mode of /run/libvirt")
def test_a_user_namespace_where_libvirt_s_directory_is_closed(sandbox):
    """Its root is let through, and nobody else."""
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
