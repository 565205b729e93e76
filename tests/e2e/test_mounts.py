"""What a sandbox mounts: directories and images of the host, its own directories, memory."""

import os
import subprocess
from pathlib import Path

import pytest

IMAGE_SIZE = 16 << 20
SIZES = {"btrfs": 112 << 20, "xfs": 300 << 20}
READ_ONLY = ("squashfs", "erofs", "iso9660")
WRITABLE = ("ext2", "ext3", "ext4", "xfs", "btrfs", "vfat", "qcow2")

SCRIPT = r"""
set -e
! touch / /usr /sandbox-test-a 2>/dev/null
echo from-host:$(cat /sandbox-test-a/rw/given)
echo new >/sandbox-test-a/rw/made
mkdir /sandbox-test-a/rw/dir
/usr/bin/python3 -c '
import mmap, sys
with open("/sandbox-test-a/rw/mapped", "w+b") as file:
    file.truncate(5000)
    with mmap.mmap(file.fileno(), 5000) as area:
        area[4990:5000] = b"mapped end"
'
cmp /sandbox-test-a/etc/hostname /etc/hostname
echo size:$(df --output=size -B1 /sandbox-test-b | tail -n 1)
echo deep >/sandbox-test-b/under/file && cat /sandbox-test-b/under/file
for image; do
    cat /mnt/$image/kind
    case $image in
        squashfs|erofs|iso9660) ! touch /mnt/$image/x 2>/dev/null ;;
        *) echo written >/mnt/$image/written ;;
    esac
done
echo temporary >/sandbox-test-t/file && cat /sandbox-test-t/file
echo "$(cat /sandbox-test-t/deep/given "/sandbox-test-t/two words")"
test -x /usr/bin/env
stat -c mode:%a /
"""


def make_image(path, kind):
    """An image with the file system `kind` that holds a file with its name."""
    tree = path.parent / f"{kind}.tree"
    tree.mkdir()
    (tree / "kind").write_text(f"{kind}\n")
    commands = {
        "ext2": [["mkfs.ext2", "-q", "-d", tree, path]],
        "ext3": [["mkfs.ext3", "-q", "-d", tree, path]],
        "ext4": [["mkfs.ext4", "-q", "-d", tree, path]],
        "qcow2": [["mkfs.ext4", "-q", "-d", tree, tree.parent / "raw"], ["qemu-img", "convert", "-O", "qcow2", tree.parent / "raw", path]],
        "xfs": [["mkfs.xfs", "-q", "-p", tree.parent / "prototype", path]],
        "btrfs": [["mkfs.btrfs", "-q", "--rootdir", tree, path]],
        "squashfs": [["mksquashfs", tree, path, "-quiet", "-noappend", "-no-progress"]],
        "erofs": [["mkfs.erofs", "--quiet", path, tree]],
        "iso9660": [["genisoimage", "-quiet", "-R", "-o", path, tree]],
        "vfat": [["mkfs.vfat", path], ["mcopy", "-i", path, tree / "kind", "::kind"]],
    }
    (tree.parent / "prototype").write_text(f"/ 0 0\nd--755 0 0\nkind ---644 0 0 {tree}/kind\n$\n")
    raw = tree.parent / "raw" if kind == "qcow2" else path
    if kind not in READ_ONLY:
        with raw.open("wb") as file:
            file.truncate(SIZES.get(kind, IMAGE_SIZE))
    for command in commands[kind]:
        subprocess.run(command, check=True, capture_output=True)
    path.chmod(0o666)
    return path


