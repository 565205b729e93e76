"""Which hypervisor runs the sandbox: asked for, configured, or found."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from rig import host, namespace

NAME = "where-am-i"


def is_listed(account, uri, start):
    """Whether a sandbox is a domain of the connection while it runs."""
    with start("/bin/sh", "-c", "echo up; exec cat", options=["--name", NAME], stdin=subprocess.PIPE) as client:
        try:
            assert client.stdout.readline() == b"up\n", client.stderr.read()
            return NAME in host.virsh(account, uri, "list", "--name").split()
        finally:
            client.stdin.close()
            client.wait(60)


@pytest.mark.drivers("lxc", "session", "system")
def test_option(sandbox, account):
    assert is_listed(account, sandbox.uri, sandbox.start)


@pytest.mark.drivers("lxc", "session")
def test_environment(sandbox, account):
    def start(*command, **options):
        return sandbox.start(*command, uri=None, env={"LIBVIRT_DEFAULT_URI": sandbox.uri}, **options)

    assert is_listed(account, sandbox.uri, start)


@pytest.mark.drivers("lxc")
def test_option_wins_over_environment(sandbox, account):
    def start(*command, **options):
        return sandbox.start(*command, env={"LIBVIRT_DEFAULT_URI": "test:///default"}, **options)

    assert is_listed(account, sandbox.uri, start)


@pytest.fixture
def configured(account):
    """Writes uri_default to the libvirt.conf that the account's clients read."""
    if account.uid == 0:
        if not namespace.is_inside():
            pytest.skip("would change /etc/libvirt/libvirt.conf of the host")
        path = Path("/etc/libvirt/libvirt.conf")
    else:
        path = account.config / "libvirt" / "libvirt.conf"
    original = path.read_text() if path.exists() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    yield lambda uri: path.write_text(f'uri_default = "{uri}"\n')
    if original is None:
        path.unlink()
    else:
        path.write_text(original)


@pytest.mark.drivers("lxc", "session")
def test_configuration_file(sandbox, account, configured):
    configured(sandbox.uri)

    def start(*command, **options):
        return sandbox.start(*command, uri=None, **options)

    assert is_listed(account, sandbox.uri, start)


@pytest.mark.drivers("lxc")
def test_environment_wins_over_configuration_file(sandbox, account, configured):
    configured("test:///default")

    def start(*command, **options):
        return sandbox.start(*command, uri=None, env={"LIBVIRT_DEFAULT_URI": sandbox.uri}, **options)

    assert is_listed(account, sandbox.uri, start)


@pytest.mark.drivers("system")
def test_daemon_that_answers_is_used_by_default(sandbox, account):
    def start(*command, **options):
        return sandbox.start(*command, uri=None, **options)

    assert is_listed(account, sandbox.uri, start)


@pytest.mark.drivers("embed")
def test_embedded_driver_where_no_daemon_answers(sandbox, account):
    """In namespaces of its own the client finds no daemon."""
    if account.uid != 0:
        pytest.skip("private namespaces need root")
    result = subprocess.run(
        [sys.executable, namespace.__file__, *sandbox.arguments(["/bin/uname", "-r"], uri=None)],
        env=account.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
    )
    assert (result.returncode, result.stderr) == (0, b"")
    assert Path("/lib/modules", result.stdout.decode().strip()).is_dir()


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize(
    "uri",
    ["lxc:///system", "lxc+unix:///system?socket=/run/libvirt/libvirt-sock", "qemu+unix:///system?socket=/run/libvirt/libvirt-sock"],
)
def test_other_spellings(sandbox, uri):
    result = sandbox.run("/bin/echo", "hello", uri=uri)
    assert (result.status, result.out, result.err) == (0, b"hello\n", b"")


@pytest.mark.drivers("embed")
def test_root_of_the_embedded_driver(sandbox, scratch):
    result = sandbox.run("/bin/echo", "hello", uri=f"qemu:///embed?root={scratch}/root")
    assert (result.status, result.out, result.err) == (0, b"hello\n", b"")


