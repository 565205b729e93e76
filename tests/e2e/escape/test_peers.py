"""Who else of the host gets to a sandbox's channel, or to what it boots from: nobody, whoever comes first and whatever user it is."""

import ctypes
import os
import pwd
import select
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from rig import host, namespace
from rig.sandbox import TIMEOUT, Sandbox

NOBODY = pwd.getpwnam("nobody")
STATE = Path("/run/libvirt-sandbox")
IN_CREATE = 0x100

libc = ctypes.CDLL(None, use_errno=True)

# Tells whatever it gets at, for as long as it runs. What leads there it tries by its name, and by the link to it.
INTRUDER = """
import os, socket, sys
state, = sys.argv[1:]
told = set()
def tell(what):
    if what not in told:
        told.add(what)
        print(what, flush=True)
print("ready", flush=True)
while True:
    directory = state + "/config"
    try:
        directory = os.path.join(state, os.readlink(directory))
        tell("read the link")
    except OSError:
        pass
    for name in ("initrd.img", "vmlinuz", "sandbox.cfg", "config/plan"):
        try:
            os.close(os.open(os.path.join(state, name), os.O_RDONLY))
            tell("read " + name)
        except OSError:
            pass
    try:
        channel = socket.socket(socket.AF_UNIX)
        channel.connect(directory + "/app.sock")
        tell("connected")
    except OSError:
        pass
"""


def as_nobody():
    return {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": [], "cwd": "/"}


@pytest.fixture
def intruder():
    """A process of the program's user that waits for the sandbox `intruded`, and what it has got at."""
    arguments = [sys.executable, "-c", INTRUDER, str(STATE / "intruded")]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, **as_nobody())
    assert process.stdout.readline() == "ready\n"

    def end():
        process.kill()
        return set(process.communicate()[0].splitlines())

    yield end
    process.kill()
    process.wait()


def emulator(state):
    """The process of the machine whose files are in `state`."""
    found = [pid for pid in host.process_ids() if f"{state}/".encode() in command(pid) and b"qemu" in command(pid)]
    assert len(found) == 1, found
    return found[0]


def command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def ids(pid):
    """The user and the group of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    found = {line.split()[0]: line.split()[1] for line in lines if line.startswith(("Uid", "Gid"))}
    return int(found["Uid:"]), int(found["Gid:"])


def owners(path):
    about = path.lstat()
    return about.st_uid, about.st_gid, stat.S_IMODE(about.st_mode)


@pytest.fixture
def shared(scratch):
    """A directory that nobody may write to."""
    path = scratch / "shared"
    path.mkdir()
    path.chmod(0o777)
    return path


@pytest.mark.drivers("embed", "system")
def test_the_program_s_user_gets_nothing_of_a_machine(sandbox, shared, intruder):
    """QEMU has that user's rights, since it writes the user's files: other processes of the user don't get what is QEMU's."""
    options = ["--name", "intruded", "--switchto", "nobody", "--env", "KEY=secret", "--mount", f"host-bind:/mnt={shared}"]
    script = "id -u; touch /mnt/made; read line; echo $line; exit 3"
    client = sandbox.start("/bin/sh", "-c", script, options=options, stdin=subprocess.PIPE)
    try:
        assert client.stdout.readline() == f"{NOBODY.pw_uid}\n".encode()
        state = STATE / "intruded"
        user, group = ids(emulator(state))
        assert user == NOBODY.pw_uid and group != NOBODY.pw_gid
        directory = state / os.readlink(state / "config")
        assert [owners(path) for path in (state, directory)] == [(0, group, 0o710)] * 2
        assert owners(directory / "app.sock") == (0, group, 0o660)
        # The plan with the environment is in it.
        assert not (state / "initrd.img").exists()
        assert {path.owner() for path in state.rglob("*")} == {"root"}
        out, err = client.communicate(b"for the program\n", TIMEOUT)
    finally:
        client.kill()
        client.wait()
    assert (client.returncode, out, err) == (3, b"for the program\n", b"")
    assert (shared / "made").stat().st_uid == NOBODY.pw_uid
    assert intruder() == set()


# Connects as soon as it can, and shows what it is told.
STRANGER = """
import socket, sys
print("ready", flush=True)
channel = socket.socket(socket.AF_UNIX)
while True:
    try:
        channel.connect(sys.argv[1])
        break
    except OSError:
        pass
print("connected", channel.recv(1), flush=True)
"""


def check_that_the_first_is_not_believed(sandbox):
    account = sandbox.account
    state = (account.runtime or Path("/run")) / "libvirt-sandbox" / "first"
    arguments = [sys.executable, "-c", STRANGER, state / "config" / "app.sock"]
    stranger = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, **account.popen_arguments())
    try:
        assert stranger.stdout.readline() == "ready\n"
        result = sandbox.run("/bin/cat", options=["--name", "first"], stdin=b"for the program")
        assert (result.status, result.out, result.err) == (0, b"for the program", b"")
        assert stranger.communicate(timeout=TIMEOUT)[0] == "connected b''\n"
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.drivers("lxc", "embed", "system", "session", "member")
def test_who_comes_first_is_not_believed(sandbox):
    """Not even a process of the user that the guest's own process has, or of root."""
    check_that_the_first_is_not_believed(sandbox)


