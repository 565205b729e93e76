"""What one sandbox writes does not decide what the next ones are: caches, state, and images that it could exchange."""

import contextlib
import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from rig import host, namespace
from rig.sandbox import TIMEOUT, Sandbox

CAPABILITIES = Path("/var/cache/libvirt-sandbox/qemu-capabilities")
FILTER = "<flag name='seccomp-sandbox'/>"

# Whatever could be a cache becomes another one: of the same size, and one that says so by its name.
POISON = r"""
cd "$1" || exit
find . -name 'vmlinux-*' -o -name 'initrd-*' -o -name '*.xml' | while read -r file; do
    (printf poison | dd of="$file" conv=notrunc) 2>/dev/null && echo "poisoned $file"
    (printf poison >"${file%.*}.6") 2>/dev/null && echo "added to $file"
done
echo done
"""


def of_user(user):
    """The cache of an ordinary user."""
    return Path(f"/var/tmp/libvirt-sandbox-cache-{user.uid}")


def digests(directory):
    return {path: hashlib.sha256(path.read_bytes()).digest() for path in directory.rglob("*") if path.is_file()}


@pytest.fixture
def as_user(sandbox, user):
    """The embedded driver of an ordinary user."""
    return Sandbox(sandbox.driver, sandbox.uri, user)


@pytest.mark.drivers("embed")
@pytest.mark.skipif(not namespace.is_inside(), reason="empties the user's cache")
def test_a_program_with_the_home_directory_does_not_boot_the_next_machines(as_user, user):
    cache = of_user(user)
    assert as_user.run("/bin/true").status == 0
    made = digests(cache)
    assert {path.name.split("-")[0] for path in made if path.parent == cache} == {"vmlinux", "initrd"}
    assert (cache.stat().st_uid, cache.stat().st_mode & 0o777) == (user.uid, 0o700)
    # A place from which nothing is taken, and the one itself, which can't be written to.
    bait = user.home / ".cache" / "libvirt-sandbox"
    bait.mkdir()
    os.chown(bait, user.uid, user.gid)
    for path in made:
        copy = bait / path.name
        copy.write_bytes(path.read_bytes())
        os.chown(copy, user.uid, user.gid)
    home = ["--mount", f"host-bind:{user.home}={user.home}"]
    result = as_user.shell(POISON, bait, options=home)
    assert (result.status, result.err) == (0, b"") and b"poisoned" in result.out, result
    result = as_user.shell(POISON, cache, options=home)
    assert (result.status, result.out, result.err) == (0, b"done\n", b"")
    assert digests(cache) == made
    result = as_user.run("/bin/cat", stdin=b"not poisoned")
    assert (result.status, result.out, result.err) == (0, b"not poisoned", b"")


@pytest.mark.drivers("embed")
@pytest.mark.skipif(not namespace.is_inside(), reason="needs a /var/tmp that is the test's")
def test_nobody_else_s_directory_is_taken_for_the_cache(as_user, user):
    """Who takes its name first slows the user down, and no more."""
    cache = of_user(user)
    put_aside = cache.with_suffix(".aside")
    with contextlib.suppress(FileNotFoundError):
        cache.rename(put_aside)
    planted = cache / "qemu-capabilities" / "planted.xml"
    planted.parent.mkdir(parents=True)
    planted.write_text(FILTER)
    try:
        result = as_user.run("/bin/cat", stdin=b"slow", options=["--verbose"])
        assert (result.status, result.out) == (0, b"slow"), result
        assert str(cache) in result.err.decode(), result
        assert [path for path in cache.rglob("*") if path.is_file()] == [planted]
    finally:
        planted.unlink()
        planted.parent.rmdir()
        cache.rmdir()
        if put_aside.exists():
            put_aside.rename(cache)


def refused(sandbox, directory, mode=""):
    """Whether the sandbox is not given `directory`; nothing is started."""
    options = ["--dry-run", "--mount", f"host-bind:/mnt={directory}{mode}"]
    result = sandbox.run("/bin/true", options=options)
    if result.status == 0:
        return False
    assert result.status == 125 and b"',ro'" in result.err and os.fsencode(directory) in result.err, result
    return True


