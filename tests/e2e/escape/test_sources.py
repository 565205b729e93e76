"""A path of the host leads through a link that a former run, or another user, has made: nothing is done to where it leads."""

import os
from pathlib import Path

import pytest

# As what a source can be given, below the directory D; each ends in a link, or leads through one.
SOURCES = {
    "bind": ["--mount", "host-bind:/mnt=D/directory"],
    "bind read-only": ["--mount", "host-bind:/mnt=D/directory,ro"],
    "bind below": ["--mount", "host-bind:/mnt=D/directory/deep"],
    "bind up": ["--mount", "host-bind:/mnt=D/directory/../victim"],
    "file": ["--mount", "host-bind:/mnt=D/image"],
    "image": ["--mount", "host-image:/mnt=D/image,format=raw"],
    "disk": ["--disk", "file:disk=D/image,format=raw"],
    "include": ["--mount", "ram:/mnt=1M", "--include", "/mnt/x=D/directory/file"],
    "temporary include": ["--mount", "host-bind:/mnt=", "--include", "/mnt/x=D/directory/file"],
    "root": ["--root", "D/directory"],
    "overlay": ["--overlay=D/directory"],
    "new overlay": ["--overlay=D/directory/new"],
}
PLANT = 'cd /work; ln -s "$1" directory; ln -s "$1/file" image; mv inside moved; ln -s "$1/.." inside'


@pytest.fixture
def victim(scratch, account):
    """A directory that no sandbox is given."""
    path = scratch / "victim"
    path.mkdir()
    # What a root needs: it could be one.
    for name in ("deep", "dev", "proc", "run", "sys"):
        (path / name).mkdir()
    (path / "file").write_bytes(b"secret".ljust(1 << 20, b"\0"))
    for found in (path / "file", path / "deep", path):
        os.chown(found, account.uid, account.gid)
    path.chmod(0o755)
    before = state(path)
    yield path
    assert state(path) == before


def state(directory):
    def known(path):
        status = path.lstat()
        return path.name, status.st_uid, status.st_gid, status.st_mode, status.st_ctime_ns

    return sorted(map(known, [directory, *directory.iterdir()]))


def attempts(directory):
    return {name: [word.replace("D/", f"{directory}/") for word in options] for name, options in SOURCES.items()}


def refused(sandbox, name, options):
    result = sandbox.run("/bin/sh", "-c", "cat /mnt/* /dev/disk/by-tag/*; echo x >/mnt/x; echo x >/x", options=options)
    assert (result.status, result.out) == (125, b""), (name, result)
    assert result.is_harmless(), (name, result)
    return result.err.decode()


@pytest.mark.drivers("lxc", "embed")
def test_links_of_a_former_run_are_not_followed(sandbox, scratch, victim):
    work = scratch / "work"
    (work / "inside").mkdir(parents=True)
    for path in (work, work / "inside"):
        path.chmod(0o777)
    mount = ["--mount", f"host-bind:/work={work}"]
    planted = sandbox.shell(PLANT, victim, options=mount)
    assert (planted.status, planted.err) == (0, b"")
    assert (work / "image").is_symlink()
    for name, options in attempts(work).items():
        message = refused(sandbox, name, [*mount, *options])
        if name in ("image", "disk"):
            # Whatever it leads to.
            assert "the program could exchange" in message, (name, message)
            continue
        link = work / ("image" if name == "file" else "directory")
        assert f"{link} is a symbolic link in {work}, which the sandbox can write to" in message, (name, message)
        assert str(victim) in message, (name, message)
    # What was a directory, of which the mount is a part only.
    inner = ["--mount", f"host-bind:/work={work}", "--mount", f"host-bind:/mnt={work / 'inside/victim'}"]
    assert f"{work / 'inside'} is a symbolic link" in refused(sandbox, "inside", inner)


@pytest.mark.drivers("lxc", "embed", "session")
def test_links_of_others_are_not_followed(sandbox, account, scratch, victim, admin):
    if admin.uid != 0:
        pytest.skip("only root makes links of others")
    stranger = 12345
    shared, owned, sticky = (scratch / name for name in ("shared", "owned", "sticky"))
    for path in (shared, owned, sticky):
        path.mkdir()
        os.chown(path, account.uid, account.gid)
    for path in (shared, owned, sticky):
        (path / "directory").symlink_to(victim)
        (path / "image").symlink_to(victim / "file")
        for link in ("directory", "image"):
            os.lchown(path / link, stranger, stranger)
    shared.chmod(0o777)
    os.chown(owned, stranger, stranger)
    sticky.chmod(0o1777)
    for directory in (shared, owned, sticky):
        for name, options in attempts(directory).items():
            message = refused(sandbox, name, options)
            assert "is a symbolic link in" in message and "others can write to" in message, (name, message)
            assert str(directory) in message and str(victim) in message, (name, message)


@pytest.mark.drivers("lxc", "embed", "session")
def test_links_of_the_caller_are(sandbox, account, scratch, victim):
    """In a directory of its own, and in one with the sticky bit."""
    own, sticky = scratch / "own", scratch / "sticky"
    for path, mode in ((own, 0o755), (sticky, 0o1777)):
        path.mkdir()
        os.chown(path, account.uid, account.gid)
        path.chmod(mode)
        (path / "directory").symlink_to("../victim")
        os.lchown(path / "directory", account.uid, account.gid)
    options = ["--mount", f"host-bind:/mnt={own / 'directory'},ro", "--mount", f"host-bind:/other={sticky / 'directory'},ro"]
    result = sandbox.shell("head -c 6 /mnt/file /other/file", options=[*options])
    assert (result.status, result.err) == (0, b"")
    assert result.out.count(b"secret") == 2


@pytest.mark.drivers("lxc", "embed")
def test_nothing_of_the_kernel_can_be_given(sandbox):
    for source in ("/proc", "/proc/self/ns", "/proc/cpuinfo", "/sys", "/sys/kernel", "/dev/pts"):
        if not Path(source).exists():
            continue
        for more in ("", ",ro"):
            message = refused(sandbox, source, ["--mount", f"host-bind:/mnt={source}{more}"])
            assert "the host's kernel" in message, (source, message)


@pytest.mark.drivers("lxc", "embed")
def test_temporary_files_are_not_made_where_others_can_rename_them(sandbox, scratch, admin):
    if admin.uid != 0:
        pytest.skip("only root makes directories of others")
    theirs = scratch / "tmp"
    theirs.mkdir()
    os.chown(theirs, 12345, 12345)
    theirs.chmod(0o777)
    before = theirs.stat().st_mtime_ns
    result = sandbox.shell("echo made >/mnt/file; cat /mnt/file", options=["--mount", "host-bind:/mnt="], env={"TMPDIR": str(theirs)})
    assert (result.status, result.out, result.err) == (0, b"made\n", b"")
    assert theirs.stat().st_mtime_ns == before
