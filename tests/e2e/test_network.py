"""Networks: none, addresses by hand and by DHCP, filters, and name servers, on libvirt networks of the tests' own."""

import contextlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rig import host, namespace
from rig.plugin import URIS
from rig.sandbox import Sandbox, finish
from rig.servers import DhcpServer, Greeter, NameServer

# Static addresses, twice; a DHCP server of the test's own; libvirt's. One bridge each: a sandbox answers on each of its
# interfaces for the addresses of all.
NETWORKS = {
    "sandbox-test-a": '<ip address="10.99.0.1" prefix="24"/><ip family="ipv6" address="fd99::1" prefix="64"/>',
    "sandbox-test-b": '<ip address="10.99.1.1" prefix="24"/>',
    "sandbox-test-c": '<ip address="10.99.2.1" prefix="24"/>',
    "sandbox-test-d": '<ip address="10.99.3.1" prefix="24"><dhcp><range start="10.99.3.100" end="10.99.3.150"/></dhcp></ip>',
}
NETWORK = """
<network><name>{name}</name>{forward}<bridge name="{bridge}" stp="off"/><dns enable="{dns}"/>{ip}</network>
"""

# Of IPv4 only ARP and one TCP port passes.
FILTER = """
<filter name="sandbox-test-port" chain="root">
<rule action="accept" direction="out"><ip protocol="tcp" dstportstart="$PORT"/></rule>
<rule action="accept" direction="in"><ip protocol="tcp" srcportstart="$PORT"/></rule>
<rule action="drop" direction="inout" priority="600"><ip/></rule>
</filter>
"""

# Tells who connects which of its ports this address has reached before. A port is accepted in the order of the packets.
PEER = r"""
import json, select, socket
listeners = [socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True) for port in (9001, 9002)]
reached = {}
print("ready", flush=True)
while True:
    select.select(listeners, [], [])
    clients = []
    for listener in listeners:
        while select.select([listener], [], [], 0)[0]:
            client, (address, *_) = listener.accept()
            reached.setdefault(address, []).append(listener.getsockname()[1])
            clients.append((client, address))
    for client, address in clients:
        client.sendall(json.dumps(reached[address]).encode())
        client.close()
"""

GUEST = r"""
import json, re, socket, subprocess
from pathlib import Path

def own(family, target):
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((target, 9))
        return probe.getsockname()[0]

def ports(address, dropped, passed):
    '''The ports of the peer that were reached, of two that were tried one after the other.'''
    with socket.socket() as first:
        first.setblocking(False)
        first.connect_ex((address, dropped))
        with socket.create_connection((address, passed), timeout=100) as second:
            return json.loads(second.makefile().read())

def names():
    return Path("/etc/resolv.conf").read_text()

news = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
news.bind((0, 0x50))  # IPv4 addresses and routes
own_ipv6 = [line.split() for line in Path("/proc/net/if_inet6").read_text().splitlines()]
routes = [line.split() for line in Path("/proc/net/route").read_text().splitlines()]
addresses = subprocess.check_output(["/usr/sbin/ip", "-o", "-4", "address", "show", "up", "scope", "global"], text=True)
facts = {
    "interfaces": sorted(name for _, name in socket.if_nameindex()),
    "mac": Path("/sys/class/net/eth2/address").read_text().strip(),
    "tentative": [line for line in own_ipv6 if int(line[4], 16) & 0x40],
    "link-local": sorted(line[5] for line in own_ipv6 if line[0].startswith("fe80")),
    "bound": socket.create_server((ADDRESS_6, 0), family=socket.AF_INET6).getsockname()[0],
    "default": [(line[0], line[2], int(line[6])) for line in routes[1:] if line[1] == "00000000"],
    "static": own(socket.AF_INET, "192.0.2.1"),
    "static IPv6": own(socket.AF_INET6, "2001:db8::1"),
    "elsewhere": own(socket.AF_INET, "198.51.100.1"),
    # The kernel knows when a lease ends, and that what was given by hand doesn't.
    "for ever": re.findall(r"(eth.) .*valid_lft forever", addresses),
    "names": names(),
    "own name": socket.gethostbyname(socket.gethostname()),
    "localhost": socket.gethostbyname("localhost"),
    "filter a": ports("10.99.0.20", 9002, 9001),
    "filter b": ports("10.99.1.20", 9001, 9002),
}
with socket.create_connection(("fd99::20", 9002), timeout=100), socket.create_connection(("10.99.3.1", 53), timeout=100):
    facts["connected"] = True
print(json.dumps(facts), flush=True)
while own(socket.AF_INET, "198.51.100.1") != NEXT:
    news.recv(65536)
print(names(), end="")
"""

