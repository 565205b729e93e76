"""Files of the host that are copied into the mounts that a run has to itself."""

import os
import re
import socket
import subprocess

import pytest

SHOW = r"""
cd "$1"
find . -mindepth 1 -printf '%p %y %m %U:%G %T@ %s %l\n' | sort
cat deep/file
/usr/bin/python3 -c 'import os; print({n: os.getxattr("deep/file", n) for n in os.listxattr("deep/file")})'
"""


@pytest.fixture
def tree(scratch, account):
    """A tree with everything that a copy has to keep."""
    tree = scratch / "tree"
    (tree / "deep").mkdir(parents=True)
    (tree / "closed").mkdir()
    (tree / "deep/file").write_text("content\n")
    (tree / "deep" / ("long-" * 40)).write_text("")
    (tree / "second").hardlink_to(tree / "deep/file")
    (tree / "program").write_text("#!/bin/sh\n")
    (tree / "closed/ä b").write_bytes(bytes(70000))
    (tree / "to-file").symlink_to("deep/file")
    (tree / "dangling").symlink_to("/nonexistent/\u00fc")
    os.setxattr(tree / "deep/file", "user.note", b"a\0b\n")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.fsencode(tree / "s"))
    (tree / "s").unlink()
    for number, (path, mode) in enumerate({"program": 0o4755, "deep/file": 0o640, "closed": 0o711, "deep": 0o2750}.items()):
        os.chown(tree / path, account.uid, account.gid)
        (tree / path).chmod(mode)
    for number, path in enumerate([*tree.glob("*/*"), *tree.glob("*"), tree]):
        os.utime(path, ns=(0, 10**18 + number * 10**9 + 123456789), follow_symlinks=False)
        os.chown(path, account.uid, account.gid, follow_symlinks=False) if account.uid else None
    return tree


def shown(text, has_attributes):
    """What the script found, without the sizes of directories, which their file systems decide on, and without attributes
    where the kernel of a machine has none in memory."""
    lines = text.splitlines() if has_attributes else text.splitlines()[:-1]
    return [line.split(" ") if " d " not in line else line.split(" ")[:-2] for line in lines]


def test_a_copy_is_as_the_original(sandbox, tree, scratch):
    expected = subprocess.run(["sh", "-c", SHOW, "sh", tree], capture_output=True, text=True, check=True).stdout
    (scratch / "list").write_text(f"/sandbox-test-ram/a/b={tree}\n")
    options = ["--mount", "ram:/sandbox-test-ram=64M", "--mount", "host-bind:/sandbox-test-tmp="]
    options += ["--mount", "guest-bind:/sandbox-test-view=/sandbox-test-ram/a/b/deep"]
    options += ["-I", scratch / "list", "-i", f"/sandbox-test-tmp/x={tree}", "-v", "-p"]
    script = f"""
show() {{ {SHOW}
}}
(show /sandbox-test-ram/a/b) && (show /sandbox-test-tmp/x) && cat /sandbox-test-view/file
stat -c %i /sandbox-test-ram/a/b/second /sandbox-test-ram/a/b/deep/file | uniq | wc -l
stat -c %u:%a /sandbox-test-ram/a
ls -d /dev/libvirt-sandbox*
grep -c /dev/libvirt-sandbox /proc/mounts
"""
    result = sandbox.shell(script, options=options)
    assert f"copying {tree} to /sandbox-test-ram/a/b" in result.err.decode()
    assert f"copying {tree} to /sandbox-test-tmp/x" in result.err.decode()
    lines = result.out.decode().splitlines()
    count = len(expected.splitlines())
    for copy in (lines[:count], lines[count : 2 * count]):
        assert shown("\n".join(copy), sandbox.is_container) == shown(expected, sandbox.is_container)
    assert lines[2 * count :] == ["content", "1", f"{sandbox.account.uid}:755", "0"]


@pytest.mark.drivers("lxc")
def test_a_long_copy_tells_how_far_it_is(sandbox, scratch):
    for number in range(9000):
        (scratch / f"{number}").touch()
    options = ["--mount", "ram:/mnt=64M", "--include", f"/mnt/tree={scratch}"]
    result = sandbox.shell("ls /mnt/tree | wc -l", options=["--verbose", *options])
    assert (result.status, result.out) == (0, b"9000\n")
    told = re.findall(rb"copied (\d+) files", result.err)
    assert [int(count) for count in told[:2]] == [4096, 8192], result.err
    quiet = sandbox.run("/bin/true", options=options)
    assert (quiet.status, quiet.err) == (0, b"")


@pytest.mark.drivers("lxc")
def test_a_copy_that_can_not_be_made_is_refused(sandbox, scratch):
    (scratch / "big").write_bytes(bytes(3 << 20))
    ram = ["--mount", "ram:/mnt=1M"]
    for options, reason in [
        ([*ram, "-i", "/mnt/x=/missing/file"], "/missing/file"),
        ([*ram, "-i", "/other=/etc/hostname"], "/other"),
        ([*ram, "-i", "/mnt/x=no/such/file"], "/no/such/file"),
        ([*ram, "-i", "/mnt=/etc/hostname"], "name a path below it"),
        (["--mount", f"host-bind:/mnt={scratch}", "-i", "/mnt/x=/etc/hostname"], "only into ram mounts"),
        (["--mount", "guest-bind:/mnt=/tmp", "-i", "/mnt/x=/etc/hostname"], "only into ram mounts"),
        ([*ram, "-i", f"/mnt/x={scratch}/big"], "copy files into /mnt: No space left"),
    ]:
        result = sandbox.run("/bin/true", options=options)
        assert (result.status, result.out) == (125, b""), result
        assert reason in result.err.decode(), result


OVERLAID = r"""
set -e
cd /sandbox-test-included/tree
cat deep/file && stat -c %a program
cat /etc/hostname && ls /sandbox-test-included
cat /tmp/inside
"""


@pytest.mark.parametrize("kept", [False, True], ids=["thrown-away", "kept"])
def test_an_overlay_takes_copies_anywhere(kept, sandbox, tree, scratch):
    """Also in the place of a file of the host, which stays as it is; below a mount they come into that."""
    if kept and sandbox.driver != "lxc":
        size = ["--overlay-size", "64M"]
    else:
        size = []
    hostname = open("/etc/hostname").read()
    (scratch / "name").write_text("included\n")
    options = [
        *([f"--overlay={scratch}/kept", *size] if kept else ["--overlay"]),
        *("-m", "ram:/tmp=1M", "-i", f"/tmp/inside={scratch}/name"),
        *("-i", f"/sandbox-test-included/tree={tree}", "-i", f"/etc/hostname={scratch}/name"),
    ]
    result = sandbox.shell(OVERLAID, options=["-p", *options])
    assert (result.status, result.out, result.err) == (0, b"content\n4755\nincluded\ntree\nincluded\n", b""), result
    assert open("/etc/hostname").read() == hostname
    if kept:
        again = sandbox.shell("cat /etc/hostname", options=options[:1])
        assert (again.status, again.out) == (0, b"included\n"), again


def test_a_root_that_is_not_written_to_takes_none(sandbox, scratch):
    result = sandbox.run("/bin/true", options=["-i", "/etc/hostname=/etc/hostname"])
    assert (result.status, result.out) == (125, b"")
    assert b"/etc/hostname" in result.err and b"overlay" in result.err, result
