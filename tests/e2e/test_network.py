"""Networks: none, addresses by hand and by DHCP, between sandboxes of a libvirt network of the test's own."""

import pytest

from rig import host

NETWORK = """
<network><name>sandbox-test</name><forward mode="nat"/><bridge name="sbtest0"/>
<ip address="10.99.7.1" netmask="255.255.255.0"><dhcp><range start="10.99.7.100" end="10.99.7.150"/></dhcp></ip>
<ip family="ipv6" address="fd99:7::1" prefix="64"/></network>
"""

SHOW = r"""
set -e
cat /sys/class/net/lo/flags
/usr/bin/python3 - <<'END'
import socket
print(sorted(name for _, name in socket.if_nameindex()))
def own(family, target):
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((target, 9))
        return probe.getsockname()[0]
def connected(family, target):
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(20)
        probe.connect((target, 53))
        return "connected"
END_OF_PROGRAM
"""


def show(*lines):
    return SHOW.replace("END_OF_PROGRAM", "\n".join([*lines, "END"]))


@pytest.fixture
def network(driver, admin, daemons, scratch):
    """A network of libvirt with a DHCP server, which also answers on the DNS port."""
    uri = "lxc:///"
    definition = scratch / "network.xml"
    definition.write_text(NETWORK)
    host.virsh(admin, uri, "net-create", str(definition))
    yield "sandbox-test"
    host.virsh(admin, uri, "net-destroy", "sandbox-test")


def test_without_a_network_there_is_only_loopback(sandbox):
    result = sandbox.shell(show())
    assert (result.status, result.err) == (0, b"")
    assert result.out == b"0x9\n['lo']\n"


@pytest.mark.drivers("lxc")
def test_addresses_are_there_before_the_program(sandbox, network):
    """By hand and by DHCP, on two interfaces of one sandbox."""
    options = ["--network", f"source={network},address=10.99.7.20/24%10.99.7.255,address=fd99:7::20/64"]
    options[1] += ",route=192.0.2.0/24%10.99.7.1,route=2001:db8::/32%fd99:7::1"
    options += ["--network", f"dhcp,source={network},mac=52:54:00:12:34:56"]
    program = show(
        "print(own(socket.AF_INET, '192.0.2.1'), socket.create_server(('fd99:7::20', 0), family=socket.AF_INET6).getsockname()[0])",
        "print('20010db8' in open('/proc/net/ipv6_route').read())",
        "print(own(socket.AF_INET, '198.51.100.1').startswith('10.99.7.1'), connected(socket.AF_INET, '10.99.7.1'))",
        "print(connected(socket.AF_INET6, 'fd99:7::1'), open('/sys/class/net/eth1/address').read().strip())",
        "print('nameserver 10.99.7.1' in open('/etc/resolv.conf').read())",
        # The kernel knows when the lease ends, and that what was given by hand doesn't.
        "import re, subprocess",
        "shown = subprocess.check_output(['/usr/sbin/ip', '-o', '-4', 'address', 'show', 'up', 'scope', 'global'], text=True)",
        "print(re.findall(r'(eth.) .*valid_lft (forever)?', shown))",
    )
    result = sandbox.shell(program, options=options)
    assert (result.status, result.err) == (0, b"")
    assert result.out.decode().splitlines() == [
        "0x9",
        "['eth0', 'eth1', 'lo']",
        "10.99.7.20 fd99:7::20",
        "True",
        "True connected",
        "connected 52:54:00:12:34:56",
        "True",
        "[('eth0', 'forever'), ('eth1', '')]",
    ]


@pytest.mark.drivers("session")
def test_an_ordinary_user_has_user_mode_networking(sandbox):
    """The emulator is DHCP server, gateway and name server."""
    program = show("print(own(socket.AF_INET, '198.51.100.1'))", "print('nameserver 10.0.2.3' in open('/etc/resolv.conf').read())")
    result = sandbox.shell(program, options=["--network", "dhcp"])
    assert (result.status, result.err) == (0, b"")
    assert result.out.decode().splitlines() == ["0x9", "['eth0', 'lo']", "10.0.2.15", "True"]
