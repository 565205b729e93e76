"""What --dry-run tells is what a start would do, and nothing comes of it."""

import os
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

FROM_PYTHON = """
import sys
import gi
gi.require_version("LibvirtSandbox", "1.0")
gi.require_version("LibvirtGObject", "1.0")
from gi.repository import GLib, LibvirtGObject, LibvirtSandbox
LibvirtSandbox.init_object_check(None, None)
connection = LibvirtGObject.Connection.new(sys.argv[1])
connection.open(None)
config = LibvirtSandbox.ConfigServiceGeneric.new("told")
config.set_command(["/bin/sleep", "infinity"])
domain, plan = LibvirtSandbox.ContextService.new(connection, config).dry_run()
assert "<name>told</name>" in domain and "/services/told/generation-" in domain, domain
assert "- /bin/sleep\\n" in plan and "Service:" in plan, plan
try:
    LibvirtSandbox.ContextService.new(connection, LibvirtSandbox.ConfigServiceGeneric.new("a b")).dry_run()
except GLib.Error as error:
    assert "not a valid sandbox name" in error.message
else:
    raise AssertionError("a bad name is not refused")
"""


def cached(account):
    """What the library has made of kernels and modules."""
    directories = [account.cache, "/var/cache/libvirt-sandbox", f"/var/tmp/libvirt-sandbox-cache-{account.uid}"]
    names = [name for directory in directories for _, _, names in os.walk(directory) for name in names]
    return sorted(name for name in names if name.startswith(("vmlinux", "initrd")))


@pytest.mark.drivers("lxc", "embed", "session", "system")
def test_dry_run(sandbox, account, scratch, verify_nothing_left):
    options = ["--dry-run", "--name", "told", "--env", "TOKEN=for my eyes", "--mount", "ram:/mnt=2M"]
    before = cached(account)
    result = sandbox.run("/bin/echo", "two words", options=options, env={"TMPDIR": str(scratch)})
    assert (result.status, result.err) == (0, b"")
    xml, plan = result.out.decode().split("\n\n", 1)
    domain = ElementTree.fromstring(xml)
    assert domain.get("type") in (("lxc",) if sandbox.is_container else ("qemu", "kvm"))
    assert domain.findtext("name") == "told"
    assert "/libvirt-sandbox/told/" in xml and str(scratch) not in xml
    # All containers start in the same directory.
    assert not sandbox.is_container or domain.find("devices/filesystem/source").get("dir") == "/run/libvirt-sandbox/.root"
    lines = plan.splitlines()
    assert "hostname: told" in lines and "resolver: none" in lines and "  umask: 0022" in lines
    assert "    - two words" in lines and "    - TOKEN=for my eyes" in lines
    assert "    target: /mnt" in lines
    assert cached(account) == before and os.listdir(scratch) == []
    verify_nothing_left()


@pytest.mark.drivers("lxc", "session")
def test_dry_run_from_python(sandbox, account):
    """A service, too, and errors as a start has them."""
    result = subprocess.run(
        ["/usr/bin/python3", "-c", FROM_PYTHON, sandbox.uri], env=account.environment(), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=300, **account.popen_arguments())
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.drivers("lxc")
def test_dry_run_of_what_can_not_be_started(sandbox):
    for options, reason in (
        (["--root", "/nonexistent"], b"/nonexistent"),
        (["--name", "a/b"], b"not a valid sandbox name"),
        (["--mount", "host-bind:/mnt=/nonexistent"], b"/nonexistent"),
    ):
        result = sandbox.run("/bin/true", options=["--dry-run", *options])
        assert (result.status, result.out) == (125, b"")
        assert reason in result.err
    result = sandbox.run("/bin/true", uri="test:///default", options=["--dry-run"])
    assert (result.status, result.out) == (125, b"")
    assert b"test:///default" in result.err
