"""A program in a sandbox tries to get out of it. The host looks for effects, whatever the program was told.

What test_seccomp.py, test_identity.py, test_root_readonly.py and test_binds.py try is not tried again.
"""

import ast
import fcntl
import os
import re
import stat
import struct
import termios
import time
from pathlib import Path

import pytest

from e2e.escape.witnesses import ATTEMPTS, Witnesses
from rig.sandbox import TIMEOUT

PYTHON = "/usr/bin/python3"
TOPICS = ["host_files", "devices", "processes", "reach"]
# Root reads what root may read, and may become others: README.md and SECURITY.md say so.
BY_RIGHT = {
    "root": {"host_files.files_of_others"},
    "privileged": {"host_files.files_of_others", "processes.identity"},
    "user": set(),
}


@pytest.fixture
def witnesses(scratch):
    made = Witnesses(scratch)
    yield made
    made.close()


def names(topic):
    """The attempts of a topic, by its source."""
    tree = ast.parse((ATTEMPTS / f"{topic}.py").read_text())
    decorated = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list]
    return {f"{topic}.{node.name}" for node in decorated if node.decorator_list[0].id == "attempt"}


def told_by(text, topics):
    """What came of each attempt. All were made."""
    told = dict(line.split("=", 1) for line in text.decode().splitlines())
    assert told.keys() == set().union(*map(names, topics))
    assert {name: outcome for name, outcome in told.items() if outcome.startswith("broken")} == {}
    return told


def succeeded(told):
    return {name: outcome for name, outcome in told.items() if outcome.startswith("done")}


def attempt_all(sandbox, facts, attempts, topics, options):
    result = sandbox.run(PYTHON, attempts, *topics, facts, options=options)
    assert (result.status, result.err) == (0, b""), result
    return told_by(result.out, topics)


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("who", BY_RIGHT)
def test_a_container_holds(sandbox, witnesses, user, who):
    options = {"root": [], "privileged": ["--privileged"], "user": ["--switchto", user.name]}[who]
    victim = sandbox.start("/bin/sh", "-c", "echo up; exec sleep 1000", options=["--name", "victim", "--env", "KEY=secret"])
    try:
        assert victim.stdout.readline() == b"up\n"
        state = Path("/run/libvirt-sandbox/victim")
        assert (state / "config/plan").exists()
        facts = witnesses.tell(state=[state, state / "config"])
        told = attempt_all(sandbox, facts, witnesses.attempts, TOPICS, options)
        assert victim.poll() is None
    finally:
        victim.kill()
        victim.communicate()
    assert succeeded(told).keys() == BY_RIGHT[who], succeeded(told)
    witnesses.check()


@pytest.mark.drivers("embed")
@pytest.mark.parametrize("options", [[], ["--privileged"]], ids=["plain", "privileged"])
def test_a_machine_holds(sandbox, witnesses, options):
    """Root of a machine may do with its kernel as it likes; the host doesn't notice."""
    state = Path("/run/libvirt-sandbox")
    told = attempt_all(sandbox, witnesses.tell(state=[state]), witnesses.attempts, TOPICS, options)
    witnesses.check()
    reached = {name for name in succeeded(told) if name.startswith("reach.") or "hidden" in name or "state" in name}
    # A machine has such sockets and keys of its own kernel.
    assert reached - {"reach.virtual_sockets", "reach.keys_of_the_kernel"} == set(), succeeded(told)


@pytest.mark.parametrize("who", ["user", "privileged"])
def test_no_file_gives_rights_on_the_host(sandbox, witnesses, user, who):
    """In a directory of the host that the program writes to, files are plain."""
    shared = witnesses.directory / "shared"
    shared.mkdir()
    os.chown(shared, user.uid, user.gid)
    shared.chmod(0o777)
    options = ["--privileged"] if who == "privileged" else ["--switchto", user.name]
    facts = witnesses.tell(bind="/mnt")
    told = attempt_all(sandbox, facts, witnesses.attempts, ["rights"], [*options, "--mount", f"host-bind:/mnt={shared}"])
    assert succeeded(told) == {}
    made = {path.name: path.lstat().st_mode for path in shared.iterdir()}
    assert {"chmod", "fchmod", "capabilities"} <= made.keys()
    assert {name: oct(mode) for name, mode in made.items() if mode & (stat.S_ISUID | stat.S_ISGID)} == {}
    assert {name for name, mode in made.items() if not stat.S_ISREG(mode)} == set()
    assert os.listxattr(shared / "capabilities") == []