USER_MODE = r"""
import socket
from pathlib import Path

print(sorted(name for _, name in socket.if_nameindex()), Path("/etc/resolv.conf").read_text(), end="")
print(Path("/etc/hosts").read_text())
with socket.create_connection(("10.0.2.2", PORT), timeout=100) as server:
    print(server.getsockname()[0], server.makefile().read())
"""

# What nobody answers to, and what is said of it.
NOWHERE = {
    "dhcp,source=sandbox-test-a": "no DHCP server answered on eth0 within 30 seconds",
    "source=sandbox-test-a,address=10.99.0.7,route=0.0.0.0/0%10.99.0.77": "the gateway 10.99.0.77 did not answer on eth0",
}

# The last number of its addresses and of its first lease.
NUMBERS = {"lxc": 30, "system": 60}


def mac(driver):
    return f"52:54:00:99:00:{NUMBERS[driver]}"


@contextlib.contextmanager
def libvirt_networks(admin, scratch, names=tuple(NETWORKS)):
    def create(kind, text):
        definition = scratch / "definition.xml"
        definition.write_text(text)
        host.virsh(admin, "lxc:///", kind, str(definition))

    with contextlib.ExitStack() as stack:
        for name in names:
            ip = NETWORKS[name]
            # Where there is no way out, libvirt's DHCP server tells of none.
            forward, dns = ('<forward mode="nat"/>', "yes") if "dhcp" in ip else ("", "no")
            create("net-create", NETWORK.format(name=name, forward=forward, bridge=f"sbtest-{name[-1]}", dns=dns, ip=ip))
            stack.callback(host.virsh, admin, "lxc:///", "net-destroy", name)
        create("nwfilter-define", FILTER)
        stack.callback(host.virsh, admin, "lxc:///", "nwfilter-undefine", "sandbox-test-port")
        yield


@contextlib.contextmanager
def peer(admin):
    """A container that answers on two networks."""
    options = ["--network", "source=sandbox-test-a,address=10.99.0.20/24,address=fd99::20/64"]
    options += ["--network", "source=sandbox-test-b,address=10.99.1.20/24"]
    client = Sandbox("lxc", "lxc:///", admin).start("/usr/bin/python3", "-c", PEER, options=options)
    try:
        assert client.stdout.readline() == b"ready\n", client.communicate()
        yield
    finally:
        client.terminate()
        client.communicate()


def explore(sandbox, server):
    """What a program finds on four interfaces, first and after the server has refused to renew its lease."""
    number = NUMBERS[sandbox.driver]
    static_a = f"source=sandbox-test-a,address=10.99.0.{number}/24%10.99.0.255,address=fd99::{number}/64"
    static_a += ",route=192.0.2.0/24%10.99.0.1,route=2001:db8::/32%fd99::1,filter=sandbox-test-port,filter.port=9001"
    static_b = f"source=sandbox-test-b,address=10.99.1.{number}/24,filter.port=9002,filter=sandbox-test-port"
    options = []
    for network in (static_a, static_b, f"dhcp,source=sandbox-test-c,mac={mac(sandbox.driver)}", "dhcp,source=sandbox-test-d"):
        options += ["--network", network]
    program = f"ADDRESS_6 = 'fd99::{number}'\nNEXT = '10.99.2.{number + 1}'\n{GUEST}"
    client = sandbox.start("/usr/bin/python3", "-c", program, options=options)
    first = client.stdout.readline()
    server.refuse(mac(sandbox.driver))
    result = finish(client)
    assert (result.status, result.err) == (0, b""), result
    return json.loads(first), result.out.decode()


@contextlib.contextmanager
def replaced(path):
    """Where the tests have /etc and /run for themselves: `path` may be anything for a while."""
    path.parent.mkdir(parents=True, exist_ok=True)
    saved = path.with_name(f"{path.name}.saved")
    if path.exists():
        path.rename(saved)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
        if saved.exists():
            saved.rename(path)


