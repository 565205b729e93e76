"""Disks of a sandbox: found by their tags, written by the program, read on the host afterwards."""

import os
import subprocess
from pathlib import Path

import pytest

MANY = 28  # more than there are letters

SCRIPT = r"""
set -e
ls /dev/disk/by-tag | wc -l
head -c 7 /dev/disk/by-tag/disk$1
printf last | dd of=/dev/disk/by-tag/disk0 conv=notrunc status=none
/sbin/mkfs.ext4 -q -F "/dev/disk/by-tag/the disk"
echo "$(stat -Lc %F:%u '/dev/disk/by-tag/the disk')"
head -c 5 /dev/disk/by-tag/device
printf written | dd of=/dev/disk/by-tag/device bs=1 seek=512 conv=notrunc status=none
"""


@pytest.fixture
def device(scratch):
    """A block device of the host, and the file behind it."""
    file = scratch / "behind the device"
    file.write_bytes(b"block".ljust(1 << 20, b"\0"))
    attached = subprocess.run(["losetup", "--find", "--show", file], check=True, capture_output=True, text=True)
    path = attached.stdout.strip()
    yield path, file
    subprocess.run(["losetup", "--detach", path], check=True)


def test_disks_are_found_by_tag_and_keep_what_is_written(sandbox, account, scratch, device):
    path, behind = device
    before = os.stat(path)
    options = []
    for number in range(MANY):
        image = scratch / f"{number}.img"
        image.write_bytes(f"disk {number:02}".encode().ljust(1 << 20, b"\0"))
        image.chmod(0o666)
        options += ["--disk", f"file:disk{number}={image}"]
    made = scratch / "made,with comma.img"
    made.write_bytes(bytes(4 << 20))
    made.chmod(0o666)
    options += ["--disk", f"file:the disk={str(made).replace(',', chr(92) + ',')},format=raw"]
    options += ["--disk", f"block:device={path}"]
    result = sandbox.shell(SCRIPT, str(MANY - 1), options=options)
    assert (result.status, result.err) == (0, b"")
    assert result.out.decode() == f"{MANY + 2}\ndisk {MANY - 1:02}block special file:{account.uid}\nblock"
    assert (scratch / "0.img").read_bytes()[:7] == b"last 00"
    assert behind.read_bytes()[512:519] == b"written"
    after = os.stat(path)
    assert (after.st_uid, after.st_gid, after.st_mode) == (before.st_uid, before.st_gid, before.st_mode)
    check = subprocess.run(["e2fsck", "-fn", made], capture_output=True)
    assert check.returncode == 0, check


def test_bad_disks_are_refused_before_the_start(sandbox, scratch):
    image = scratch / "disk.img"
    image.write_bytes(bytes(4096))
    for disks, reason in [
        ([f"file:../up={image}"], "tag"),
        ([f"file:={image}"], "tag"),
        ([f"file:twice={image}", f"file:twice={image}"], "twice"),
        (["file:none=/missing.img"], "/missing.img"),
    ]:
        result = sandbox.run("/bin/true", options=[word for disk in disks for word in ("--disk", disk)])
        assert (result.status, result.out) == (125, b"")
        assert reason in result.err.decode(), result


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("kind", ["disk", "image"])
def test_a_path_that_is_too_long_for_a_loop_device(sandbox, scratch, kind):
    """libvirt would say that there is no such file."""
    for length, status in [(63, 0), (64, 125)]:
        image = scratch / "x".ljust(length - len(os.fsencode(scratch)) - 1, "x")
        assert len(os.fsencode(image)) == length
        subprocess.run(["/sbin/mke2fs", "-q", "-F", "-t", "ext4", image, "8M"], check=True)
        options = ["--disk", f"file:long={image}"] if kind == "disk" else ["--mount", f"host-image:/mnt={image}"]
        result = sandbox.run("/bin/true", options=options)
        assert (result.status, result.out) == (status, b""), result
        assert status == 0 or b"is too long" in result.err and bytes(image) in result.err, result


@pytest.mark.drivers("system")
def test_an_image_is_its_owners_again(sandbox, scratch):
    """Another user's QEMU uses it while the machine runs."""
    image = scratch / "private.img"
    image.write_bytes(b"secret".ljust(1 << 20, b"\0"))
    image.chmod(0o600)
    before = image.stat()
    disk = "/dev/disk/by-tag/disk"
    script = f"head -c 6 {disk}; printf public | dd of={disk} conv=notrunc status=none"
    result = sandbox.shell(script, options=["-p", "--disk", f"file:disk={image}"])
    assert (result.status, result.out, result.err) == (0, b"secret", b"")
    after = image.stat()
    assert (after.st_uid, after.st_gid, after.st_mode) == (before.st_uid, before.st_gid, before.st_mode)
    assert image.read_bytes()[:6] == b"public"


@pytest.mark.drivers("lxc")
def test_a_container_says_what_its_host_lacks(sandbox, scratch):
    if subprocess.run(["modinfo", "nbd"], capture_output=True).returncode == 0 or Path("/sys/module/nbd").exists():
        pytest.skip("the host's kernel has nbd")
    image = scratch / "disk.qcow2"
    image.touch()
    result = sandbox.run("/bin/true", options=["--disk", f"file:disk={image}"])
    assert (result.status, result.out) == (125, b"")
    assert f"{image} in a container".encode() in result.err and b"nbd" in result.err
