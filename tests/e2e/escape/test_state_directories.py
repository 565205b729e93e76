"""Where sandboxes keep their files nobody else has a hand in, and what is found there is not believed."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from e2e.escape.test_userns import FIRST
from rig import namespace
from rig.sandbox import TIMEOUT

STATE = Path("/run/libvirt-sandbox")


@pytest.fixture(autouse=True)
def private(account):
    if not namespace.is_inside():
        pytest.skip("the directories of others are not to be changed")


@pytest.fixture
def precious(scratch):
    """A directory that is called as one that a sandbox has made."""
    path = scratch / ".libvirt-sandbox-precious"
    path.mkdir()
    (path / "file").write_text("precious")
    return path


def plant(state, target):
    """What somebody who can write to the place of state directories would put in."""
    (state / "outside").mkdir(parents=True)
    (state / "lock").touch()
    # As one that a killed client has left.
    (state / "client.json").write_text('{"pid": 1, "uri": "lxc:///", "since": 0, "command": []}')
    for name, link in (("scratch", target), (".token", "0123456789abcdef")):
        (state / "outside" / name).symlink_to(link)


def own(account, *paths):
    for path in paths:
        for part in [path, *path.rglob("*")]:
            os.chown(part, account.uid, account.gid, follow_symlinks=False)


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("name", ["planted", "other"])
def test_links_that_were_planted_remove_nothing(sandbox, precious, name):
    """Neither at a start under the name, nor when another start has it removed by the reaper."""
    plant(STATE / "planted", precious)
    result = sandbox.run("/bin/echo", "up", options=["--name", name, "--mount", "host-bind:/mnt="])
    assert (result.status, result.out, result.err) == (0, b"up\n", b"")
    assert (precious / "file").read_text() == "precious"
    assert not (STATE / "planted").exists()


@pytest.mark.drivers("session")
def test_links_that_were_planted_in_the_cache(sandbox, account, precious):
    """Without a runtime directory, as in a cron job, state directories are there."""
    base = account.cache / "libvirt-sandbox"
    plant(base / "planted", precious)
    base.chmod(0o700)
    own(account, base, precious)
    options = ["--name", "planted"]
    result = sandbox.run("/bin/echo", "up", options=options, uri="qemu:///embed", env={"XDG_RUNTIME_DIR": None})
    assert (result.status, result.out, result.err) == (0, b"up\n", b"")
    assert (precious / "file").read_text() == "precious"
    assert not (base / "planted").exists()
    base.chmod(0o777)
    refused = sandbox.run("/bin/true", options=options, uri="qemu:///embed", env={"XDG_RUNTIME_DIR": None})
    base.chmod(0o700)
    assert (refused.status, refused.out) == (125, b"")
    assert f"{base} can't hold the files of sandboxes: other users may write to it".encode() in refused.err


@pytest.mark.drivers("session")
def test_a_runtime_directory_of_somebody_else(sandbox, account, precious, scratch):
    """As `su` leaves it: it is not taken, however open it is."""
    runtime = scratch / "runtime"
    plant(runtime / "libvirt-sandbox/sandbox", precious)
    own(account, precious)
    os.chown(runtime, 0, 0)
    for directory in (runtime, runtime / "libvirt-sandbox"):
        directory.chmod(0o777)
    for options in (["--name", "sandbox", "--", "/bin/true"], ["--list"]):
        connect = ["--connect", "qemu:///embed"] if "--list" not in options else []
        result = sandbox.run(uri=False, options=[*connect, *options], env={"XDG_RUNTIME_DIR": str(runtime)})
        assert (result.status, result.out) == (125, b""), result
        assert f"{runtime} can't hold the files of sandboxes".encode() in result.err, result
    assert (precious / "file").read_text() == "precious"


@pytest.mark.drivers("lxc")
def test_a_place_for_temporary_files_that_others_prepared(sandbox, user, scratch):
    options = ["--mount", "host-bind:/mnt="]
    room = scratch / "room"
    base = room / f"libvirt-sandbox-{sandbox.account.uid}"
    room.mkdir()
    room.chmod(0o1777)
    base.mkdir()
    for prepare, problem in (
        (lambda: os.chown(base, user.uid, user.gid), "it belongs to another user"),
        (lambda: (os.chown(base, 0, 0), base.chmod(0o777)), "other users may write to it"),
        (lambda: (base.rmdir(), base.symlink_to(scratch)), "it is no directory, or a link to one"),
    ):
        prepare()
        result = sandbox.run("/bin/true", options=options, env={"TMPDIR": str(room)})
        assert (result.status, result.out) == (125, b""), result
        assert f"can't hold the temporary files of sandboxes: {problem}".encode() in result.err, result
    # Where others could rename what is made there, nothing is.
    base.unlink()
    room.chmod(0o777)
    assert sandbox.run("/bin/true", options=options, env={"TMPDIR": str(room)}).status == 0
    assert not base.exists()
    room.chmod(0o1777)
    assert sandbox.run("/bin/true", options=options, env={"TMPDIR": str(room)}).status == 0
    assert list(base.iterdir()) == []


@pytest.mark.drivers("lxc", "embed")
@pytest.mark.parametrize("userns", [False, True], ids=["plain", "userns"])
def test_what_is_copied_into_a_sandbox_is_for_its_first_process_alone(sandbox, scratch, userns):
    if userns and not sandbox.is_container:
        pytest.skip("machines have no user namespaces")
    secret = scratch / "secret"
    secret.write_text("secret\n")
    options = ["--mount", "ram:/mnt=16M", "--include", f"/mnt/secret={secret}", *(["--userns"] if userns else [])]
    with sandbox.start("/bin/sh", "-c", "cat /mnt/secret; exec cat", options=options, stdin=subprocess.PIPE) as client:
        assert client.stdout.readline() == b"secret\n", client.communicate()
        base = Path(f"/var/tmp/libvirt-sandbox-{sandbox.account.uid}")
        [archive] = base.glob(".libvirt-sandbox-*/content/archives/*.tar")
        reader = archive.stat().st_uid
        modes = [(path.stat().st_uid, stat.S_IMODE(path.stat().st_mode)) for path in [archive, *list(archive.parents)[:4]]]
        # Others pass through to what is theirs, but can't look around. QEMU has it by its group.
        own = [0o600, 0o700, 0o700] if sandbox.is_container else [0o640, 0o750, 0o750]
        assert modes == [*[(reader, mode) for mode in own], (0, 0o711), (0, 0o711)]
        assert reader == (FIRST if userns else 0)
        client.communicate(timeout=TIMEOUT)
    assert list(base.iterdir()) == []


@pytest.mark.drivers("embed")
def test_nobody_else_can_wait_for_an_embedded_driver_s_lock(sandbox):
    with sandbox.start("/bin/sh", "-c", "echo up; exec cat", stdin=subprocess.PIPE) as client:
        assert client.stdout.readline() == b"up\n"
        [lock] = STATE.glob(".embed-*/lock")
        assert stat.S_IMODE(lock.stat().st_mode) == 0o600
        client.communicate(timeout=TIMEOUT)
