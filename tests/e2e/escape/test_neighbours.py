"""Sandboxes on one network: a packet filter keeps one from taking the address of another, and routers that nobody asked for are not heard."""

import subprocess

import pytest

from e2e.test_network import libvirt_networks
from rig.sandbox import finish

NETWORK = "sandbox-test-d"
GATEWAY, VICTIM, ATTACKER = "10.99.3.1", "10.99.3.20", "10.99.3.66"

# Hears ARP until the last packet of the other one comes, and tells whose addresses it claimed.
LISTENER = r"""
import socket
ears = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
ears.bind(("eth0", 0))
ears.settimeout(100)
print("ready", flush=True)
claimed = []
while True:
    packet = ears.recv(2048)
    if packet[20:22] == b"\0\2":
        claimed.append((packet[6:12].hex(":"), socket.inet_ntoa(packet[28:32])))
        if packet[32:38] == b"END   ":
            break
gateway = [mac for mac, address in claimed if address == "GATEWAY"]
print(len(claimed), gateway)
print(sum(line.startswith("2001") for line in open("/proc/net/if_inet6")))
print(sum(line.split()[:2] == ["0" * 32, "00"] and line.split()[-1] == "eth0" for line in open("/proc/net/ipv6_route")))
"""

# Says that it has the gateway's address, with its very first packet, is a router, and then says what is true.
LIAR = r"""
import socket, struct, sys
own = open("/sys/class/net/eth0/address").read().strip()
mac = bytes.fromhex(own.replace(":", ""))
address = OWN_ADDRESS
mouth = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
mouth.bind(("eth0", 0))

def arp(ip, target):
    body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 2) + mac + socket.inet_aton(ip) + target + socket.inet_aton("VICTIM")
    mouth.send(b"\xff" * 6 + mac + b"\x08\x06" + body)

def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff

def router():
    source = socket.inet_pton(socket.AF_INET6, "fe80::66")
    everybody = socket.inet_pton(socket.AF_INET6, "ff02::1")
    prefix = struct.pack("!BBBBIII", 3, 4, 64, 0xc0, 3600, 3600, 0) + socket.inet_pton(socket.AF_INET6, "2001:db8:66::")
    body = struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0) + prefix
    pseudo = source + everybody + struct.pack("!II", len(body), 58)
    body = body[:2] + struct.pack("!H", checksum(pseudo + body)) + body[4:]
    head = struct.pack("!IHBB", 6 << 28, len(body), 58, 255) + source + everybody
    mouth.send(bytes.fromhex("333300000001") + mac + b"\x86\xdd" + head + body)

arp("GATEWAY", b"\0" * 6)
router()
arp(address, b"END   ")
print("told")
"""

DHCP_ADDRESS = r"""next(line.split()[3].split("/")[0] for line in __import__("subprocess").check_output(
    ["/usr/sbin/ip", "-o", "-4", "address", "show", "eth0"], text=True).splitlines())"""


@pytest.fixture
def network(admin, daemons):
    if admin.uid != 0:
        pytest.skip("libvirt networks need root")
    with libvirt_networks(admin, admin.scratch, [NETWORK]):
        yield
    (admin.scratch / "definition.xml").unlink()


def heard(sandbox, network, own_address=f'"{ATTACKER}"'):
    """How often the neighbour hears the liar, who says to be the gateway, and how many addresses and routes it takes from it."""
    words = {"GATEWAY": GATEWAY, "VICTIM": VICTIM, "OWN_ADDRESS": own_address}
    listener, liar = LISTENER, LIAR
    for word, meaning in words.items():
        listener, liar = listener.replace(word, meaning), liar.replace(word, meaning)
    listen = ["--name", "listener", "--privileged", "--network", f"source={NETWORK},address={VICTIM}/24"]
    with sandbox.start("/usr/bin/python3", "-c", listener, options=listen, stdin=subprocess.DEVNULL) as client:
        assert client.stdout.readline() == b"ready\n", client.communicate()
        result = sandbox.run("/usr/bin/python3", "-c", liar, options=["--privileged", "--network", network])
        assert (result.status, result.out, result.err) == (0, b"told\n", b"")
        told = finish(client)
    assert (told.status, told.err) == (0, b""), told
    claims, addresses, routes = told.out.decode().splitlines()
    return *claims.split(" ", 1), int(addresses), int(routes)


@pytest.mark.drivers("lxc")
def test_a_filter_knows_a_static_address(sandbox, network):
    option = f"source={NETWORK},address={ATTACKER}/24,filter=clean-traffic"
    assert heard(sandbox, option) == ("1", "[]", 0, 0)


@pytest.mark.drivers("lxc")
def test_a_filter_learns_an_address_from_the_server(sandbox, network):
    option = f"dhcp,source={NETWORK},filter=clean-traffic"
    assert heard(sandbox, option, DHCP_ADDRESS) == ("1", "[]", 0, 0)


@pytest.mark.drivers("lxc")
def test_an_interface_with_addresses_takes_none_from_routers(sandbox, network):
    """Without a filter neighbours can lie about addresses: docs/network.md says so."""
    claims, gateway, addresses, routes = heard(sandbox, f"source={NETWORK},address={ATTACKER}/24")
    assert (claims, gateway != "[]") == ("2", True)
    assert (addresses, routes) == (0, 0)