@pytest.mark.drivers("embed")
def test_who_comes_first_is_not_believed_by_an_ordinary_user(sandbox, user):
    """Here the guest's process, the stranger and the client have the same user and group."""
    check_that_the_first_is_not_believed(Sandbox(sandbox.driver, sandbox.uri, user))


# As soon as a machine is there its own command line has the same path, and it has a directory open that the machine has not.
COPYCAT = """
import os, re, sys
state, = sys.argv[1:]
paths = re.compile(re.escape(os.fsencode(state)) + rb"/[^/,=\\0]*/app[.]sock")
os.dup2(os.open("/", os.O_RDONLY), 0)
print("ready", flush=True)
while True:
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                path = paths.search(file.read())
        except OSError:
            continue
        if path:
            print("copied", flush=True)
            os.execv("/bin/sleep", [path.group(), "1000"])
"""


def check_that_a_copy_of_its_command_line_is_not_the_machine(sandbox):
    state = (sandbox.account.runtime or Path("/run")) / "libvirt-sandbox" / "copied"
    arguments = [sys.executable, "-c", COPYCAT, state]
    copycat = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, **as_nobody())
    try:
        assert copycat.stdout.readline() == "ready\n"
        result = sandbox.run("/bin/echo", "up", options=["--name", "copied"])
        assert (result.status, result.out, result.err) == (0, b"up\n", b"")
        assert copycat.stdout.readline() == "copied\n"
    finally:
        copycat.kill()
        copycat.communicate()


@pytest.mark.drivers("embed", "system", "session")
def test_a_neighbour_with_the_command_line_of_a_machine_does_not_stop_it(sandbox):
    """Nobody has to look into the neighbour, and what that has open is not the machine's."""
    check_that_a_copy_of_its_command_line_is_not_the_machine(sandbox)


@pytest.mark.drivers("embed")
def test_a_neighbour_with_the_command_line_of_a_user_s_machine_does_not_stop_it(sandbox, user):
    check_that_a_copy_of_its_command_line_is_not_the_machine(Sandbox(sandbox.driver, sandbox.uri, user))


def define(action, uri, name, directory):
    script = Path(__file__).with_name("define.py")
    environment = {name: host.build_variable(name) for name in host.BUILD_VARIABLES}
    subprocess.run(
        ["/usr/bin/python3", script, action, uri, name, directory],
        check=True,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        timeout=TIMEOUT,
    )


def wait_for(path):
    """Waits until the service has made a file."""
    descriptor = libc.inotify_init1(0)
    with os.fdopen(descriptor) as changes:
        assert libc.inotify_add_watch(descriptor, bytes(path.parent), IN_CREATE) >= 0, os.strerror(ctypes.get_errno())
        while not path.exists():
            assert select.select([changes], [], [], TIMEOUT)[0], "nothing has changed"
            os.read(descriptor, 4096)


@pytest.mark.drivers("system")
@pytest.mark.skipif(not namespace.is_inside(), reason="defines a service in /etc")
def test_a_neighbour_with_the_path_of_a_service_does_not_stop_it(sandbox, account, shared):
    arguments = ["/etc/libvirt-sandbox/services/kept", "1000"]
    neighbour = subprocess.Popen(arguments, executable="/bin/sleep", stdin=os.open("/", os.O_RDONLY), **as_nobody())
    define("define", sandbox.uri, "kept", shared)
    try:
        define("start", sandbox.uri, "kept", shared)
        wait_for(shared / "up")
        host.virsh(account, sandbox.uri, "destroy", "kept")
    finally:
        define("undefine", sandbox.uri, "kept", shared)
        neighbour.kill()
        neighbour.wait()


@pytest.mark.drivers("system")
@pytest.mark.skipif(not namespace.is_inside(), reason="defines a service in /etc")
def test_the_program_s_user_gets_nothing_of_a_service(sandbox, account, shared):
    """What it boots from is root's for good, before it runs, while it does, and afterwards."""
    directory = Path("/etc/libvirt-sandbox/services/kept")
    define("define", sandbox.uri, "kept", shared)
    try:
        (generation,) = directory.glob("generation-*")

        def check():
            group = owners(generation)[1]
            assert group not in (0, NOBODY.pw_gid)
            assert owners(generation) == (0, group, 0o710)
            for name in ("vmlinuz", "initrd.img"):
                assert owners(generation / name) == (0, group, 0o640), name
                opened = subprocess.run(["cat", generation / name], capture_output=True, **as_nobody())
                assert opened.returncode != 0 and opened.stdout == b""
            return group

        group = check()
        host.virsh(account, sandbox.uri, "start", "kept")
        wait_for(shared / "up")
        assert ids(emulator(directory)) == (NOBODY.pw_uid, group)
        check()
        host.virsh(account, sandbox.uri, "destroy", "kept")
        check()
    finally:
        define("undefine", sandbox.uri, "kept", shared)
    assert not directory.exists()
