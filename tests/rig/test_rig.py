"""Proves the rig itself, with plain libvirt and no sandbox."""

import grp
import os
import pwd
import signal
import subprocess
import sys

import pytest

from rig import host, namespace
from rig.terminal import Terminal

CONTAINER = """
<domain type="lxc"><name>{name}</name><memory>65536</memory>
<os><type>exe</type><init>/bin/cat</init></os>
<devices><console type="pty"/></devices></domain>
"""
MACHINE = """
<domain type="qemu"><name>{name}</name><memory>65536</memory>
<os><type arch="x86_64" machine="pc">hvm</type></os>
<devices><controller type="usb" model="none"/><memballoon model="none"/></devices></domain>
"""
DOMAINS = {"lxc": ("lxc:///", CONTAINER), "session": ("qemu:///session", MACHINE), "system": ("qemu:///system", MACHINE)}


@pytest.fixture
def domain(driver, account, scratch, daemons):
    uri, template = DOMAINS[driver]
    name = f"rig-{driver}"
    definition = scratch / "domain.xml"
    definition.write_text(template.format(name=name))
    definition.chmod(0o644)
    host.virsh(account, uri, "create", str(definition))
    yield uri, name
    if name in host.virsh(account, uri, "list", "--name"):
        host.virsh(account, uri, "destroy", name)


@pytest.mark.drivers("lxc", "system", "session")
def test_domain_starts_and_the_leak_check_sees_it(domain, account, leak_check, scratch):
    uri, name = domain
    assert host.virsh(account, uri, "domstate", name).strip() == "running"

    def domains():
        return host.virsh(account, uri, "list", "--all", "--name").split()

    found = leak_check.leftovers([domains], [scratch.parent])
    assert f"domain {name}" in found
    assert any("libvirt_lxc" in entry or "qemu-system" in entry for entry in found)
    assert f"file {scratch}" in found
    host.virsh(account, uri, "destroy", name)
    leak_check.verify([domains], [])


def test_the_leak_check_sees_an_interface(leak_check):
    if not namespace.is_inside():
        pytest.skip("no private namespaces here")
    subprocess.run("ip link add vnet99 type veth peer name other".split(), check=True)
    assert "interface vnet99" in leak_check.leftovers([], [])
    subprocess.run("ip link delete vnet99".split(), check=True)
    leak_check.verify([], [])


@pytest.mark.drivers("session")
def test_the_ordinary_user_is_ordinary(account, driver):
    assert account.uid != 0
    status = account.run("cat", "/proc/self/status")
    assert "CapEff:\t0000000000000000" in status
    assert sorted(account.run("id", "-Gn").split()) == sorted([account.name, "users"])
    assert account.run("pwd").strip() == str(account.home)
    account.run("touch", f"{account.runtime}/probe", f"{account.home}/probe")
    with pytest.raises(RuntimeError):
        account.run("touch", "/etc/probe")


def test_a_terminal_shows_output_and_takes_keys(admin):
    with Terminal(
        ["/bin/sh", "-c", "stty size; read line; echo got $line; exit 3"],
        rows=33,
        columns=111,
        timeout=20,
        env=admin.environment(),
    ) as terminal:
        terminal.expect(rb"33 111\r\n")
        terminal.send_line("hello")
        terminal.expect(rb"got hello\r\n")
        assert terminal.wait() == 3
        assert terminal.is_restored()


def test_a_terminal_left_raw_is_noticed(admin):
    with Terminal(["stty", "raw"], rows=24, columns=80, timeout=20, env=admin.environment()) as terminal:
        assert terminal.wait() == 0
        assert not terminal.is_restored()


def test_nothing_outlives_a_killed_run(admin):
    """A killed test run takes its daemons along: they are in its PID namespace."""
    if admin.uid != 0:
        pytest.skip("private namespaces need root")
    alive, held = os.pipe()
    run = subprocess.Popen(
        [sys.executable, namespace.__file__, "/bin/sh", "-c", "setsid sleep 1000 & echo started; wait"],
        stdout=held,
        start_new_session=True,
    )
    os.close(held)
    assert os.read(alive, 100) == b"started\n"
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert os.read(alive, 100) == b"", "the pipe ends when its last holder, the sleep, is dead"
    os.close(alive)


def test_nothing_reaches_the_host(admin):
    if not namespace.is_inside():
        pytest.skip("no private namespaces here")
    assert os.readlink("/proc/self") == str(os.getpid())
    for directory in ("/run", "/etc", "/srv", "/var/lib/libvirt"):
        assert os.path.ismount(directory)


def test_emulators_may_open_kvm():
    if not namespace.is_inside() or not os.path.exists("/dev/kvm"):
        pytest.skip("no private namespaces here, or no KVM")
    user = pwd.getpwnam(namespace.EMULATOR)
    assert os.stat("/dev/kvm").st_gid in os.getgrouplist(user.pw_name, user.pw_gid)


def test_a_group_without_a_name_gets_one():
    if not namespace.is_inside():
        pytest.skip("no private namespaces here")
    taken = {group.gr_gid for group in grp.getgrall()}
    number = next(number for number in range(60000, 65000) if number not in taken)
    assert grp.getgrnam(namespace.name_of_group(number)).gr_gid == number
    assert namespace.name_of_group(0) == "root"
