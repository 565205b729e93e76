"""A root that can be written to, while the host's files stay as they are."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

WRITE = r"""
set -e
cd "$1"
echo new >made && cat made
echo more >>changed && cat changed
rm removed && ! test -e removed
mv tree moved && cat moved/deep/file
chmod 600 kept && stat -c %a kept
mkdir -p /sandbox-test-new/dir && echo x >/sandbox-test-new/dir/file
ln -s nowhere link
rm -r gone && mkdir gone && ls gone
/usr/bin/python3 -c '
import mmap
with open("mapped", "w+b") as file:
    file.truncate(5000)
    with mmap.mmap(file.fileno(), 5000) as area:
        area[4990:5000] = b"mapped end"
'
tail -c 10 mapped && echo
echo mounted >/sandbox-test-mount/here/file && cat /sandbox-test-mount/here/file
"""
WRITTEN = "new old more of-the-tree 600 mapped end mounted".split()

READ = r"""
set -e
cd "$1"
cat made changed moved/deep/file && stat -c %a kept && tail -c 10 mapped && echo
! test -e removed && ! test -e tree && test -z "$(ls gone)"
cat /sandbox-test-new/dir/file
! ls "$2" 2>/dev/null | grep .
"""
USER = r"""
set -e
cd "$1"
echo x >file && cat file && mv kept moved && chmod 600 moved
! echo x 2>/dev/null >/etc/passwd
! mkdir /sandbox-test-dir 2>/dev/null
! dd if=/dev/zero of=big bs=1M count=16 2>/dev/null
test $(stat -c %s big) -le 8388608
id -u
"""
READ_BACK = "new old more of-the-tree 600 mapped end x".split()


def make_tree(scratch):
    """What a sandbox writes to; on the host it has to stay what it is."""
    room = scratch / "room"
    for directory in ("tree/deep", "gone/dir"):
        (room / directory).mkdir(parents=True)
    for name, text in {"changed": "old", "removed": "here", "kept": "kept", "tree/deep/file": "of-the-tree", "gone/dir/file": ""}.items():
        (room / name).write_text(text + "\n")
    for path in (room, *room.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    return room


def state(room):
    paths = sorted([room, *room.rglob("*")])
    return [(path, path.lstat()[:8], path.read_bytes() if path.is_file() else None) for path in paths], sorted(os.listdir("/"))


@pytest.mark.drivers("lxc")
def test_what_is_written_to_the_root_is_thrown_away(sandbox, scratch):
    room = make_tree(scratch)
    before = state(room)
    options = ["-p", "--overlay", "--mount", "ram:/sandbox-test-mount/here=1M"]
    result = sandbox.shell(WRITE, room, options=options)
    assert (result.status, result.err) == (0, b"")
    assert result.out.decode().split() == WRITTEN
    assert state(room) == before


def test_what_is_written_to_the_root_is_kept(sandbox, scratch):
    room = make_tree(scratch)
    before = state(room)
    keep = scratch / "keep"
    options = ["-p", f"--overlay={keep}", "--mount", "ram:/sandbox-test-mount/here=1M"]
    hidden = '! ls "$2" 2>/dev/null | grep .'
    result = sandbox.shell(f"{WRITE}\n{hidden}", room, keep, options=options)
    assert (result.status, result.err) == (0, b"")
    assert result.out.decode().split() == WRITTEN
    if sandbox.is_container:
        assert keep.stat().st_uid == 0 and (keep / "container").stat().st_mode & 0o777 == 0o700
    else:
        assert (keep / "machine.img").stat().st_mode & 0o777 == 0o600
        check = subprocess.run(["e2fsck", "-fp", keep / "machine.img"], capture_output=True)
        assert check.returncode in (0, 1), check
    result = sandbox.shell(READ, room, keep, options=["-p", f"--overlay={keep}"])
    assert (result.status, result.err) == (0, b"")
    assert result.out.decode().split() == READ_BACK
    assert state(room) == before


@pytest.mark.drivers("lxc", "session")
def test_an_ordinary_user_writes_where_the_modes_allow_it(sandbox, account, scratch, user):
    """Also in directories of theirs on the host, which do not change, and not more than was allowed."""
    own = scratch / "own"
    own.mkdir()
    os.chown(scratch, user.uid, user.gid)
    (own / "kept").write_text("kept")
    for path in (own, own / "kept"):
        os.chown(path, user.uid, user.gid)
    before = state(own)
    options = ["--overlay", "--overlay-size=8M", *(["-S", user.name] if sandbox.is_container else [])]
    result = sandbox.shell(USER, own, options=options)
    assert (result.status, result.out, result.err) == (0, f"x\n{user.uid}\n".encode(), b"")
    assert state(own) == before


@pytest.mark.drivers("lxc")
def test_an_overlay_directory_that_can_not_be_used_is_refused(sandbox, scratch):
    keep = scratch / "keep"
    (scratch / "file").touch()
    for options, reason in [
        ([f"--overlay={scratch}/none/keep"], f"{scratch}/none: No such file"),
        ([f"--overlay={scratch}/file"], "not a directory"),
        ([f"--overlay={keep}", "--mount", f"host-bind:/mnt={scratch}"], "would see it at /mnt"),
        (["--overlay", "--overlay-size=lots"], "--overlay-size"),
    ]:
        result = sandbox.run("/bin/true", options=options)
        assert (result.status, result.out) == (125, b"")
        assert reason in result.err.decode(), result
    told = sandbox.run("/bin/true", options=["--dry-run", f"--overlay={keep}"])
    assert told.status == 0 and f"{keep}/container".encode() in told.out and b"overlay:" in told.out, told
    assert not keep.exists()
    with sandbox.start("/bin/sh", "-c", "echo ready; cat", options=[f"--overlay={keep}"], stdin=subprocess.PIPE) as first:
        assert first.stdout.readline() == b"ready\n"
        result = sandbox.run("/bin/true", options=[f"--overlay={keep}"])
        assert result.status == 125 and b"another sandbox" in result.err, result
        assert first.communicate(timeout=300)[1] == b""
        assert first.returncode == 0


NUMBERS = r"""
import os, subprocess, sys
os.chdir(sys.argv[1])
# Nothing of the caller's settings, which are not to be read.
os.environ["HOME"] = "/nonexistent"

