"""Connects the terminal with the shell of a sandbox, twice: what the user of the library's shell console does."""

import os

import gi

gi.require_version("LibvirtSandbox", "1.0")
gi.require_version("LibvirtGObject", "1.0")
from gi.repository import GLib, LibvirtGObject, LibvirtSandbox  # noqa: E402

LibvirtSandbox.init_object_check(None, None)
config = LibvirtSandbox.ConfigInteractive.new("shell-console")
config.set_command(["/bin/cat"])
config.set_shell(True)
connection = LibvirtGObject.Connection.new(os.environ["SANDBOX_URI"])
connection.open(None)
context = LibvirtSandbox.ContextInteractive.new(connection, config)
context.start()
try:
    app = context.get_app_console()
    app.attach(None, None, None)
    shell = context.get_shell_console()
    loop = GLib.MainLoop()

    def closed(_, error):
        print(f"closed {bool(error)}", flush=True)
        loop.quit()

    shell.connect("closed", closed)
    for number in 1, 2:
        shell.attach_stdio()
        os.write(1, f"attached {number}\r\n".encode())
        loop.run()
    app.detach()
finally:
    context.stop()