@pytest.mark.drivers("lxc")
def test_setuid_bits_are_an_overlay_s_own_matter(sandbox):
    """Nobody else sees what is written there: packages can be installed."""
    script = "cp /bin/true /usr/local/bin/probe && chmod 4755 /usr/local/bin/probe && stat -c %a /usr/local/bin/probe"
    result = sandbox.shell(script, options=["--privileged", "--overlay"])
    assert (result.status, result.out, result.err) == (0, b"4755\n", b"")


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("filter", [[], ["--no-seccomp"]], ids=["filtered", "unfiltered"])
def test_nothing_is_typed_into_the_caller_s_terminal(sandbox, witnesses, filter):
    told = type_everywhere(sandbox, witnesses, filter)
    outside = {"terminal.terminal_of_the_caller", "terminal.other_terminals"}
    assert succeeded(told).keys() & outside == set(), told
    if not filter:
        assert succeeded(told) == {}


@pytest.mark.drivers("embed")
def test_nothing_is_typed_by_a_machine(sandbox, witnesses):
    """It has terminals of its own, which its root may use."""
    told = type_everywhere(sandbox, witnesses, ["--privileged"])
    assert "terminal.terminal_of_the_caller" not in succeeded(told), told


def type_everywhere(sandbox, witnesses, options):
    """What comes of attempts to type into terminals; none may reach that of the caller."""
    # The test holds the terminal, so that it outlives the sandbox with what was typed into it.
    shell = 'exec 3<&0; "$@"; echo "status=$?"; read -r line; echo "read $line"'
    command = [PYTHON, witnesses.attempts, "terminal", witnesses.directory / "facts"]
    with sandbox.terminal(*command, options=options, shell=shell) as terminal:
        witnesses.tell(terminal=os.ttyname(terminal.slave))
        screen = terminal.expect(rb"(?s)(.*)status=0\r\n").group(1).replace(b"\r", b"")
        # Without the filter its own terminal echoes what it types there.
        told = told_by(b"\n".join(re.findall(rb"(?m)^terminal\..*", screen)), ["terminal"])
        waiting = fcntl.ioctl(terminal.slave, termios.FIONREAD, bytes(4))
        assert struct.unpack("i", waiting) == (0,)
        terminal.send_line("my own")
        terminal.expect(rb"read my own\r\n")
        assert terminal.wait() == 0
    return told


def test_state_is_for_its_owner(sandbox):
    """Nobody else reads a sandbox's files, of which some have its environment, and a guest does not fill the file system with its log."""
    with sandbox.start("/bin/sh", "-c", "echo up; exec cat", options=["--name", "closed"], stdin=-1) as client:
        assert client.stdout.readline() == b"up\n"
        state = Path("/run/libvirt-sandbox/closed")
        files = [path for path in state.rglob("*") if path.is_file()]
        names = {path.name for path in files}
        # A machine has read it, and the environment with it.
        assert "plan" in names if sandbox.is_container else "initrd.img" not in names
        modes = {path.name: oct(path.stat().st_mode & 0o777) for path in files if path.stat().st_mode & 0o077}
        assert modes == {}
        assert state.stat().st_mode & 0o077 in (0, 0o010), "others read nothing, QEMU's user passes through at the most"
        if sandbox.driver == "embed":
            fill(state / "console.log")
        client.communicate(b"")


def fill(log):
    """Writes far more to the log of a machine than it keeps, and waits until that takes little room."""
    with log.open("ab") as file:
        file.write(bytes(range(256)) * (8 << 12))
        deadline = time.monotonic() + TIMEOUT
        while os.fstat(file.fileno()).st_blocks * 512 > 2 << 20:
            assert time.monotonic() < deadline, "it takes all the room that it wants"
            os.sched_yield()