@pytest.mark.drivers("session")
def test_session_shows_the_machine_s_processor(sandbox):
    result = sandbox.run("/bin/cat", "/proc/cpuinfo")
    assert (result.status, result.err) == (0, b"")
    assert b"QEMU" in result.out or b"hypervisor" in result.out


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("uri", ["test:///default", "xen:///", "vbox:///session", "esx://host/"])
def test_unsupported_driver(sandbox, uri):
    result = sandbox.run("/bin/true", uri=uri)
    assert (result.status, result.out) == (125, b"")
    assert uri.split(":")[0].encode() in result.err
    assert b"not supported" in result.err
    assert b"lxc" in result.err and b"qemu" in result.err


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("uri", ["qemu+unix:///system?socket=/no/such/socket", "nonsense", "lxc:///nonsense"])
def test_connection_that_fails(sandbox, uri):
    result = sandbox.run("/bin/true", uri=uri)
    assert (result.status, result.out) == (125, b"")
    assert result.err.strip() != b""


@pytest.mark.drivers("system")
def test_session_of_root(sandbox, scratch):
    """libvirt has the system's daemon behind it, which runs QEMU as another user."""
    options = ["-m", "ram:/sandbox-test-ram=4M", "-i", "/sandbox-test-ram/passwd=/etc/passwd", "-m", f"host-bind:/sandbox-test-bind={scratch}"]
    script = "cmp /etc/passwd /sandbox-test-ram/passwd && echo written >/sandbox-test-bind/file && cat"
    result = sandbox.shell(script, uri="qemu:///session", options=options, stdin=b"in")
    assert (result.status, result.out, result.err) == (0, b"in", b"")
    assert (scratch / "file").read_text() == "written\n"


@pytest.mark.drivers("system")
def test_example_on_the_session_of_root(sandbox, account):
    """As it is, without being told where to run."""
    script = host.REPOSITORY / "examples" / "python" / "run.py"
    command = ["/usr/bin/python3", script, "/bin/echo", "hello"]
    ran = subprocess.run(command, env=account.environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=300, **account.popen_arguments())
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"hello\n", b""), ran


@pytest.fixture
def closed_kvm(tmp_path):
    """A /dev/kvm that only root opens."""
    if not namespace.is_inside() or not Path("/dev/kvm").exists():
        pytest.skip("needs /dev/kvm, in namespaces of its own")
    room = tmp_path / "dev"
    room.mkdir()
    namespace.mount("-t", "tmpfs", "rig", room)
    os.mknod(room / "kvm", stat.S_IFCHR | 0o600, os.makedev(10, 232))
    namespace.mount("--bind", room / "kvm", "/dev/kvm")
    yield
    for point in ("/dev/kvm", room):
        subprocess.run(["umount", point], check=True)


@pytest.mark.drivers("system")
def test_kvm_that_is_closed_to_qemu(sandbox, closed_kvm):
    """libvirt starts a QEMU for each device to see what it can do. That is told where it was asked for, and otherwise avoided."""
    slow = sandbox.run("/bin/echo", "hello")
    assert (slow.status, slow.out) == (0, b"hello\n"), slow
    assert b"can't open /dev/kvm" in slow.err and b"-c qemu:///embed" in slow.err, slow
    fast = sandbox.run("/bin/echo", "hello", uri=None)
    assert (fast.status, fast.out, fast.err) == (0, b"hello\n", b""), fast
    process = sandbox.start("/bin/sh", "-c", "echo up; exec cat", uri=None, options=["--name", NAME], stdin=subprocess.PIPE)
    assert process.stdout.readline() == b"up\n"
    assert NAME not in host.virsh(sandbox.account, sandbox.uri, "list", "--name").split()
    process.communicate()


HIDDEN = """
directory=$(dirname "$(find /usr/lib* -name libvirt_driver_qemu.so | head -n 1)")
mount -t tmpfs hidden "$directory" && exec "$@"
"""


