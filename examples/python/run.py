#!/usr/bin/python3
# Runs a program in a sandbox: its input and output are those of this program, and so is its exit status.
#
#     python3 examples/python/run.py ls -l /
#
# The sandbox is a machine of qemu:///session, or of the connection that SANDBOX_URI names.

import os
import sys

import gi

gi.require_version("LibvirtGObject", "1.0")
gi.require_version("LibvirtSandbox", "1.0")
from gi.repository import GLib, LibvirtGObject, LibvirtSandbox


def main(command):
    LibvirtSandbox.init_object_check(None, None)

    config = LibvirtSandbox.ConfigInteractive.new(f"run-{os.getpid()}")
    config.set_command(command)
    config.set_tty(sys.stdin.isatty() and sys.stdout.isatty())

    connection = LibvirtGObject.Connection.new(os.environ.get("SANDBOX_URI", "qemu:///session"))
    connection.open(None)

    context = LibvirtSandbox.ContextInteractive.new(connection, config)
    context.start()

    status = []
    loop = GLib.MainLoop()
    console = context.get_app_console()
    console.connect("exited", lambda _console, wait_status: status.append(wait_status))
    console.connect("closed", lambda _console, _error: loop.quit())
    console.attach_stdio()
    loop.run()

    console.detach()
    context.stop()
    if not status:
        return "the sandbox ended without an exit status"
    code = os.waitstatus_to_exitcode(status[0])
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} PROGRAM [ARGUMENT...]")
    try:
        sys.exit(main(sys.argv[1:]))
    except GLib.Error as error:
        sys.exit(error.message)
