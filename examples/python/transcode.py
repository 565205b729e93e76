#!/usr/bin/python3
# Encodes an Ogg Vorbis file anew with another quality: a decoder and an encoder, each in a sandbox of its own, without files
# or a network, and a pipe from one to the other.
#
#     python3 examples/python/transcode.py in.ogg out.ogg
#
# The sandboxes are machines of qemu:///session, or of the connection that SANDBOX_URI names.

import os
import sys

import gi

gi.require_version("LibvirtGObject", "1.0")
gi.require_version("LibvirtSandbox", "1.0")
from gi.repository import Gio, GLib, LibvirtGObject, LibvirtSandbox

DECODE = ["oggdec", "--quiet", "--output=-", "-"]
ENCODE = ["oggenc", "--quiet", "--quality=1", "--output=-", "-"]


class Sandbox:
    """A program in a sandbox, with descriptors of this process as its input and output, which it closes at the end."""

    def __init__(self, connection, command, source, target, on_end):
        config = LibvirtSandbox.ConfigInteractive.new(f"{command[0]}-{os.getpid()}")
        config.set_command(command)
        self.context = LibvirtSandbox.ContextInteractive.new(connection, config)
        self.context.start()
        self.status = None
        self.ends = (source, target)
        self.on_end = on_end
        self.console = self.context.get_app_console()
        self.console.connect("exited", self.exited)
        self.console.connect("closed", self.closed)
        self.console.attach(
            Gio.UnixInputStream.new(source, False),
            Gio.UnixOutputStream.new(target, False),
            Gio.UnixOutputStream.new(2, False),
        )

    def exited(self, _console, wait_status):
        self.status = os.waitstatus_to_exitcode(wait_status)

    def closed(self, _console, _error):
        self.console.detach()
        # What reads from the other end sees the end, too.
        for end in self.ends:
            os.close(end)
        self.on_end()

    def stop(self):
        self.context.stop()


def main(source, target):
    LibvirtSandbox.init_object_check(None, None)
    connection = LibvirtGObject.Connection.new(os.environ.get("SANDBOX_URI", "qemu:///session"))
    connection.open(None)

    loop = GLib.MainLoop()
    running = []

    def ended():
        running.pop()
        if not running:
            loop.quit()

    reading, writing = os.pipe()
    running += ["decoder", "encoder"]
    descriptor = os.open(source, os.O_RDONLY)
    decoder = Sandbox(connection, DECODE, descriptor, writing, ended)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    encoder = Sandbox(connection, ENCODE, reading, descriptor, ended)
    loop.run()
    for sandbox in (decoder, encoder):
        sandbox.stop()
    return 0 if decoder.status == encoder.status == 0 else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} IN.ogg OUT.ogg")
    try:
        sys.exit(main(*sys.argv[1:]))
    except (GLib.Error, OSError) as error:
        sys.exit(str(error))
