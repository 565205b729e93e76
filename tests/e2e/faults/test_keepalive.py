"""libvirt's daemon hangs up on a client of which it has heard nothing for half a minute; nobody loses a sandbox by that."""

import signal
import subprocess
import sys
import time

import pytest

from rig.sandbox import TIMEOUT, finish

# Five questions, five seconds apart, and some more.
SILENCE = 40

# Nobody runs the default main context: one connection has a sandbox whose console is another context's, one is idle.
BUSY = """
import sys, threading
import gi
gi.require_version("LibvirtSandbox", "1.0")
gi.require_version("LibvirtGObject", "1.0")
from gi.repository import Gio, GLib, LibvirtGObject, LibvirtSandbox

LibvirtSandbox.init_object_check(None, None)

def opened():
    connection = LibvirtGObject.Connection.new(sys.argv[1])
    connection.open(None)
    return connection

def run(connection, name, script, begun):
    main_context = GLib.MainContext.new()
    main_context.push_thread_default()
    config = LibvirtSandbox.ConfigInteractive.new(name)
    config.set_command(["/bin/sh", "-c", script])
    context = LibvirtSandbox.ContextInteractive.new(connection, config)
    context.start()
    loop = GLib.MainLoop.new(main_context, False)
    console = context.get_app_console()
    console.connect("exited", lambda _, status: told.append((name, status >> 8)))
    console.connect("closed", lambda _, error: loop.quit())
    console.attach(end, None, None)
    begun.set()
    loop.run()
    context.stop()

told = []
end = Gio.UnixInputStream.new(0, False)
idle, busy, begun = opened(), opened(), threading.Event()
thread = threading.Thread(target=run, args=(busy, "busy", "cat; exit 7", begun))
thread.start()
begun.wait()
print("up", flush=True)
thread.join()
run(idle, "idle", "exit 8", threading.Event())
print(*told, flush=True)
"""


@pytest.mark.drivers("lxc")
def test_silence(sandbox, account, unharmed):
    """The only slow one: a client that is stopped, as by Ctrl-Z, and a process that has no time for libvirt."""
    stopped = sandbox.start(
        "/bin/sh", "-c", "echo up; cat; exit 7", options=["--name", "stopped"], stdin=subprocess.PIPE
    )
    assert stopped.stdout.readline() == b"up\n"
    busy = subprocess.Popen(
        [sys.executable, "-c", BUSY, sandbox.uri],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=account.environment(),
        **account.popen_arguments(),
    )
    assert busy.stdout.readline() == b"up\n"
    stopped.send_signal(signal.SIGSTOP)
    # It is time itself that did the harm.
    time.sleep(SILENCE)
    stopped.send_signal(signal.SIGCONT)
    result = finish(stopped, b"nothing is lost\n")
    assert (result.status, result.out, result.err) == (7, b"nothing is lost\n", b"")
    out, errors = busy.communicate(b"", TIMEOUT)
    assert (out, errors) == (b"('busy', 7) ('idle', 8)\n", b"")
    unharmed()