@pytest.fixture(scope="module")
def runs(request, admin, daemons):
    """Runs of both drivers side by side, since those that fail wait for most of the time. Gives the outcomes: of a sandbox on
    four interfaces, and of those that nobody answers, for each driver."""
    if admin.uid != 0:
        pytest.skip("libvirt networks need root")
    wanted = request.config.getoption("drivers") or list(NUMBERS)
    sandboxes = [Sandbox(driver, URIS[driver], admin) for driver in NUMBERS if driver in wanted]
    scratch = admin.scratch
    with libvirt_networks(admin, scratch), peer(admin), ThreadPoolExecutor() as threads:
        with DhcpServer("sbtest-c", "10.99.2", {mac(driver): number for driver, number in NUMBERS.items()}) as server:
            found = {box.driver: threads.submit(explore, box, server) for box in sandboxes}
            # A container can wait for nothing at no cost, a machine has to boot before.
            failed = {
                box.driver: {
                    option: threads.submit(box.run, "/bin/true", options=["--network", option])
                    for option in list(NOWHERE)[: 2 if box.is_container else 1]
                }
                for box in sandboxes
            }
            threads.shutdown()
    (scratch / "definition.xml").unlink()
    return found, failed


def test_without_a_network_there_is_only_loopback(sandbox):
    script = "cat /sys/class/net/lo/flags; ls /sys/class/net; hostname=$(hostname); grep -c \"^127.0.1.1 $hostname$\" /etc/hosts"
    result = sandbox.shell(script)
    assert (result.status, result.err) == (0, b"")
    assert result.out == b"0x9\nlo\n1\n"


@pytest.mark.drivers("lxc", "system")
def test_a_network_is_ready_before_the_program(sandbox, runs):
    """By hand, by DHCP and filtered; the lease that is not renewed is replaced."""
    number = NUMBERS[sandbox.driver]
    first, names = runs[0][sandbox.driver].result()
    gateways = [["eth2", "0102630A", 102], ["eth3", "0103630A", 103]]
    assert first == {
        "interfaces": ["eth0", "eth1", "eth2", "eth3", "lo"],
        "mac": mac(sandbox.driver),
        "tentative": [],
        "link-local": ["eth0", "eth1", "eth2", "eth3"],
        "bound": f"fd99::{number}",
        "default": gateways,
        "static": f"10.99.0.{number}",
        "static IPv6": f"fd99::{number}",
        "elsewhere": f"10.99.2.{number}",
        "for ever": ["eth0", "eth1"],
        "names": f"nameserver 10.99.2.{number + 100}\n",
        "own name": "127.0.1.1",
        "localhost": "127.0.0.1",
        "filter a": [9001],
        "filter b": [9002],
        "connected": True,
    }
    assert names == f"nameserver 10.99.2.{number + 101}\n"


@pytest.mark.drivers("lxc", "system")
def test_a_network_that_does_not_come_up_is_an_error(sandbox, runs):
    for option, run in runs[1][sandbox.driver].items():
        result = run.result()
        assert (result.status, result.out) == (125, b"")
        assert NOWHERE[option] in result.err.decode()


@pytest.mark.drivers("lxc", "embed")
def test_what_cannot_be_a_network_is_refused(sandbox):
    """By the library, or by libvirt where only that knows."""
    wrong = {
        "dhcp,address=10.0.0.1": "DHCP",
        "address=10.0.0.300": "'10.0.0.300' is no IP address",
        "address=10.0.0.1/33": "no number of bits from 0 to 32",
        "address=10.0.0.1,route=10.1.0.0/16": "no gateway in the route",
        "address=10.0.0.1,route=10.1.0.0/16%fd00::1": "one is IPv6",
        "mac=53:54:00:00:00:01": "is not the MAC address of an interface",
        "filter.ip=10.0.0.1": "filter parameters without a filter",
        "ip=10.0.0.1": "unknown setting 'ip=10.0.0.1'",
    }
    if sandbox.is_container:
        wrong |= {"source=sandbox-test-none": "sandbox-test-none"}
    else:
        wrong |= {"filter=clean-traffic": "name one with source=NETWORK"}
    for option, reason in wrong.items():
        result = sandbox.run("/bin/true", options=["--network", option])
        assert (result.status, result.out) == (125, b""), (option, result)
        assert reason.encode() in result.err, result.err


