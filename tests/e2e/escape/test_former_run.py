"""What a former run left in an overlay, a root or a directory that it could write to leads the next one nowhere."""

import ctypes
import os
import subprocess
import threading
from pathlib import Path

import pytest

SECRET = b"the secret of somebody else\n"
# From which the identity of a program that got out could be told.
LOOK = "cat /proc/self/status; (echo x >>/etc/made-by-a-sandbox) 2>/dev/null && echo out; true"

libc = ctypes.CDLL(None, use_errno=True)


@pytest.fixture
def secret(scratch, admin):
    """A file of somebody else that root without capabilities can't read."""
    path = scratch / "secret"
    path.write_bytes(SECRET)
    os.chown(path, 12345, 12345)
    path.chmod(0o600)
    return path


@pytest.fixture
def tree(scratch):
    """A writable root with the host's programs."""
    path = scratch / "tree"
    for name in ("dev", "proc", "run", "sys", "etc", "mnt", "usr"):
        (path / name).mkdir(parents=True)
    for name in ("bin", "lib", "lib64", "sbin"):
        (path / name).symlink_to(f"usr/{name}")
    return path


def root(tree):
    return ["--mount", f"host-bind:/={tree}", "--mount", "host-bind:/usr=/usr,ro"]


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("target", ["secret", "/proc/kallsyms", "/proc/kmsg", "/proc/1/stack"])
def test_the_file_of_hosts_is_the_host_s(sandbox, scratch, secret, target):
    target = str(secret) if target == "secret" else target
    keep = [f"--overlay={scratch / 'keep'}"]
    made = sandbox.shell("echo x >/etc/made", options=keep)
    assert (made.status, made.err) == (0, b""), made
    # What it can do to its root where /etc is no mount of its own: exchange the directory.
    layers = [path for path in (scratch / "keep/container").rglob("made") if path.parent.name in ("etc", "upper")]
    (layers[0].parent / "hosts").symlink_to(target)
    result = sandbox.shell("readlink /etc/hosts; grep -q '^0*[1-9a-f][0-9a-f]* T ' /etc/hosts && echo addresses", options=keep, timeout=60)
    assert result.out == f"{target}\n".encode(), result
    assert SECRET not in sandbox.shell("head -c 4096 /etc/hosts", options=keep, timeout=60).out


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("options", [[], ["-S", "nobody"], ["--privileged"]])
def test_a_link_in_the_place_of_the_old_root(sandbox, tree, options):
    (tree / ".oldroot").symlink_to("mnt")
    result = sandbox.shell("ls -A /mnt", options=[*root(tree), *options])
    assert (result.status, result.out) == (0, b""), result
    assert (tree / ".oldroot").is_symlink()


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("name", ["dev", "proc", "sys", "run"])
def test_a_link_in_the_place_of_the_kernel_s_files(sandbox, tree, name):
    (tree / name).rmdir()
    (tree / name).symlink_to("/mnt")
    result = sandbox.shell("echo ran", options=root(tree))
    assert (result.status, result.out) == (125, b""), result
    assert f"'{name}'".encode() in result.err, result


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("target", ["/dev/libvirt-sandbox", "/dev", "/proc", "/proc/sys", "/", "/run"])
def test_a_link_in_the_place_of_a_mount_point(sandbox, scratch, target):
    box, work = scratch / "box", scratch / "work"
    box.mkdir()
    work.mkdir()
    (work / "plan").write_bytes(b"a plan of the program's")
    options = ["--mount", f"host-bind:/mnt={box}", "--mount", f"host-bind:/mnt/work={work}"]
    planted = sandbox.shell('cd /mnt && rm -rf work && ln -s "$1" work', target, options=options[:2])
    assert (planted.status, planted.err) == (0, b""), planted
    result = sandbox.shell("echo ran", options=options)
    assert (result.status, result.out) == (125, b""), result
    assert b"/mnt/work" in result.err and b"symbolic link 'work'" in result.err, result


@pytest.mark.drivers("lxc")
def test_nothing_is_made_through_a_link(sandbox, scratch):
    home, private = scratch / "home", scratch / "private"
    (home / "me").mkdir(parents=True)
    private.mkdir()
    private.chmod(0o700)
    (home / "me/.cache").symlink_to(private)
    options = ["--mount", f"host-bind:/home={home}", "--mount", "ram:/home/me/.cache/app/tmp=1M"]
    options += ["--mount", f"host-bind:{private.parent}={private.parent}"]
    result = sandbox.shell("echo ran", options=options)
    assert (result.status, result.out) == (125, b""), result
    assert list(private.iterdir()) == []


@pytest.mark.drivers("lxc")
def test_missing_mount_points_belong_to_the_program(sandbox, scratch, admin):
    home = scratch / "home"
    home.mkdir()
    os.chown(home, 65534, 65534)
    options = ["-S", "nobody", "--mount", f"host-bind:/home={home}", "--mount", "ram:/home/a/b=1M"]
    result = sandbox.shell("echo ran", options=options)
    assert (result.status, result.out) == (0, b"ran\n"), result
    assert [path.stat().st_uid for path in (home / "a", home / "a/b")] == [65534, 65534]


@pytest.mark.drivers("lxc")
def test_a_terminal_is_no_file_of_the_program_s(sandbox, scratch, secret):
    home, work = scratch / "home", scratch / "work"
    for path in (home, work):
        path.mkdir()
    (home / "wk").symlink_to("/dev")
    (work / "tty2").symlink_to(secret)
    options = ["--shell", "--mount", f"host-bind:/home={home}", "--mount", f"host-bind:/home/wk={work}"]
    result = sandbox.shell("echo ran", options=options)
    assert (result.status, result.out) == (125, b""), result
    assert secret.stat().st_uid == 12345


@pytest.mark.drivers("lxc")
def test_an_image_is_settled_by_what_it_is(sandbox, scratch):
    image, other = scratch / "image", scratch / "other"
    with image.open("wb") as file:
        file.truncate(16 << 20)
    subprocess.run(["mkfs.ext4", "-q", image], check=True)
    other.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "none", other], check=True)
    try:
        options = ["--overlay", "--mount", f"host-image:/srv/i/img={image},format=raw", "--mount", f"host-bind:/mnt={other}"]
        script = "echo kept >/srv/i/img/file; mv /srv/i /srv/j; mkdir -p /srv/i; ln -s /mnt /srv/i/img; echo ran"
        result = sandbox.shell(script, options=options)
        assert b"ran" in result.out, result
        (other / "made").write_text("the host can write")
    finally:
        subprocess.run(["umount", other], check=True)
    about = subprocess.run(["dumpe2fs", "-h", image], capture_output=True, text=True, check=True).stdout
    assert "Filesystem state:         clean" in about
    content = subprocess.run(["debugfs", "-R", "cat /file", image], capture_output=True, check=True).stdout
    assert content == b"kept\n"


@pytest.mark.drivers("lxc")
def test_the_store_of_an_overlay_stays_hidden(sandbox, scratch):
    keep = scratch / "a/keep"
    keep.parent.mkdir()
    options = [f"--overlay={keep}"]
    script = 'mv "$1" "$1-moved"; mv "$2" "$2-moved"; mkdir -p "$1"; echo tried'
    result = sandbox.shell(script, scratch / "a", scratch, options=options)
    assert b"tried" in result.out, result
    result = sandbox.shell('find / -xdev -path "*keep/container*" 2>/dev/null; find "$1"* -name container; echo looked', scratch, options=options)
    assert result.out == b"looked\n", result
