"""Roots that are not the host's: another distribution's tree, with another C library and nothing of ours in it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

LOADER = Path("/lib/ld-musl-x86_64.so.1")

PROGRAM = r"""
#include <stdio.h>
#include <unistd.h>

int main(void)
{
#ifdef __GLIBC__
    puts("glibc");
#else
    printf("musl %u\n", (unsigned) getuid());
#endif
    return 0;
}
"""

SCRIPT = r"""
set -e
cat /etc/os-release
/bin/hello
grep -c . /proc/self/status >/dev/null && test -d /sys/kernel && echo x >/dev/null
! test -e /usr/bin/python3
echo given:$(cat /mnt/deep/given)
stat -c %u /bin
touch /new 2>/dev/null && echo writable || echo read-only
"""


@pytest.fixture
def tree(account, scratch):
    """A root with musl and busybox, which belongs to the account."""
    root = scratch / "root"
    for name in ("bin", "dev", "etc", "lib", "proc", "run", "sys", "tmp"):
        (root / name).mkdir(parents=True)
    shutil.copy("/bin/busybox", root / "bin")
    for name in ("cat", "grep", "mkdir", "sh", "stat", "touch"):
        (root / "bin" / name).symlink_to("busybox")
    shutil.copy(LOADER.resolve(), root / LOADER.relative_to("/"))
    (root / "etc" / "os-release").write_text("ID=musl-test\n")
    subprocess.run(["musl-gcc", "-x", "c", "-", "-o", root / "bin" / "hello"], input=PROGRAM.encode(), check=True)
    for path in (root, *root.rglob("*")):
        os.lchown(path, account.uid, account.gid)
    return root


def listing(root):
    return sorted((path, path.lstat().st_mode, path.lstat().st_mtime_ns) for path in root.rglob("*"))


@pytest.mark.drivers("lxc", "session")
def test_the_root_of_another_distribution(sandbox, account, scratch, tree):
    (scratch / "given").write_text("given")
    scratch.chmod(0o777)
    before = listing(tree)
    options = ["-r", tree, "--mount", f"host-bind:/mnt/deep={scratch}"]
    result = sandbox.shell(SCRIPT, options=options)
    assert (result.status, result.err) == (0, b"")
    assert result.out.decode().split() == ["ID=musl-test", "musl", str(account.uid), "given:given", str(account.uid), "read-only"]
    assert listing(tree) == before
    for name in ("dev", "proc", "run", "sys"):
        (tree / name).rename(tree / f"no-{name}")
        result = sandbox.run("/bin/hello", options=["-r", tree])
        assert (result.status, result.out) == (125, b"")
        assert f"{tree} has no directory '{name}'".encode() in result.err, result
        (tree / f"no-{name}").rename(tree / name)


def test_a_mount_takes_the_place_of_the_root(sandbox, scratch, tree):
    """The program may write to it, since it may write to what is mounted anywhere else."""
    image = scratch / "root.img"
    with image.open("wb") as file:
        file.truncate(32 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-d", tree, image], check=True)
    image.chmod(0o666)
    tree.chmod(0o777)
    # Not the directory that the image is in, which could be exchanged then.
    shared = scratch / "shared"
    shared.mkdir()
    (shared / "given").write_text("given")
    for option in (f"host-bind:/={tree}", f"host-image:/={image}"):
        result = sandbox.shell(SCRIPT, options=["--mount", option, "--mount", f"host-bind:/mnt/deep={shared}"])
        assert (result.status, result.err) == (0, b""), option
        assert result.out.decode().split() == ["ID=musl-test", "musl", "0", "given:given", "0", "writable"]
    assert (tree / "new").exists()
    found = subprocess.run(["debugfs", "-R", "stat /new", image], capture_output=True, check=True)
    assert b"Type: regular" in found.stdout
    check = subprocess.run(["e2fsck", "-fp", image], capture_output=True)
    assert check.returncode in (0, 1), check


@pytest.mark.drivers("lxc")
def test_the_root_with_a_user_namespace(sandbox, tree):
    """libvirt makes nothing in it, and what a former version left there is nobody's business."""
    for is_there in (False, True):
        if is_there:
            (tree / ".oldroot").mkdir()
        before = listing(tree)
        result = sandbox.shell("cat /etc/os-release; touch /new 2>/dev/null || echo read-only", options=["-r", tree, "--userns"])
        assert (result.status, result.out, result.err) == (0, b"ID=musl-test\nread-only\n", b"")
        assert listing(tree) == before