needs_own_files = pytest.mark.skipif(not namespace.is_inside(), reason="changes /etc/resolv.conf")


@needs_own_files
@pytest.mark.drivers("session")
def test_an_ordinary_user_has_user_mode_networking(sandbox):
    """The emulator is DHCP server and gateway, and asks the host's name server."""
    program = "print(socket.gethostbyname('anything.example'))"
    with (
        replaced(Path("/etc/resolv.conf")) as resolver,
        NameServer("127.0.0.1", "192.0.2.7"),
        Greeter("127.0.0.1", b"hello") as server,
    ):
        resolver.write_text("nameserver 127.0.0.1\n")
        program = f"PORT = {server.port}\n{USER_MODE}{program}"
        result = sandbox.run("/usr/bin/python3", "-c", program, options=["--network", "dhcp"])
    assert (result.status, result.err) == (0, b"")
    lines = result.out.decode().splitlines()
    assert lines[0] == "['eth0', 'lo'] nameserver 10.0.2.3"
    assert lines[-2:] == ["10.0.2.15 hello", "192.0.2.7"]


@needs_own_files
@pytest.mark.drivers("embed")
def test_names_where_a_machine_has_no_file_for_them(sandbox, scratch):
    """The link leads to nothing, in a directory that isn't there; the user's own /etc/hosts is what it is."""
    own = scratch / "hosts"
    own.write_text("192.0.2.9 mine\n")
    own.chmod(0o644)
    options = ["--network", "address=10.0.2.20/24,route=0.0.0.0/0%10.0.2.2", "--mount", f"guest-bind:/etc/hosts={own}"]
    with replaced(Path("/etc/resolv.conf")) as resolver, Greeter("127.0.0.1", b"hello") as server:
        resolver.symlink_to("../srv/nowhere/resolv.conf")
        program = f"PORT = {server.port}\n{USER_MODE}"
        result = sandbox.run("/usr/bin/python3", "-c", program, options=options)
        assert not resolver.exists()
    assert (result.status, result.err) == (0, b"")
    expected = ["['eth0', 'lo'] nameserver 10.0.2.3", "192.0.2.9 mine", "", "10.0.2.20 hello"]
    assert result.out.decode().splitlines() == expected


@needs_own_files
@pytest.mark.drivers("lxc")
def test_names_in_a_container(sandbox, admin, scratch):
    """What the user gives, or DHCP, or the host; whatever the file is."""
    dhcp = ["--network", "dhcp,source=sandbox-test-d"]
    static = ["--network", "source=sandbox-test-d,address=10.99.3.20/24"]
    own = scratch / "own"
    own.write_text("# mine\n")

    def shown(options):
        result = sandbox.shell("cat /etc/resolv.conf; tail -n 1 /etc/hosts; mount | grep -c 'on /etc/resolv.conf '", options=options)
        assert result.err == b""
        return result.out.decode().splitlines()

    given = [f"guest-bind:/etc/{name}={own}" for name in ("resolv.conf", "hosts")]
    last = Path("/etc/hosts").read_text().splitlines()[-1]
    with libvirt_networks(admin, scratch, ["sandbox-test-d"]), replaced(Path("/etc/resolv.conf")) as resolver:
        assert shown([*static, "--mount", given[0], "--mount", given[1]]) == ["# mine", "# mine", "1"]
        resolver.symlink_to("/srv/nowhere/resolv.conf")
        assert shown(dhcp)[:2] == ["nameserver 10.99.3.1", last]
        assert not resolver.exists()
        resolver.unlink()
        with replaced(Path("/run/systemd/resolve/resolv.conf")) as behind:
            behind.write_text("nameserver 192.0.2.53\n")
            resolver.write_text("nameserver 127.0.0.53\n")
            assert shown(static) == ["nameserver 192.0.2.53", last, "1"]
            behind.unlink()
            assert shown(static) == ["nameserver 127.0.0.53", last, "0"]
        resolver.write_text("nameserver 192.0.2.54\n")
        assert shown([]) == ["nameserver 192.0.2.54", last, "0"]
    (scratch / "definition.xml").unlink()
