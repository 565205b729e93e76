"""Stops a program that has written something that nobody has asked for yet.

    stop_output.py URI pipe|terminal|stuck DIRECTORY

The program tells in DIRECTORY when it has written all, and "stuck" has a reader who takes nothing.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import gi

gi.require_version("LibvirtSandbox", "1.0")
gi.require_version("LibvirtGObject", "1.0")
from gi.repository import Gio, GLib, LibvirtGObject, LibvirtSandbox  # noqa: E402

# Less than what the first process takes without being asked for more.
LENGTH = 200_000
# What stop() waits for a reader, and what else a stop takes on a busy host.
PATIENCE = 2 + 60

LibvirtSandbox.init_object_check(None, None)
uri, kind, data = sys.argv[1], sys.argv[2], Path(sys.argv[3])
connection = LibvirtGObject.Connection.new(uri)
connection.open(None)
config = LibvirtSandbox.ConfigInteractive.new("writer")
config.add_mount_opts(f"host-bind:/sandbox-test={data}")
config.set_tty(kind == "terminal")
script = f"echo ready; head -c {LENGTH} /dev/zero | tr '\\0' x; echo; echo end >&2; : >/sandbox-test/written; exec sleep 1000"
config.set_command(["/bin/sh", "-c", script])
context = LibvirtSandbox.ContextInteractive.new(connection, config)
context.start()
console = context.get_app_console()
loop = GLib.MainLoop()
ready, output = os.pipe()


def end_is_told(*_):
    """A test that waits for something else would wait for ever."""
    print("an end is told", file=sys.stderr, flush=True)
    os._exit(1)


for signal in ("exited", "closed"):
    console.connect(signal, end_is_told)
console.attach(None, Gio.UnixOutputStream.new(output, False), Gio.UnixOutputStream.new(os.dup(output), True))
GLib.unix_fd_add_full(GLib.PRIORITY_HIGH, ready, GLib.IOCondition.IN, lambda *_: loop.quit())
loop.run()

# From here on nobody runs the main loop of the console.
other = GLib.MainContext.new()
other.push_thread_default()
waiting = GLib.MainLoop.new(other, False)
monitor = Gio.File.new_for_path(str(data / "written")).monitor_file(Gio.FileMonitorFlags.NONE, None)
monitor.connect("changed", lambda *_: waiting.quit())
while not (data / "written").exists():
    waiting.run()
other.pop_thread_default()

reader, seen = None, data / "seen"
if kind != "stuck":
    with seen.open("wb") as file:
        reader = subprocess.Popen(["/bin/cat"], stdin=ready, stdout=file)
begin = time.monotonic()
context.stop()
took = time.monotonic() - begin
if kind == "stuck":
    assert took < PATIENCE, took
else:
    os.close(output)
    assert reader.wait() == 0
    text = seen.read_bytes().replace(b"\r\n", b"\n")
    assert text.startswith(b"ready\n") and b"end\n" in text and text.count(b"x") == LENGTH, (text[:20], text[-20:], len(text), text.count(b"x"))
print("done")