def test_everything_is_mounted_where_it_was_asked_for(sandbox, scratch):
    shared = scratch / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    (shared / "given").write_text("given")
    kinds = [kind for kind in (*WRITABLE, *READ_ONLY) if not sandbox.is_container or host_has(kind)]
    assert "ext4" in kinds and "squashfs" in kinds
    images = {kind: make_image(scratch / f"{kind}.img", kind) for kind in kinds}
    mounts = [
        "ram:/sandbox-test-b/under=1M",
        "guest-bind:/sandbox-test-a/etc=/etc",
        *(f"host-image:/mnt/{kind}={path},format={'qcow2' if kind == 'qcow2' else 'raw'}" for kind, path in images.items()),
        "ram:/sandbox-test-b=3G",
        "host-bind:/sandbox-test-t=",
        f"host-bind:/sandbox-test-a/rw={shared}",
    ]
    before = set(os.listdir("/")), set(os.listdir("/mnt"))
    options = [word for mount in mounts for word in ("--mount", mount)]
    options += ["--include", f"/sandbox-test-t/deep={shared}"]
    (scratch / "includes").write_text(f"/sandbox-test-t/two words={shared}/given\n")
    options += ["--includefile", scratch / "includes"]
    result = sandbox.shell(SCRIPT, *kinds, options=options)
    assert (result.status, result.err) == (0, b"")
    assert result.out.decode().split() == [
        "from-host:given",
        f"size:{3 << 30}",
        *("deep", *kinds, "temporary", "givengiven", "mode:755"),
    ]
    assert (set(os.listdir("/")), set(os.listdir("/mnt"))) == before
    assert (shared / "made").read_text() == "new\n"
    assert (shared / "dir").is_dir()
    assert (shared / "mapped").read_bytes() == bytes(4990) + b"mapped end"
    check = subprocess.run(["e2fsck", "-fn", images["ext4"]], capture_output=True)
    assert check.returncode == 0, check
    read = subprocess.run(["debugfs", "-R", "cat written", images["ext4"]], capture_output=True)
    assert read.stdout == b"written\n"


def host_has(kind):
    """A container has the host's kernel, with whatever file systems that was built with."""
    if kind == "qcow2":
        return has_module("nbd")
    known = [line.split()[-1] for line in Path("/proc/filesystems").read_text().splitlines()]
    return kind in known or has_module("isofs" if kind == "iso9660" else kind)


def has_module(name):
    return Path("/sys/module", name).exists() or subprocess.run(["modinfo", name], capture_output=True).returncode == 0


@pytest.mark.drivers("lxc")
def test_a_container_says_which_file_system_its_host_lacks(sandbox, scratch):
    missing = [kind for kind in (*WRITABLE, *READ_ONLY) if not host_has(kind)]
    if not missing:
        pytest.skip("the host's kernel has them all")
    for kind in missing:
        image = make_image(scratch / f"{kind}.img", kind)
        named = "nbd" if kind == "qcow2" else f"file system {kind}"
        result = sandbox.run("/bin/true", options=["--mount", f"host-image:/mnt={image},format={'qcow2' if kind == 'qcow2' else 'raw'}"])
        assert (result.status, result.out) == (125, b"")
        assert str(image) in result.err.decode() and named in result.err.decode(), result


@pytest.mark.drivers("session")
def test_what_a_user_writes_is_the_users(sandbox, account, scratch):
    result = sandbox.shell("umask 077; echo x >/mnt/file; mkdir /mnt/dir", options=["--mount", f"host-bind:/mnt={scratch}"])
    assert (result.status, result.err) == (0, b"")
    for name in ("file", "dir"):
        status = (scratch / name).stat()
        assert (status.st_uid, status.st_gid, status.st_mode & 0o077) == (account.uid, account.gid, 0)


@pytest.mark.drivers("lxc")
def test_a_container_that_needs_no_new_mount_point(sandbox, scratch):
    """libvirt makes these mounts itself; a file can be one."""
    (scratch / "file").write_text("of the host\n")
    options = ["--mount", f"host-bind:/srv={scratch}", "--mount", "ram:/mnt=1M", "--mount", f"host-bind:/etc/hostname={scratch}/file"]
    result = sandbox.shell("cat /srv/file /etc/hostname; echo new >/srv/new; echo x >/mnt/x", options=options)
    assert (result.status, result.out, result.err) == (0, b"of the host\n" * 2, b"")
    assert (scratch / "new").read_text() == "new\n"


def test_what_can_not_be_mounted_is_refused_before_the_start(sandbox, scratch):
    empty = scratch / "empty.img"
    empty.write_bytes(bytes(4096))
    refused = {
        f"host-bind:/mnt={scratch}/missing": f"{scratch}/missing",
        "ram:mnt=1M": "absolute",
        "host-image:/mnt=/missing.img": "/missing.img",
        "ram:/mnt=1X": "1X",
        f"host-image:/mnt={empty}": f"{empty} holds no file system",
    }
    commands = [(["--mount", mount], reason) for mount, reason in refused.items()]
    temporary = ["--mount", "host-bind:/mnt=", "--include"]
    commands.append(([*temporary, "/mnt/x=/missing/file"], "/missing/file"))
    commands.append(([*temporary, "/other=/etc/hostname"], "/other"))
    for options, reason in commands:
        result = sandbox.run("/bin/true", options=options)
        assert (result.status, result.out) == (125, b"")
        assert reason in result.err.decode(), result
