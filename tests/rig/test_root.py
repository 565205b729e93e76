"""Proves that a root which is entered is one, and that nothing is left of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rig import host

ENTER = host.REPOSITORY / "tests" / "packages" / "root.py"
MOUNTS = Path("/proc/self/mountinfo")

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can enter another root")


@pytest.fixture
def enter(tmp_path):
    """Runs a command in a root where `given` is at /srv/given."""
    given, temporary = tmp_path / "given", tmp_path / "temporary"
    given.mkdir()
    temporary.mkdir()

    def run(*options, command):
        arguments = [sys.executable, ENTER, *options, "--", "sh", "-c", command]
        result = subprocess.run(arguments, env=os.environ | {"TMPDIR": str(temporary)}, capture_output=True, text=True)
        assert str(tmp_path) not in MOUNTS.read_text()
        assert not list(temporary.iterdir())
        return result

    run.given = given
    return run


@pytest.mark.parametrize("kept", [[], ["--keep"]], ids=["overlay", "kept"])
def test_it_is_a_mount_point_and_what_is_given_can_be_written_to(enter, kept):
    result = enter(*kept, f"{enter.given}:/srv/given", command="mountpoint -q / && echo written >/srv/given/file; exit 7")
    assert (result.returncode, result.stderr) == (7, "")
    assert (enter.given / "file").read_text() == "written\n"


def test_what_is_given_can_be_read_only(enter):
    result = enter(f"{enter.given}:/srv/given:ro", command="touch /srv/given/file")
    assert result.returncode != 0 and "Read-only" in result.stderr
    assert not list(enter.given.iterdir())


@pytest.mark.parametrize("kept", [False, True])
def test_changes_stay_where_they_are_to(enter, kept, tmp_path):
    """In a tree with no more than a shell of the host."""
    tree = tmp_path / "tree"
    for directory in ("usr", "dev", "sys", "proc", "run", "tmp", "var/tmp", "srv"):
        (tree / directory).mkdir(parents=True)
    for name in ("bin", "lib", "lib64"):
        (tree / name).symlink_to(f"usr/{name}")
    options = ["--keep"] if kept else []
    result = enter(f"--root={tree}", *options, "/usr:/usr:ro", command="echo new >/file")
    assert (result.returncode, result.stderr) == (0, "")
    assert (tree / "file").exists() == kept


def test_the_network_is_the_hosts_where_that_is_wanted(enter):
    shown = os.readlink("/proc/self/ns/net")
    command = "readlink /proc/self/ns/net"
    assert enter("--network", command=command).stdout.strip() == shown
    assert enter(command=command).stdout.strip() != shown
