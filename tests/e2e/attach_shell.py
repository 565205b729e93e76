"""Uses the shell of a sandbox that another process has started, which it knows by name only.

    attach_shell.py URI NAME
"""

import os
import re
import sys

import gi

gi.require_version("LibvirtSandbox", "1.0")
gi.require_version("LibvirtGObject", "1.0")
from gi.repository import Gio, GLib, LibvirtGObject, LibvirtSandbox  # noqa: E402

LibvirtSandbox.init_object_check(None, None)
connection = LibvirtGObject.Connection.new(sys.argv[1])
connection.open(None)
context = LibvirtSandbox.ContextInteractive.new(connection, LibvirtSandbox.ConfigInteractive.new(sys.argv[2]))
context.attach()
console = context.get_shell_console()
loop = GLib.MainLoop()
seen = b""
keyboard, keys = os.pipe()
screen, output = os.pipe()


def read(*_):
    global seen
    seen += os.read(screen, 4096)
    if re.search(rb"\n42 \d+\r", seen):
        loop.quit()
    return True


GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, screen, GLib.IOCondition.IN, read)
console.attach(Gio.UnixInputStream.new(keyboard, True), Gio.UnixOutputStream.new(output, True), None)
os.write(keys, b"echo $((6 * 7)) $(id -u)\r")
loop.run()
console.detach()
context.detach()
print(re.search(r"\n42 (\d+)\r", seen.decode())[1])
