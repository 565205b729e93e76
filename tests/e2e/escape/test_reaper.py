"""What ends and is removed after a client is the client's own, however the client dies and whatever is called like it."""

import os
import re
import select
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from rig import host
from rig.sandbox import TIMEOUT

STATE = Path("/run/libvirt-sandbox")
FORKED = """
import os, signal, sys
import gi
gi.require_version("LibvirtGObject", "1.0")
gi.require_version("LibvirtSandbox", "1.0")
from gi.repository import LibvirtGObject, LibvirtSandbox
LibvirtSandbox.init_object_check(None, None)
connection = LibvirtGObject.Connection.new(sys.argv[1])
connection.open(None)
config = LibvirtSandbox.ConfigInteractive.new("forked")
config.set_command(["/bin/sleep", "1000"])
context = LibvirtSandbox.ContextInteractive.new(connection, config)
context.start()
if os.fork() == 0:
    # The copy has every descriptor, and lives until its input ends.
    os.read(0, 1)
    os._exit(0)
print("forked", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
FOREIGN = """
<domain type="lxc"><name>{name}</name><memory>65536</memory>
<os><type>exe</type><init>/bin/cat</init></os>
<devices><console type="pty"/></devices></domain>
"""
# libvirt does not say what a domain is.
SPEECHLESS = """
char *virDomainGetXMLDesc(void *domain, unsigned int flags) { (void) domain; (void) flags; return 0; }
"""


def processes(pattern):
    mark = re.compile(pattern)
    return [pid for pid in host.process_ids() if mark.search(host.command_line(pid))]


class Watched:
    """A process that is waited for, and not another one of its number."""

    def __init__(self, pid):
        self.descriptor = os.pidfd_open(pid)

    def has_ended(self, seconds=TIMEOUT):
        return bool(select.select([self.descriptor], [], [], seconds)[0])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.descriptor)


@pytest.mark.drivers("embed")
def test_a_machine_with_a_like_command_line_lives(sandbox, libvirt_uri, scratch):
    """One that uses something in the directory of an embedded driver is not for that reason the driver's."""
    root = libvirt_uri.partition("=")[2]
    program = scratch / "qemu-system-x86_64"
    shutil.copy("/bin/sh", program)
    foreign = subprocess.Popen(
        [program, "-c", "read line", "-pidfile", f"{root}/disks/qemu.pid", f"{root}/disks/prod.img"], stdin=subprocess.PIPE)
    try:
        client = sandbox.start("/bin/sh", "-c", "echo up; exec cat", options=["--name", "own"], uri=libvirt_uri, stdin=subprocess.PIPE)
        assert client.stdout.readline() == b"up\n"
        [machine] = processes("qemu-system.* guest=own,")
        [reaper] = processes(rf"libvirt-sandbox-reaper .*--client {client.pid}( |$)")
        with Watched(machine) as machine, Watched(reaper) as reaper:
            client.kill()
            client.communicate()
            assert machine.has_ended() and reaper.has_ended()
        assert foreign.poll() is None
        assert not (STATE / "own").exists() and Path(root).exists()
    finally:
        foreign.communicate(b"\n", TIMEOUT)
    assert foreign.returncode == 0


def test_a_client_that_was_forked(sandbox, libvirt_uri, account, verify_nothing_left):
    """Its copy holds the lock, the channel and libvirt's connection; the sandbox goes with the client all the same."""
    client = subprocess.Popen(
        ["/usr/bin/python3", "-c", FORKED, libvirt_uri], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=account.environment(), **account.popen_arguments())
    try:
        assert client.stdout.readline() == b"forked\n"
        found = processes(rf"libvirt-sandbox-reaper .*--client {client.pid}( |$)")
        # The reaper may have been faster.
        for pid in found:
            with Watched(pid) as reaper:
                assert reaper.has_ended()
        client.wait(TIMEOUT)
        assert client.returncode == -signal.SIGKILL
        assert not (STATE / "forked").exists()
        running = processes("libvirt_lxc --name forked |qemu-system.* guest=forked,")
        for pid in running:
            with Watched(pid) as domain:
                assert domain.has_ended()
        assert client.stdin.closed is False
    finally:
        client.stdin.close()
        client.stdout.read()
    verify_nothing_left()
    assert sandbox.run("/bin/true", options=["--name", "forked"]).status == 0


@pytest.mark.drivers("lxc")
def test_a_domain_that_can_not_be_looked_at_is_somebody_else_s(sandbox, account, scratch):
    library = scratch / "speechless.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", library], input=SPEECHLESS, text=True, check=True)
    definition = scratch / "domain.xml"
    definition.write_text(FOREIGN.format(name="foreign"))
    host.virsh(account, sandbox.uri, "create", str(definition))
    try:
        number = host.virsh(account, sandbox.uri, "domid", "foreign")
        result = sandbox.run("/bin/true", options=["--name", "foreign"], env={"LD_PRELOAD": str(library)})
        assert (result.status, result.out) == (125, b""), result
        assert b"'foreign' already" in result.err or b"already exists" in result.err, result
        assert host.virsh(account, sandbox.uri, "domid", "foreign") == number
    finally:
        host.virsh(account, sandbox.uri, "destroy", "foreign")
