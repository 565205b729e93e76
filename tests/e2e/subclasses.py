"""Runs a sandbox whose configuration, context and console are classes of this program."""

import sys

import gi

gi.require_version("LibvirtGObject", "1.0")
gi.require_version("LibvirtSandbox", "1.0")
from gi.repository import GLib, LibvirtGObject, LibvirtSandbox

loop = GLib.MainLoop()


class EchoConfig(LibvirtSandbox.ConfigInteractive):
    __gtype_name__ = "EchoConfig"

    def do_get_command(self):
        return ["/bin/echo", *LibvirtSandbox.ConfigInteractive.do_get_command(self)]


class LoudContext(LibvirtSandbox.ContextInteractive):
    def do_start(self):
        print("starting", flush=True)
        return LibvirtSandbox.ContextInteractive.do_start(self)

    def do_stop(self):
        print("stopping", flush=True)
        return LibvirtSandbox.ContextInteractive.do_stop(self)


LibvirtSandbox.init_object_check(None, None)
connection = LibvirtGObject.Connection.new(sys.argv[1])
connection.open(None)
config = EchoConfig(name="subclasses")
config.set_command(["said", "in", "the", "sandbox"])
context = LoudContext(connection=connection, config=config)
context.start()
console = context.get_app_console()
console.connect("closed", lambda _console, _error: loop.quit())
console.attach_stdio()
loop.run()
console.detach()
context.stop()
