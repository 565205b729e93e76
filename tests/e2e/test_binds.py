"""Directories and files of the host that the program writes to, or only reads."""

import hashlib
import os
import pwd
import subprocess
from pathlib import Path

import pytest

READ_ONLY = r"""
for path; do
    cat $path/given
    (echo x >$path/given) 2>/dev/null && echo wrote
    touch $path/new 2>/dev/null && echo made
    mount -o remount,rw,bind $path 2>/dev/null
    mount -o remount,rw $path 2>/dev/null
    (echo x >$path/given) 2>/dev/null && echo wrote again
done
(echo x >/sandbox-test-file) 2>/dev/null && echo wrote the file
cat /sandbox-test-file
echo end
"""


def make_ext4(path, tree):
    with path.open("wb") as file:
        file.truncate(8 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-d", tree, path], check=True)


def test_what_is_read_only_stays_as_it_is(sandbox, scratch, account):
    """Also for a program that is root, with all capabilities its driver gives: the host keeps it from writing."""
    shared = scratch / "shared"
    shared.mkdir()
    (shared / "given").write_text("given\n")
    image = scratch / "image"
    make_ext4(image, shared)
    for path in (shared, shared / "given", image):
        os.chown(path, account.uid, account.gid)
        path.chmod(0o777)
    digest = hashlib.sha256(image.read_bytes()).hexdigest()
    mounts = [f"host-bind:/sandbox-test-a={shared}", f"host-image:/sandbox-test-b={image}"]
    # A bind of the sandbox's own is no matter of the host: root of a machine may change it.
    mounts += ["guest-bind:/sandbox-test-c=/sandbox-test-a"] if sandbox.is_container else []
    mounts += [f"host-bind:/sandbox-test-file={shared}/given"]
    options = ["-p"] + [word for mount in mounts for word in ("--mount", f"{mount},ro")]
    targets = [mount.split(":")[1].split("=")[0] for mount in mounts[:-1]]
    result = sandbox.shell(READ_ONLY, *targets, options=options)
    assert (result.status, result.out.decode()) == (0, "given\n" * len(targets) + "given\nend\n"), result
    assert hashlib.sha256(image.read_bytes()).hexdigest() == digest
    assert {path.name: path.read_text() for path in shared.iterdir()} == {"given": "given\n"}


WRITE = r"""
set -e
umask 027
echo one >/mnt/file; echo two >>/mnt/file; cat /mnt/file
mkdir /mnt/dir; mv /mnt/file /mnt/dir; chmod 600 /mnt/dir/file; ln -s dir /mnt/link; ln /mnt/dir/file /mnt/second
echo kept >>/mnt/dir/file; : >/mnt/gone; rm /mnt/gone
cat "/sandbox-test-file"
printf 'in place' | dd of=/sandbox-test-file conv=notrunc status=none
echo longer >>/sandbox-test-file
: >/sandbox-test-short
rm /sandbox-test-file 2>/dev/null || echo busy
grep -c 'libvirt-sandbox-file' /proc/mounts || true
"""


def check_written(directory, owner):
    assert (directory / "second").read_text() == "one\ntwo\nkept\n"
    assert (directory / "link").is_symlink() and not (directory / "gone").exists()
    for name, mode in {"dir": 0o750, "dir/file": 0o600, "link": None}.items():
        status = (directory / name).lstat()
        assert (status.st_uid, status.st_gid) == (owner.pw_uid, owner.pw_gid), name
        assert mode is None or status.st_mode & 0o7777 == mode, name


@pytest.mark.drivers("lxc", "session", "system", "member")
def test_what_the_caller_writes_is_the_caller_s(sandbox, scratch):
    check_writing(sandbox, scratch, pwd.getpwuid(sandbox.account.uid))


@pytest.mark.drivers("lxc", "embed")
def test_what_another_user_writes_is_that_user_s(sandbox, scratch, user):
    check_writing(sandbox, scratch, pwd.getpwuid(user.uid), ["-S", user.name])


def check_writing(sandbox, scratch, owner, switch=()):
    """Nobody else's rights are needed for what a program writes to the directories and files it was given."""
    shared = scratch / "shared"
    shared.mkdir()
    private = scratch / "private"
    private.mkdir()
    files = [private / name for name in ("file", "short", "secret")]
    for path in files:
        path.write_text("0123456789\n")
    inodes = [path.stat().st_ino for path in files]
    for path in (shared, private, *files):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    shared.chmod(0o700)
    mounts = [f"host-bind:/mnt={shared}", f"host-bind:/sandbox-test-file={files[0]}", f"host-bind:/sandbox-test-short={files[1]}"]
    options = [*switch, *(word for mount in mounts for word in ("--mount", mount))]
    result = sandbox.shell(WRITE, options=options)
    assert (result.status, result.out.decode(), result.err) == (0, "one\ntwo\n0123456789\nbusy\n0\n", b""), result
    check_written(shared, owner)
    assert [path.read_text() for path in files] == ["in place89\nlonger\n", "", "0123456789\n"]
    assert [path.stat().st_ino for path in files] == inodes
    assert {path.name for path in private.iterdir()} == {"file", "short", "secret"}


@pytest.mark.drivers("session")
def test_a_file_that_can_not_be_linked(sandbox):
    """Another user's: as a copy it can be read, and to write to it is refused before the start."""
    script = "cat /sandbox-test-file"
    result = sandbox.shell(script, options=["--mount", "host-bind:/sandbox-test-file=/etc/passwd,ro"])
    assert (result.status, result.out, result.err) == (0, Path("/etc/passwd").read_bytes(), b"")
    result = sandbox.shell(script, options=["--mount", "host-bind:/sandbox-test-file=/etc/passwd"])
    assert (result.status, result.out) == (125, b"")
    assert b"/etc/passwd" in result.err and b"',ro'" in result.err