@pytest.mark.drivers("embed")
def test_a_driver_that_is_not_installed(sandbox):
    result = sandbox.run("/bin/true", wrapper=["unshare", "--mount", "sh", "-c", HIDDEN, "sh"])
    assert (result.status, result.out) == (125, b""), result
    assert b"libvirt-daemon-driver-qemu" in result.err, result


# On a host whose own name does not resolve, of which libvirt 11 warns.
NAMELESS = 'hostname no-such-host.invalid && exec "$@"'


# A session's daemon would be started there, and stay.
@pytest.mark.drivers("lxc", "embed", "system")
@pytest.mark.parametrize("front", ["tool", "library"])
def test_libvirt_writes_no_log(front, sandbox, account):
    """Its warnings are for whoever asks for them."""
    script = host.REPOSITORY / "examples" / "python" / "run.py"
    commands = {"tool": sandbox.arguments(["/bin/echo", "hello"]), "library": ["/usr/bin/python3", script, "/bin/echo", "hello"]}
    ran = subprocess.run(
        ["unshare", "--uts", "sh", "-c", NAMELESS, "sh", *commands[front]],
        env=account.environment(SANDBOX_URI=sandbox.uri), stdin=subprocess.DEVNULL, capture_output=True, timeout=300, cwd=account.home,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"hello\n", b""), ran


FAILING = """
import gi
gi.require_version("LibvirtGObject", "1.0")
gi.require_version("LibvirtSandbox", "1.0")
from gi.repository import GLib, LibvirtGObject, LibvirtSandbox

LibvirtSandbox.init_object_check(None, None)
config = LibvirtSandbox.ConfigInteractive.new("failing")
config.set_command(["/bin/true"])
config.add_network_opts("source=no-such-network")
connection = LibvirtGObject.Connection.new("qemu:///embed")
connection.open(None)
try:
    LibvirtSandbox.ContextInteractive.new(connection, config).start()
except GLib.Error:
    print("told")
"""


@pytest.mark.drivers("embed")
def test_libvirt_writes_no_log_of_a_failure(account, nothing_left):
    """libvirt 9 warns that it could not release what it had not got."""
    ran = subprocess.run(
        ["/usr/bin/python3", "-c", FAILING], env=account.environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=300, **account.popen_arguments()
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"told\n", b""), ran


@pytest.mark.drivers("embed")
def test_libvirt_writes_a_log_that_is_asked_for(sandbox):
    result = sandbox.run("/bin/true", env={"LIBVIRT_DEBUG": "2"})
    assert result.status == 0 and b"libvirt version" in result.err, result


MACHINES = """
import os, sys, gi
gi.require_version("LibvirtGObject", "1.0")
gi.require_version("LibvirtSandbox", "1.0")
from gi.repository import GLib, LibvirtGObject, LibvirtSandbox

LibvirtSandbox.init_object_check(None, None)

def run(name):
    config = LibvirtSandbox.ConfigInteractive.new(name)
    config.set_command(["/bin/echo", name])
    connection = LibvirtGObject.Connection.new("qemu:///embed")
    connection.open(None)
    context = LibvirtSandbox.ContextInteractive.new(connection, config)
    context.start()
    loop, console = GLib.MainLoop(), context.get_app_console()
    console.connect("closed", lambda *_: loop.quit())
    console.attach_stdio()
    loop.run()
    context.stop()
    return connection

kept = run("first")
second = run("second")
assert kept.get_uri() == second.get_uri()
for connection in (kept, second):
    connection.close()
del kept, second, connection
run("third")
"""


@pytest.mark.drivers("embed")
@pytest.mark.parametrize("who", ["admin", "user"])
def test_a_program_has_the_embedded_driver_by_its_short_name(who, request, nothing_left):
    """One driver for all connections, also one after the other: libvirt has no second one in a process."""
    account = request.getfixturevalue(who)
    command = ["/usr/bin/python3", "-c", MACHINES]
    ran = subprocess.run(command, env=account.environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=300, **account.popen_arguments())
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"first\nsecond\nthird\n", b""), ran