def identity(path):
    about = os.stat(path)
    return about.st_dev, about.st_ino

before = {name: identity(name) for name in ("changed", "kept", "tree", ".")}
reader = os.open("changed", os.O_RDONLY)
with open("changed", "a") as file:
    file.write("more")
    file.flush()
    about = os.fstat(file.fileno())
    assert (about.st_dev, about.st_ino) == before["changed"]
about = os.fstat(reader)
assert (about.st_dev, about.st_ino) == before["changed"]
os.chmod("kept", 0o600)
with open("tree/made", "w") as file:
    file.write("new")
assert {name: identity(name) for name in before} == before, before
os.rename("kept", "moved")
assert identity("moved") == before["kept"]
everything = sorted(os.path.join(top, name) for top, directories, files in os.walk(".") for name in directories + files)
assert {identity(path)[0] for path in everything} == {before["."][0]}
for command in (["find", ".", "-mindepth", "1", "-xdev"], ["sh", "-c", "tar --one-file-system -c . | tar -t"]):
    seen = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.split()
    assert sorted(name.rstrip("/") for name in seen if name != "./") == everything, (command, seen)
for entry in os.scandir("."):
    assert entry.inode() == entry.stat(follow_symlinks=False).st_ino, entry
# Of a new name in a machine the kernel may not know the origin.
if sys.argv[2] == "container":
    os.link("removed", "linked")
    assert identity("removed") == identity("linked")
    subprocess.run(["git", "clone", "-q", "repository", "clone"], check=True)
else:
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", "repository", "clone"], check=True)
print(open("clone/file").read())
"""


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_a_file_that_is_written_to_stays_the_same_file(sandbox, scratch):
    """In one file system with all others, for programs that look at numbers."""
    room = make_tree(scratch)
    repository = room / "repository"
    git = ["git", "-c", "user.name=x", "-c", "user.email=x", "-C", repository]
    subprocess.run(["git", "init", "-q", repository], check=True)
    (repository / "file").write_text("committed")
    subprocess.run([*git, "add", "file"], check=True)
    subprocess.run([*git, "commit", "-qm", "message"], check=True)
    kind = "container" if sandbox.is_container else "machine"
    result = sandbox.run("/usr/bin/python3", "-c", NUMBERS, room, kind, options=["-p", "--overlay"])
    assert (result.status, result.out, result.err) == (0, b"committed\n", b"")
