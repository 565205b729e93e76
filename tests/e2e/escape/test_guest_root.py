"""Root of a virtual machine, or whoever breaks its kernel, talks with the servers of the host's files itself."""

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

PROBE = Path(__file__).with_name("guest_root.py")
PYTHON = "/usr/bin/python3"


@contextmanager
def mounted(place, fstype, *options):
    place.mkdir(parents=True)
    subprocess.run(["mount", "-t", fstype, *options, fstype, place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def of_the_kernel(place):
    """Paths that show processes, devices or the kernel, and nothing else does: below `place` instead of the root."""
    pid = os.getpid()
    return [f"{place}/proc/{pid}/{name}" for name in ("environ", "mem", "maps")] + [f"{place}/proc/kcore"]


@pytest.mark.drivers("embed", "system")
@pytest.mark.parametrize("more", [[], ["--overlay"], ["--mount", "host-bind:/mnt=/,ro"]], ids=["plain", "overlay", "bound"])
def test_the_host_s_processes_are_out_of_reach(sandbox, scratch, more):
    """Neither below /proc of the host nor where else it is mounted."""
    with mounted(scratch / "jail/proc", "proc"), mounted(scratch / "jail/sys", "sysfs"):
        wanted = [
            *of_the_kernel("/"),
            *of_the_kernel(scratch / "jail"),
            f"{scratch}/jail/sys/kernel/kexec_loaded",
            "/sys/kernel/kexec_loaded",
            "/dev/full",
            *(["/run/libvirt/libvirt-sock"] if os.path.ismount("/run") else []),
        ]
        result = sandbox.run(PYTHON, PROBE, *wanted, options=["--privileged", *more])
    assert (result.status, result.err) == (0, b""), result
    first, *reached = result.out.decode().splitlines()
    # It could look at all.
    assert int(first.removeprefix("ways in: ")) > 1
    assert reached == []


@pytest.mark.drivers("embed")
def test_a_file_system_of_the_host_is_no_way_to_its_kernel(sandbox):
    result = sandbox.run("/bin/true", options=["--mount", "host-bind:/mnt=/proc/self"])
    assert result.status == 125
    assert b"(proc)" in result.err, result


@pytest.mark.drivers("embed", "system")
def test_file_systems_of_the_host_are_seen(sandbox, scratch):
    """Also where they are below each other; and what is below a directory is seen in it, wherever that is."""
    with (
        mounted(scratch / "odd place", "tmpfs", "-omode=755") as odd,
        mounted(odd / "a/b", "tmpfs", "-omode=755") as deep,
        mounted(odd / "a/kernel", "proc"),
    ):
        (odd / "a/file").write_text("odd\n")
        (deep / "file").write_text("deep\n")
        script = f"""
            cd "$1" && cat a/file a/b/file && ls a && ! touch a/x a/b/x 2>/dev/null && ! ls a/kernel/self 2>/dev/null
            cd /mnt && cat a/file a/b/file && ! touch a/x a/b/x 2>/dev/null
        """
        result = sandbox.shell(script, odd, options=["--mount", f"host-bind:/mnt={odd},ro"])
    assert (result.status, result.err) == (0, b""), result
    assert result.out.decode().split() == ["odd", "deep", "b", "file", "kernel", "odd", "deep"]


@pytest.mark.drivers("embed")
def test_beside_a_mount_point_files_are_made(sandbox, scratch):
    """In a directory that is written to, and on what is mounted below it."""
    scratch.chmod(0o777)
    with mounted(scratch / "below", "tmpfs", "-omode=777") as below:
        script = "cd /mnt && echo beside >beside && echo below >below/file && mv beside moved"
        result = sandbox.shell(script, options=["--mount", f"host-bind:/mnt={scratch}"])
        assert (result.status, result.out, result.err) == (0, b"", b"")
        assert (below / "file").read_text() == "below\n"
    assert (scratch / "moved").read_text() == "beside\n"


@pytest.mark.drivers("embed")
def test_each_file_system_has_its_layer(sandbox, scratch):
    """What is written to the root is kept, whatever file system of the host it is written to."""
    keep = scratch / "keep"
    with mounted(scratch / "odd", "tmpfs", "-omode=755") as odd, mounted(odd / "a/b", "tmpfs", "-omode=755") as deep:
        (deep / "given").write_text("given\n")
        options = ["--privileged", f"--overlay={keep}"]
        script = 'set -e; cd "$1"; echo 1 >new; echo 2 >a/new; echo 3 >>a/b/given; mkdir a/b/c; echo 4 >../top; mkdir /sandbox-test-new'
        result = sandbox.shell(script, odd, options=options)
        assert (result.status, result.out, result.err) == (0, b"", b"")
        result = sandbox.shell('cd "$1" && cat new a/new a/b/given ../top && ls -d /sandbox-test-new a/b/c', odd, options=options)
        assert (result.status, result.err) == (0, b"")
        assert result.out.decode().split() == ["1", "2", "given", "3", "4", "/sandbox-test-new", "a/b/c"]
        assert sorted(path.name for path in odd.rglob("*")) == ["a", "b", "given"]
        assert (deep / "given").read_text() == "given\n"
