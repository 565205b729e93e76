"""What --list tells of the sandboxes of a user, on all drivers at once."""

import json
import subprocess
import time

import pytest

from rig.sandbox import TIMEOUT

FROM_PYTHON = """
import gi
gi.require_version("LibvirtSandbox", "1.0")
from gi.repository import LibvirtSandbox
LibvirtSandbox.init_object_check(None, None)
sandboxes = LibvirtSandbox.list()
assert sandboxes.get_type_string() == "aa{sv}"
print(sandboxes.unpack()[0]["command"][-1])
"""

OWN_CLASS = """
import sys
import gi
gi.require_version("LibvirtGObject", "1.0")
gi.require_version("LibvirtSandbox", "1.0")
from gi.repository import GLib, LibvirtGObject, LibvirtSandbox

class OwnConfig(LibvirtSandbox.ConfigInteractive):
    __gtype_name__ = "OwnConfig"

LibvirtSandbox.init_object_check(None, None)
connection = LibvirtGObject.Connection.new(sys.argv[1])
connection.open(None)
config = OwnConfig(name="own")
config.set_command(["/bin/sh", "-c", "echo up; exec cat"])
context = LibvirtSandbox.ContextInteractive(connection=connection, config=config)
context.start()
loop = GLib.MainLoop()
console = context.get_app_console()
console.connect("closed", lambda _console, _error: loop.quit())
console.attach_stdio()
loop.run()
console.detach()
context.stop()
"""


def listed(sandbox):
    result = sandbox.run(uri=False, options=["--list", "--json"])
    assert (result.status, result.err) == (0, b"")
    return json.loads(result.out)


@pytest.mark.drivers("lxc", "embed")
def test_running_sandboxes(sandbox, account):
    """Also that of an embedded driver, which nobody else can ask."""
    begin = int(time.time())
    options = ["--name", "listed"]
    with sandbox.start("/bin/sh", "-c", "echo up; exec cat", options=options, stdin=subprocess.PIPE) as client:
        assert client.stdout.readline() == b"up\n"
        (found,) = listed(sandbox)
        assert found["uri"].startswith(sandbox.uri)
        assert begin <= found.pop("since") <= time.time()
        found.pop("uri")
        driver = "lxc" if sandbox.is_container else "qemu"
        assert found == {
            "name": "listed", "kind": "interactive", "driver": driver, "state": "running", "pid": client.pid,
            "command": ["/bin/sh", "-c", "echo up; exec cat"]}
        table = sandbox.run(uri=False, options=["--list"]).out.decode().splitlines()
        assert table[0].split() == ["NAME", "STATE", "URI", "PID", "SINCE", "COMMAND"]
        assert table[1].startswith("listed ") and table[1].endswith(' /bin/sh -c "echo up; exec cat"')
        refused = sandbox.run(uri=False, options=["--attach", "listed"])
        reason = b"has no shell, start it with --shell" if sandbox.is_container else b"only the process that started"
        assert (refused.status, refused.out) == (125, b"") and reason in refused.err
        told = subprocess.run(
            ["/usr/bin/python3", "-c", FROM_PYTHON], env=account.environment(), capture_output=True, text=True,
            **account.popen_arguments())
        assert (told.returncode, told.stdout, told.stderr) == (0, "echo up; exec cat\n", "")
        client.kill()
    assert listed(sandbox) == []


@pytest.mark.drivers("lxc")
def test_nothing_to_attach_to(sandbox):
    result = sandbox.run(uri=False, options=["--attach", "nobody"])
    assert (result.status, result.out, result.err) == (
        125, b"", b"virt-sandbox: no sandbox 'nobody' of yours runs, --list tells which do\n")


@pytest.mark.drivers("lxc")
def test_list_alone(sandbox):
    for options in (["--list", "--connect", sandbox.uri], ["--list", "/bin/true"], ["--json"]):
        result = sandbox.run(uri=False, options=options)
        assert (result.status, result.out) == (125, b"")
        assert b"--list" in result.err


@pytest.mark.drivers("lxc")
def test_a_sandbox_of_a_class_that_only_its_client_knows_is_listed(sandbox, account):
    client = subprocess.Popen(
        ["/usr/bin/python3", "-c", OWN_CLASS, sandbox.uri], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=account.environment(), **account.popen_arguments())
    try:
        assert client.stdout.readline() == b"up\n"
        result = sandbox.run(uri=False, options=["--list"])
        assert (result.status, result.err) == (0, b"")
        [_, line] = result.out.decode().splitlines()
        assert line.startswith("own ") and 'echo up; exec cat' in line
        attached = sandbox.run(uri=False, options=["--attach", "own"])
        assert (attached.status, attached.out) == (125, b"") and b"has no shell" in attached.err
    finally:
        client.communicate(timeout=TIMEOUT)
    assert client.returncode == 0
