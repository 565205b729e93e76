"""libvirt's daemon hangs up on a client of which it has heard nothing for half a minute; nobody loses a sandbox by that."""

import signal
import subprocess
import sys
import time

import pytest

from rig.sandbox import TIMEOUT, finish

# Twice as long as the daemon waits: it asks five times, five seconds apart.
SILENCE = 60

# Nobody runs the default main context: twenty connections have each a sandbox whose console is another context's, one is idle.
MANY = 20
BUSY = """
import os, sys, threading
import gi
gi.require_version("LibvirtSandbox", "1.0")
gi.require_version("LibvirtGObject", "1.0")
from gi.repository import Gio, GLib, LibvirtGObject, LibvirtSandbox

LibvirtSandbox.init_object_check(None, None)

def opened():
    connection = LibvirtGObject.Connection.new(sys.argv[1])
    connection.open(None)
    return connection

def run(connection, name, script, end, begun):
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
idle = opened()
pipes, begun, threads = [], [], []
for number in range(int(sys.argv[2])):
    pipes.append(os.pipe())
    begun.append(threading.Event())
    end = Gio.UnixInputStream.new(pipes[-1][0], False)
    arguments = opened(), f"busy{number}", "cat; exit 7", end, begun[-1]
    threads.append(threading.Thread(target=run, args=arguments))
    threads[-1].start()
for event in begun:
    event.wait()
print("up", flush=True)
sys.stdin.read()
for _, writer in pipes:
    os.close(writer)
for thread in threads:
    thread.join()
run(idle, "idle", "exit 8", Gio.UnixInputStream.new(0, False), threading.Event())
print(sorted(told), flush=True)
"""


@pytest.mark.drivers("lxc")
def test_silence(sandbox, account, unharmed):
    """The only slow one: a client that is stopped, as by Ctrl-Z, and a process that has no time for libvirt."""
    stopped = sandbox.start(
        "/bin/sh", "-c", "echo up; cat; exit 7", options=["--name", "stopped"], stdin=subprocess.PIPE
    )
    assert stopped.stdout.readline() == b"up\n"
    busy = subprocess.Popen(
        [sys.executable, "-c", BUSY, sandbox.uri, str(MANY)],
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
    told = sorted([*((f"busy{number}", 7) for number in range(MANY)), ("idle", 8)])
    assert (out.decode(), errors) == (f"{told}\n", b"")
    unharmed()
