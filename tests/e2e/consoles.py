"""Connects the terminal with the consoles of a sandbox, one after the other and again: what a user of the library does.

Each line that it writes is about a console that was attached, or closed.
"""

import os

import gi

gi.require_version("LibvirtSandbox", "1.0")
gi.require_version("LibvirtGObject", "1.0")
from gi.repository import GLib, LibvirtGObject, LibvirtSandbox  # noqa: E402

LibvirtSandbox.init_object_check(None, None)
config = LibvirtSandbox.ConfigInteractive.new("consoles")
config.set_command(["/bin/cat"])
config.set_tty(True)
config.set_shell(True)
connection = LibvirtGObject.Connection.new(os.environ["SANDBOX_URI"])
connection.open(None)
context = LibvirtSandbox.ContextInteractive.new(connection, config)
context.start()
loop = GLib.MainLoop()


def closed(_, error):
    print(f"closed {bool(error)}", flush=True)
    loop.quit()


def use(console, name, prepare=lambda console: None):
    handler = console.connect("closed", closed)
    console.attach_stdio()
    prepare(console)
    os.write(1, f"attached {name}\r\n".encode())
    loop.run()
    console.disconnect(handler)


try:
    app, shell, direct = context.get_app_console(), context.get_shell_console(), context.get_shell_console()
    use(app, "program")
    app.set_escape(ord("q"))
    use(app, "program again")
    use(shell, "shell")
    use(shell, "shell again")
    try:
        direct.isolate()
    except GLib.Error as error:
        assert "make it direct first" in error.message, error.message
    direct.set_direct(True)
    use(direct, "terminal", LibvirtSandbox.Console.isolate)
    assert direct.props.domain is None and direct.props.connection is None
    use(app, "program for the last time")
finally:
    context.stop()