@pytest.mark.drivers("embed")
def test_what_later_sandboxes_are_made_of_is_not_given_away(as_user, user):
    reserved = [user.config / "libvirt", user.config / "libvirt-sandbox" / "services", of_user(user)]
    for directory in reserved:
        directory.mkdir(parents=True, exist_ok=True)
        os.chown(directory, user.uid, user.gid)
    link = user.scratch / "link"
    link.symlink_to(user.config)
    around = [user.config, user.cache, user.runtime, "/var/tmp", "/var", "/", link, link / "libvirt"]
    try:
        given = {str(path): refused(as_user, path) for path in [*reserved, *around]}
        assert {path for path, is_refused in given.items() if not is_refused} == set()
        # Nothing else is, and nothing that can only be read.
        given = {str(path): refused(as_user, path) for path in (user.home, user.scratch, "/tmp")}
        assert {path for path, is_refused in given.items() if is_refused} == set()
        given = {str(path): refused(as_user, path, ",ro") for path in (*reserved, *around)}
        assert {path for path, is_refused in given.items() if is_refused} == set()
    finally:
        link.unlink()


@pytest.mark.drivers("lxc", "embed", "system")
def test_the_system_s_is_given_to_nobody_who_could_write_to_it(sandbox):
    directories = ["/", "/etc", "/run", "/run/libvirt-sandbox", "/var/cache", "/etc/libvirt", "/etc/apparmor.d", "/run/libvirt"]
    for directory in directories:
        Path(directory).mkdir(exist_ok=True)
    given = {path: refused(sandbox, path) for path in directories}
    assert {path for path, is_refused in given.items() if not is_refused} == set()
    # Another user can't write there anyway.
    result = sandbox.run("/bin/true", options=["--dry-run", "--switchto", "nobody", "--mount", "host-bind:/mnt=/etc"])
    assert (result.status, result.err) == (0, b"")


@pytest.mark.drivers("lxc", "embed", "system", "session")
def test_an_image_that_could_be_exchanged_is_refused(sandbox, account, scratch):
    """libvirt changes its owner by its name, back at the end as well, when the program may have put a link there."""
    shared = scratch / "shared"
    shared.mkdir()
    image = shared / "disk.img"
    image.write_bytes(bytes(1 << 20))
    subprocess.run(["mkfs.ext4", "-q", image], check=True)
    link = scratch / "link.img"
    link.symlink_to(image)
    for path in (shared, image):
        os.chown(path, account.uid, account.gid)
    before = image.stat()
    bind = ["--mount", f"host-bind:/work={shared}"]
    for name in (image, link):
        for option in (["--disk", f"file:tag={name}"], ["--mount", f"host-image:/mnt={name},format=raw"]):
            result = sandbox.run("/bin/true", options=[*bind, *option])
            assert (result.status, result.out) == (125, b""), result
            assert b"could exchange" in result.err and b"',ro'" in result.err, result
    assert (image.stat().st_uid, image.stat().st_gid, image.stat().st_mode) == (before.st_uid, before.st_gid, before.st_mode)
    result = sandbox.run("/bin/true", options=["--dry-run", "--mount", f"host-bind:/work={shared},ro", "--disk", f"file:tag={image}"])
    assert (result.status, result.err) == (0, b"")


def filters_of_machine(sandbox):
    """How many filters of system calls the process of a machine has, which the kernel says."""
    client = sandbox.start("/bin/cat", options=["--name", "filtered"], stdin=subprocess.PIPE)
    try:
        client.stdin.write(b"up\n")
        client.stdin.flush()
        assert client.stdout.readline() == b"up\n"
        is_its = lambda pid: "guest=filtered" in host.command_line(pid) and "qemu-system" in host.command_line(pid)  # noqa: E731
        (pid,) = filter(is_its, host.process_ids())
        status = Path(f"/proc/{pid}/status").read_text().splitlines()
        out, err = client.communicate(timeout=TIMEOUT)
    finally:
        client.kill()
        client.wait()
    assert (client.returncode, out, err) == (0, b"", b"")
    (mode,) = (line.split()[1] for line in status if line.startswith("Seccomp:"))
    return mode


@pytest.mark.drivers("embed")
@pytest.mark.skipif(not namespace.is_inside(), reason="changes root's cache")
def test_what_is_known_about_qemu_does_not_take_its_filter_away(sandbox):
    assert filters_of_machine(sandbox) == "2"
    known = list(CAPABILITIES.glob("*.xml"))
    assert known
    for path in known:
        text = path.read_text()
        assert FILTER in text
        path.write_text(text.replace(FILTER, ""))
    assert filters_of_machine(sandbox) == "2"
    assert all(FILTER in path.read_text() for path in known), "found out anew"
