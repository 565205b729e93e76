"""A machine or container that can't come up ends soon, with 125 and the reason."""

import os
import shutil
import time
from pathlib import Path

import pytest

# Generous for a busy machine; a guest that hangs would take until the client's own end.
SECONDS = 60


def newest_kernel():
    """The newest kernel image with modules, and its release."""
    for image in sorted(Path("/boot").glob("vmlinuz-*"), key=lambda path: path.stat().st_mtime, reverse=True):
        release = image.name.removeprefix("vmlinuz-")
        if Path("/lib/modules", release, "modules.dep").exists():
            return image, release
    raise FileNotFoundError("no /boot/vmlinuz-* with modules: run scripts/install-deps")


@pytest.fixture
def fails(sandbox):
    """Checks that a start with these options fails as it shall, naming the culprit."""

    def check(*options, names, status=125):
        begin = time.monotonic()
        result = sandbox.run("/bin/true", options=[str(option) for option in options])
        assert time.monotonic() - begin < SECONDS
        assert (result.status, result.out) == (status, b""), result
        assert str(names).encode() in result.err, result.err
        assert b"panicked" not in result.err

    return check


@pytest.mark.drivers("embed")
class TestKernel:
    def test_no_image(self, fails, scratch):
        fails("--kernpath", scratch / "missing", names=scratch / "missing")

    def test_no_such_release(self, fails):
        fails("--kernver", "9.9.9-none", names="9.9.9-none")

    def test_empty_image(self, fails, scratch):
        image = scratch / "empty"
        image.touch()
        fails("--kernpath", image, names=image)

    def test_garbage_image(self, fails, scratch):
        image = scratch / "garbage"
        image.write_bytes(os.urandom(100_000))
        fails("--kernpath", image, names=image)

    def test_truncated_image(self, fails, scratch):
        image = scratch / "truncated"
        image.write_bytes(newest_kernel()[0].read_bytes()[:3_000_000])
        fails("--kernpath", image, names=image)

    def test_directory_as_image(self, fails, scratch):
        fails("--kernpath", scratch, names=scratch)

    def test_no_modules(self, fails, scratch):
        fails("--kmodpath", scratch, names=scratch)


@pytest.mark.drivers("embed")
def test_verbose_names_the_kernel(sandbox):
    result = sandbox.run("/bin/uname", "-r", options=["--verbose"])
    assert result.status == 0
    assert b"vmlinuz-" + result.out.strip() in result.err


@pytest.mark.drivers("session")
def test_unreadable_image(fails, scratch):
    image = scratch / "secret"
    shutil.copy(newest_kernel()[0], image)
    image.chmod(0)
    fails("--kernpath", image, names=image)


@pytest.mark.drivers("embed")
def test_damaged_module(fails, modules, scratch):
    """Found by the guest's kernel only: the reason is what the guest says."""
    for name in modules.rglob("9pnet_virtio.ko*"):
        name.write_bytes(b"\x7fELF garbage" * 100)
    fails("--kmodpath", modules, names="9pnet_virtio")


@pytest.mark.drivers("embed")
def test_what_changes_between_two_starts_is_not_taken_from_the_cache(sandbox, fails, modules, scratch):
    """A module, and the kernel, with the same size and time stamp as before."""
    original, release = newest_kernel()
    kernel = scratch / "vmlinuz"
    shutil.copy(original, kernel)
    options = ["--kernpath", kernel, "--kernver", release, "--kmodpath", modules]
    # What has just been copied is not cached.
    for _ in range(2):
        assert sandbox.run("/bin/true", options=[str(option) for option in options]).status == 0
    for file, name in ((next(modules.rglob("9pnet_virtio.ko*")), "9pnet_virtio"), (kernel, kernel)):
        content, times = file.read_bytes(), file.stat()
        with file.open("r+b") as changed:
            changed.write(b"garbage, " * (len(content) // 9))
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert (file.stat().st_ino, file.stat().st_size, file.stat().st_mtime_ns) == (times.st_ino, times.st_size, times.st_mtime_ns)
        fails(*options, names=name)
        file.write_bytes(content)


@pytest.fixture
def modules(scratch):
    """A copy of the module directory, in which all but the big subsystems is there."""
    release = newest_kernel()[1]
    source, copy = Path("/lib/modules") / release, scratch / "modules" / release
    copy.mkdir(parents=True)
    for index in source.glob("modules.*"):
        shutil.copy(index, copy)
    for part in ("drivers/virtio", "drivers/char", "drivers/block", "drivers/net/virtio_net.ko", "fs/9p", "fs/fscache"):
        copy_part(source / "kernel" / part, copy / "kernel" / part)
    for part in ("fs/netfs", "net/9p", "net/core", "net/packet", "crypto", "lib", "arch", "fs/overlayfs"):
        copy_part(source / "kernel" / part, copy / "kernel" / part)
    return scratch / "modules"


def copy_part(source, target):
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


class TestRoot:
    def test_missing(self, fails, scratch):
        fails("--root", scratch / "missing", names=scratch / "missing")

    def test_file(self, fails, scratch):
        file = scratch / "file"
        file.touch()
        fails("--root", file, names=file)

    def test_empty(self, fails, scratch):
        """There is nothing to mount on, and no program."""
        empty = scratch / "empty"
        empty.mkdir()
        fails("--root", empty, names=f"the root directory {empty} has no directory 'dev'")
