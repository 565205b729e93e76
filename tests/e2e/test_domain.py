"""libvirt accepts what the builders build."""

import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from rig import host

NAME = "everything"
EXT4_MAGIC = (1080, b"\x53\xef")


@pytest.fixture
def room(scratch):
    """What the domain is given."""
    for name in ("root/tmp", "root/home", "directory", "state"):
        (scratch / name).mkdir(parents=True)
    offset, magic = EXT4_MAGIC
    (scratch / "a.img").write_bytes(bytes(offset) + magic + bytes(4096))
    return scratch


def build(account, uri, room):
    script = host.REPOSITORY / "tests" / "e2e" / "everything.py"
    return account.run("/usr/bin/python3", script, uri, room / "state", room)


@pytest.mark.drivers("lxc", "system")
def test_everything_is_accepted(driver, account, daemons, libvirt_uri, room, nothing_left):
    domain = room / "domain.xml"
    domain.write_text(build(account, libvirt_uri, room))
    host.virsh(account, libvirt_uri, "define", "--validate", domain)
    try:
        kept = ElementTree.fromstring(host.virsh(account, libvirt_uri, "dumpxml", "--inactive", NAME))
    finally:
        host.virsh(account, libvirt_uri, "undefine", NAME)
    prefix = "sd" if driver == "lxc" else "vd"
    disks = [target.get("dev") for target in kept.iterfind("devices/disk/target")]
    # A machine has its image behind the disks.
    assert disks[-1] == f"{prefix}a" + ("d" if driver == "lxc" else "e")
    targets = [target.get("dir") for target in kept.iterfind("devices/filesystem/target")]
    mounts = 3 if driver == "lxc" else 2
    # A container has an empty root besides its own, its plan, its first process and its log.
    assert len(targets) == mounts + (5 if driver == "lxc" else 1), targets
    kinds = [interface.get("type") for interface in kept.iterfind("devices/interface")]
    assert kinds == ["network" if driver == "lxc" else "user", "network"]
    parameter = kept.find("devices/interface/filterref[@filter='clean-traffic']/parameter")
    assert parameter.attrib == {"name": "IP", "value": "192.0.2.1"}
    device = kept.find("devices/interface[filterref]/target")
    assert (device is not None) == (driver == "lxc")
