"""Disks of a sandbox: found by their tags, written by the program, read on the host afterwards."""

import subprocess

MANY = 28  # more than there are letters

SCRIPT = r"""
set -e
ls /dev/disk/by-tag | wc -l
head -c 7 /dev/disk/by-tag/disk$1
printf last | dd of=/dev/disk/by-tag/disk0 conv=notrunc status=none
/sbin/mkfs.ext4 -q -F "/dev/disk/by-tag/the disk"
echo "$(stat -Lc %F:%u '/dev/disk/by-tag/the disk')"
"""


def test_disks_are_found_by_tag_and_keep_what_is_written(sandbox, account, scratch):
    # Each one takes a machine some time to find.
    count = MANY if sandbox.is_container else 2
    options = []
    for number in range(count):
        image = scratch / f"{number}.img"
        image.write_bytes(f"disk {number:02}".encode().ljust(1 << 20, b"\0"))
        image.chmod(0o666)
        options += ["--disk", f"file:disk{number}={image}"]
    made = scratch / "made,with comma.img"
    made.write_bytes(bytes(4 << 20))
    made.chmod(0o666)
    options += ["--disk", f"file:the disk={str(made).replace(',', chr(92) + ',')},format=raw"]
    result = sandbox.shell(SCRIPT, str(count - 1), options=options)
    assert (result.status, result.err) == (0, b"")
    assert result.out.decode() == f"{count + 1}\ndisk {count - 1:02}block special file:{account.uid}\n"
    assert (scratch / "0.img").read_bytes()[:7] == b"last 00"
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
