"""File systems of which a program of the host is the server, at any place: a sandbox neither shows them nor asks the server."""

import ctypes
import os
import select
import subprocess
from contextlib import contextmanager

import pytest

libc = ctypes.CDLL(None, use_errno=True)

LOOK = 'ls -A "$1" 2>/dev/null; cat "$1/file" "$1/name/x" 2>/dev/null; (: >"$1/made") 2>/dev/null && echo wrote; echo looked'


@pytest.fixture
def fuse(scratch):
    """A directory of another user with a FUSE file system that shows a file."""
    source, place = scratch / "source", scratch / "odd/fuse"
    source.mkdir(mode=0o777)
    place.mkdir(parents=True)
    (source / "file").write_text("shown\n")
    subprocess.run(["bindfs", "-o", "allow_other", source, place], check=True)
    assert (place / "file").read_text() == "shown\n"
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@contextmanager
def automounter(place):
    """An automount point whose server answers nobody; what it was asked for can be read from the pipe."""
    asked, asks = os.pipe2(os.O_NONBLOCK)
    # Everybody is served who is not in the group of this number, which is nobody's. Who asks does not wait any more when the pipe is closed.
    options = f"fd={asks},pgrp={os.getpid()},minproto=5,maxproto=5,indirect"
    made = libc.mount(b"test", os.fsencode(place), b"autofs", 0, options.encode())
    assert made == 0, os.strerror(ctypes.get_errno())
    os.close(asks)
    try:
        yield asked
    finally:
        os.close(asked)
        subprocess.run(["umount", "--lazy", place], check=True)


@pytest.mark.drivers("lxc", "embed")
@pytest.mark.parametrize("bound", [False, True], ids=["root", "bind"])
def test_a_fuse_file_system_is_not_shown(sandbox, scratch, fuse, bound):
    options = ["--mount", f"host-bind:/mnt={scratch},ro"] if bound else []
    place = "/mnt/odd/fuse" if bound else fuse
    result = sandbox.shell(LOOK, place, options=options)
    assert (result.status, result.out) == (0, b"looked\n"), result


@pytest.mark.drivers("lxc", "embed")
@pytest.mark.parametrize("bound", [False, True], ids=["root", "bind"])
def test_an_automounter_is_not_asked(sandbox, scratch, bound):
    place = scratch / "odd/auto"
    place.mkdir(parents=True)
    options = ["--mount", f"host-bind:/mnt={scratch},ro"] if bound else []
    with automounter(place) as asked:
        result = sandbox.shell(LOOK, "/mnt/odd/auto" if bound else place, options=options)
        with pytest.raises(BlockingIOError):
            os.read(asked, 1)
        # As anybody else would be.
        with subprocess.Popen(["ls", place / "name"], stderr=subprocess.DEVNULL) as other:
            assert select.select([asked], [], [], 60)[0]
            other.kill()
    assert (result.status, result.out) == (0, b"looked\n"), result
