"""A disk image names other files of the host, or a server: the sandbox does not get them through it."""

import os
import socket
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from e2e.escape import images

# A container of such a host has no image that is not raw.
LACKS_NBD = subprocess.run(["modinfo", "nbd"], capture_output=True).returncode != 0 and not Path("/sys/module/nbd").exists()
DRIVERS = ("lxc", "embed", "session", "system")


@pytest.fixture
def secret(scratch, account):
    """A file that no sandbox is given; as large as an image, so that it could be one."""
    path = scratch / "secret"
    path.write_bytes(b"secret".ljust(images.SIZE, b"\0"))
    path.chmod(0o600)
    os.chown(path, account.uid, account.gid)
    before = state(path)
    yield path
    assert state(path) == before


def state(path):
    status = path.stat()
    return status.st_uid, status.st_gid, status.st_mode, status.st_ctime_ns, path.read_bytes()


@pytest.fixture
def server():
    """A server that only the host can reach; nobody connects to it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]
        listening.setblocking(False)
        with pytest.raises(BlockingIOError):
            listening.accept()


def hostile(secret, port):
    """Names of images, what is in them, and what they refer to."""
    where = f"nbd://127.0.0.1:{port}/"
    json = f'json:{{"driver":"raw","file":{{"driver":"file","filename":"{secret}"}}}}'
    return [
        ("backing.qcow2", images.qcow2(backing=bytes(secret)), str(secret)),
        ("probed.qcow2", images.qcow2(backing=bytes(secret), backing_format=b""), str(secret)),
        ("server.qcow2", images.qcow2(backing=where.encode()), where),
        ("json.qcow2", images.qcow2(backing=json.encode()), json[:40]),
        ("data.qcow2", images.qcow2(data_file=bytes(secret)), str(secret)),
        ("extent.vmdk", images.vmdk(secret), str(secret)),
        ("unknown.dmg", bytes(4096), "dmg"),
    ]


def refused(sandbox, options):
    """Runs nothing, and gives what the user reads."""
    result = sandbox.run("/bin/true", options=options)
    assert (result.status, result.out) == (125, b"") and result.is_harmless(), result
    return result.err.decode()


@pytest.mark.drivers(*DRIVERS)
def test_an_image_that_refers_to_something_else_is_refused(sandbox, scratch, secret, server):
    for name, content, what in hostile(secret, server):
        image = scratch / name
        image.write_bytes(content)
        image.chmod(0o666)
        other = scratch / f"{name}.image"
        other.write_bytes(content)
        other.chmod(0o666)
        kind = image.suffix[1:]
        for options in (
            ["--disk", f"file:disk={image}"],
            ["--disk", f"file:disk={other},format={kind}"],
            ["--mount", f"host-image:/mnt={image}"],
            ["--mount", f"host-image:/={image},ro"],
        ):
            message = refused(sandbox, options)
            assert "qemu-img convert" in message, message
            if not (sandbox.is_container and LACKS_NBD):
                assert f"{scratch / name}" in message and what in message and "backing=allow" in message, message


@pytest.mark.drivers("lxc", "embed")
def test_an_image_that_a_former_run_has_written_is_no_exception(sandbox, scratch, secret):
    work = scratch / "work"
    work.mkdir()
    work.chmod(0o777)
    image = work / "disk.qcow2"
    image.write_bytes(images.qcow2())
    image.chmod(0o666)
    program = "import sys; open('/work/disk.qcow2', 'r+b').write(sys.stdin.buffer.read())"
    mount = ["--mount", f"host-bind:/work={work}"]
    written = sandbox.run("/usr/bin/python3", "-c", program, options=mount, stdin=images.qcow2(data_file=bytes(secret)))
    assert (written.status, written.err) == (0, b"")
    work.chmod(0o755)
    disk = ["--disk", f"file:disk={image}"]
    message = refused(sandbox, disk)
    assert (f"'{secret}'" in message) or (sandbox.is_container and LACKS_NBD), message
    # While it can be written to nobody looks into it.
    assert "the program could exchange" in refused(sandbox, [*mount, *disk]) or (sandbox.is_container and LACKS_NBD)


@pytest.mark.drivers("lxc", "embed", "system")
def test_an_image_that_another_user_could_exchange_is_refused(sandbox, scratch):
    """libvirt changes its owner by its name, and QEMU opens it by that, when a link may be in its place."""
    nobody = 65534
    for name, mode, owner in (("closed", 0o700, nobody), ("open", 0o777, 0), ("sticky", 0o1777, 0)):
        directory = scratch / name
        directory.mkdir()
        directory.chmod(mode)
        os.chown(directory, owner, owner)
        image = directory / "disk.img"
        image.write_bytes(bytes(1 << 20))
        subprocess.run(["mkfs.ext4", "-q", image], check=True)
        os.chown(image, nobody, nobody)
        for options in (["--disk", f"file:disk={image}"], ["--mount", f"host-image:/mnt={image}"]):
            message = refused(sandbox, options)
            assert "others could exchange" in message and str(image) in message, message
    # Root's in the last one can't be exchanged, nor can another user's in a directory of root's.
    os.chown(image, 0, 0)
    raw, other = scratch / "raw.img", scratch / "other.qcow2"
    raw.write_bytes(bytes(1 << 20))
    other.write_bytes(images.qcow2())
    for path in (raw, other):
        os.chown(path, nobody, nobody)
    given = ["--disk", f"file:one={image}", "--disk", f"file:two={raw}"]
    result = sandbox.run("/bin/true", options=["--dry-run", *given])
    assert (result.status, result.err) == (0, b""), result
    message = refused(sandbox, ["--disk", f"file:disk={other}"])
    assert "belongs to another user" in message or (sandbox.is_container and LACKS_NBD), message


@pytest.mark.drivers("embed", "session")
def test_an_image_of_its_own_is_used_and_others_when_that_is_meant(sandbox, scratch, account):
    base = scratch / "base"
    base.write_bytes(b"base".ljust(images.SIZE, b"\0"))
    alone, backed, raw = scratch / "alone.qcow2", scratch / "backed.qcow2", scratch / "raw.img"
    alone.write_bytes(images.qcow2())
    backed.write_bytes(images.qcow2(backing=bytes(base)))
    # What looks like an image in another format is content.
    raw.write_bytes(images.qcow2(backing=bytes(base)))
    for path in (base, alone, backed, raw):
        path.chmod(0o666)
        os.chown(path, account.uid, account.gid)
    options = ["--disk", f"file:alone={alone}", "--disk", f"file:backed={backed},backing=allow", "--disk", f"file:raw={raw}"]
    script = """
    cd /dev/disk/by-tag
    head -c 4 backed; head -c 3 raw; head -c 4 alone | od -An -tx1
    for disk in alone backed; do printf new | dd of=$disk conv=notrunc status=none; done
    """
    result = sandbox.shell(script, options=options)
    assert (result.status, result.out, result.err) == (0, b"baseQFI 00 00 00 00\n", b"")
    assert base.read_bytes()[:4] == b"base"
    assert len(alone.read_bytes()) > 4 * images.CLUSTER < len(backed.read_bytes())


@pytest.mark.drivers("embed", "session")
def test_libvirt_does_not_look_for_more(sandbox, scratch):
    """Nor does QEMU: every image has its format."""
    given = {"alone.qcow2": "", "raw.img": "", "allowed.qcow2": ",backing=allow"}
    options = []
    for name, more in given.items():
        (scratch / name).write_bytes(images.qcow2() if name.endswith("qcow2") else bytes(1 << 20))
        options += ["--disk", f"file:{name}={scratch / name}{more}"]
    told = sandbox.run("/bin/true", options=["--dry-run", *options])
    assert (told.status, told.err) == (0, b""), told
    disks = ElementTree.fromstring(told.out.decode().split("\n\n", 1)[0]).findall("devices/disk")
    found = {os.path.basename(disk.find("source").get("file")): disk for disk in disks}
    assert found.keys() == given.keys()
    for name, disk in found.items():
        assert disk.find("driver").get("type") == ("raw" if name == "raw.img" else "qcow2")
        behind = disk.find("backingStore")
        assert (behind is None) == (name == "allowed.qcow2"), name
        assert behind is None or len(behind) == 0


@pytest.mark.drivers("lxc", "embed")
def test_an_overlay_that_another_user_has_is_refused(sandbox, scratch):
    """What is in it was for root's first process to follow, and it could be exchanged."""
    keep = scratch / "keep"
    keep.mkdir()
    os.chown(keep, 65534, 65534)
    assert "it belongs to another user" in refused(sandbox, [f"--overlay={keep}"])
    if sandbox.is_container:
        os.chown(keep, 0, 0)
        (keep / "container").mkdir()
        os.chown(keep / "container", 65534, 65534)
        assert "it belongs to another user" in refused(sandbox, [f"--overlay={keep}"])
