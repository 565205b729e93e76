"""What a program has written is on the host when its sandbox has ended, though nobody asked for it to be synced."""

import hashlib
import os
import subprocess

import pytest

# A machine's directories of the host are slow under emulation.
SIZES = {"lxc": 64 << 20, "embed": 12 << 20, "session": 12 << 20}
WRITE = 'set -e; head -c "$1" /dev/urandom | tee /mnt/bind/big /mnt/image/big "$2/big" >/dev/disk/by-tag/big; sha256sum </mnt/bind/big'


def digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def debugfs(image, command):
    """Reads an image without its journal: what is only there is not on the host yet."""
    subprocess.run(["debugfs", "-R", command, image], check=True, capture_output=True)


@pytest.mark.drivers(*SIZES)
def test_what_is_written_is_on_the_host(sandbox, scratch, account):
    size = SIZES[sandbox.driver]
    bind, room, keep, dump = (scratch / name for name in ("bind", "room", "keep", "dump"))
    image, disk = scratch / "image", scratch / "disk"
    for directory in (bind, room, dump):
        directory.mkdir()
    with image.open("wb") as file:
        file.truncate(2 * size)
    subprocess.run(["mkfs.ext4", "-q", "-d", bind, image], check=True)
    with disk.open("wb") as file:
        file.truncate(size)
    for path in (bind, room, image, disk):
        os.chown(path, account.uid, account.gid)
    options = ["--mount", f"host-bind:/mnt/bind={bind}", "--mount", f"host-image:/mnt/image={image},format=raw"]
    options += ["--disk", f"file:big={disk},format=raw"]
    options += [f"--overlay={keep}", "--overlay-size", "256M"] if sandbox.is_container else ["--overlay"]
    # The file system of an image belongs to root.
    os.chmod(image, 0o666)
    subprocess.run(["debugfs", "-w", "-R", "set_inode_field / mode 040777", image], check=True, capture_output=True)
    result = sandbox.shell(WRITE, str(size), room, options=options)
    assert (result.status, result.err) == (0, b""), result
    on_host = digest(bind / "big"), digest(disk)
    written = result.out.decode().split()[0]
    debugfs(image, f"dump big {dump}/big")
    assert (*on_host, digest(dump / "big")) == (written,) * 3
    if sandbox.is_container:
        assert [digest(path) for path in keep.rglob("big")] == [written]
    assert list(room.iterdir()) == []
