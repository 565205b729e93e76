"""Debian as it comes, where AppArmor is on."""

from pathlib import Path

from conftest import check

LOADED = Path("/sys/kernel/security/apparmor/profiles")


def test_the_host_is_as_it_should_be():
    assert Path("/sys/module/apparmor/parameters/enabled").read_text() == "Y\n"
    assert "libvirtd (enforce)" in LOADED.read_text()
    assert "<model>apparmor</model>" in check("virsh", "-c", "lxc:///", "capabilities")
    assert "noexec" in check("findmnt", "--noheadings", "--output=OPTIONS", "/run")
