"""The host's kernel, sockets and pipes at places where nobody would look for them: a sandbox is shown nothing there."""

import contextlib
import os
import subprocess

import pytest

from e2e.escape.witnesses import Listener

# The file systems of the kernel that every container's host can have, by what mount(8) needs for them.
KERNEL = {
    "proc": ["-t", "proc"],
    "sys": ["-t", "sysfs"],
    "devices": ["-t", "devtmpfs"],
    "terminals": ["-t", "devpts"],
    "debug": ["-t", "debugfs"],
    "trace": ["-t", "tracefs"],
    "security": ["-t", "securityfs"],
    "queues": ["-t", "mqueue"],
    "huge": ["-t", "hugetlbfs"],
    "formats": ["-t", "binfmt_misc"],
    "bpf": ["-t", "bpf"],
}
PROGRAMS = ["--mount", "host-bind:/usr=/usr,ro"]
WAYS = {
    "plain": [],
    "another user": ["-S", "nobody"],
    "privileged": ["--privileged"],
    "user namespace": ["--userns"],
    "overlay": ["--overlay"],
    "kept overlay": ["--overlay=K"],
    "root": ["--root", "T", *PROGRAMS],
    "bind": ["--mount", "host-bind:/mnt=D"],
    "root that is a bind": ["--mount", "host-bind:/=T", *PROGRAMS],
}
# Whatever is in such a directory, or that it can be written to.
LOOK = 'for place; do find "$place" -mindepth 1 2>/dev/null | head -n 3; (: >"$place/made") 2>/dev/null && echo "wrote $place"; done; echo looked'
CONNECT = """
import socket, sys
for path in sys.argv[1:]:
    try:
        socket.socket(socket.AF_UNIX).connect(path)
        print("reached", path)
    except OSError:
        pass
"""


@pytest.fixture
def mounted():
    """Mounts what it is asked to, for as long as the test runs."""
    with contextlib.ExitStack() as places:

        def mount(place, *options):
            made = subprocess.run(["mount", *options, "none", place], capture_output=True)
            if made.returncode == 0:
                places.callback(subprocess.run, ["umount", "--lazy", place], check=True)
            return made.returncode == 0

        yield mount


@pytest.fixture
def tree(scratch):
    """A tree that can be a root, with a place for the host's programs."""
    path = scratch / "tree"
    for name in ("dev", "proc", "run", "sys", "etc", "mnt", "usr", "odd"):
        (path / name).mkdir(parents=True)
    for name in ("bin", "lib", "lib64", "sbin"):
        (path / name).symlink_to(f"usr/{name}")
    return path


def fill(directory, mounted):
    """Mounts everything of the kernel below a directory, as far as this kernel has it."""
    made = []
    for name, options in KERNEL.items():
        place = directory / name
        place.mkdir(parents=True)
        if mounted(place, *options):
            made.append(name)
    assert {"proc", "sys", "terminals", "queues"} <= set(made)


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("way", WAYS)
def test_the_kernel_is_not_shown(sandbox, scratch, tree, mounted, way):
    fill(scratch / "odd", mounted)
    fill(tree / "odd", mounted)
    known = {"K": scratch / "kept", "T": tree, "D": scratch}
    words = [word.rpartition("=") for word in WAYS[way]]
    options = [f"{key}{equal}{known.get(value, value)}" for key, equal, value in words]
    inside = {"root": "/odd", "root that is a bind": "/odd", "bind": "/mnt/odd"}.get(way, f"{scratch}/odd")
    result = sandbox.shell(LOOK, *[f"{inside}/{name}" for name in KERNEL], options=options)
    # What this kernel could not mount is an ordinary directory of the host.
    written = [line for line in result.out.decode().splitlines() if line != "looked"]
    unmounted = [name for name in KERNEL if not (scratch / "odd" / name).is_mount()]
    shown = [line for line in written if not any(f"/{name}" in line for name in unmounted)]
    assert (result.status, shown) == (0, []), result
    assert b"looked" in result.out


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("way", ["plain", "privileged", "user namespace", "overlay"])
def test_sockets_and_pipes_that_are_mounted_as_files_lead_nowhere(sandbox, scratch, mounted, way):
    (scratch / "hidden").mkdir()
    listener = Listener(1, str(scratch / "hidden/socket"))
    os.chmod(scratch / "hidden/socket", 0o777)
    os.mkfifo(scratch / "hidden/pipe")
    os.chmod(scratch / "hidden/pipe", 0o666)
    places = []
    for name in ("socket", "pipe"):
        place = scratch / f"{name}-here"
        place.touch()
        assert subprocess.run(["mount", "--bind", scratch / "hidden" / name, place]).returncode == 0
        places.append(place)
    reader = os.open(scratch / "hidden/pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        result = sandbox.run("/usr/bin/python3", "-c", CONNECT, scratch / "hidden/socket", places[0], options=WAYS[way])
        assert (result.status, result.out) == (0, b""), result
        result = sandbox.shell('echo reached 1<>"$1"; echo tried', places[1], options=WAYS[way])
        assert b"tried" in result.out, result
        assert os.read(reader, 64) == b""
    finally:
        os.close(reader)
        for place in places:
            subprocess.run(["umount", "--lazy", place], check=True)
    assert not listener.was_reached()
    listener.socket.close()


@pytest.mark.drivers("lxc")
def test_what_holds_files_is_shown_wherever_it_is(sandbox, scratch, mounted):
    deep = scratch / "a/b"
    deep.mkdir(parents=True)
    assert mounted(deep, "-t", "tmpfs")
    (deep / "file").write_text("shown\n")
    (deep / "directory").mkdir()
    result = sandbox.shell('cat "$1/file"; : >"$1/made"', deep)
    assert result.out == b"shown\n"
    assert b"Read-only file system" in result.err
    bound = ["--mount", f"host-bind:/mnt={scratch}"]
    result = sandbox.shell("cat /mnt/a/b/file; echo written >/mnt/a/b/made", options=bound)
    assert (result.status, result.out, result.err) == (0, b"shown\n", b"")
    assert (deep / "made").read_text() == "written\n"
    result = sandbox.shell("cat /mnt/a/b/file; : >/mnt/a/b/more", options=["--mount", f"host-bind:/mnt={scratch},ro"])
    assert result.out == b"shown\n"
    assert not (deep / "more").exists()


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("options", [[], ["--privileged"], ["--userns", "--privileged"]])
def test_of_proc_only_processes_can_be_changed(sandbox, options):
    # Files that the kernel has only once; who has user ID 0 owns them.
    script = """
        cd /proc
        for name in *; do
            case $name in [0-9]*|self|thread-self|mounts|net) continue;; esac
            chmod u+w "$name" 2>/dev/null && echo "changed $name"
        done
        for name in kcore kmsg kpagecount kpageflags slabinfo vmallocinfo timer_list keys; do
            test -s "$name" && echo "shows $name"; head -c 1 "$name" 2>/dev/null | grep -q . && echo "reads $name"
        done
        echo 7 >/proc/self/oom_score_adj && cat /proc/self/oom_score_adj; test -r cpuinfo && echo processors"""
    result = sandbox.shell(script, options=options)
    assert (result.status, result.out) == (0, b"7\nprocessors\n"), result
