"""Listens to the log and the shell console of a sandbox whose program writes whatever it likes to both, without end.

    listener.py URI end|lost

Prints `up` when both have come in, no matter what they say, and one of them is no longer read. Then the program, told by the end
of its input, writes its output and ends; or somebody else ends the sandbox. Prints as JSON what it came to.
"""

import hashlib
import json
import os
import sys

import gi

gi.require_version("LibvirtSandbox", "1.0")
gi.require_version("LibvirtGObject", "1.0")
from gi.repository import Gio, GLib, LibvirtGObject, LibvirtSandbox  # noqa: E402

# Control bytes and NULs, sequences for terminals that are whole or never end, text that is none.
NOISE = bytes(range(256)) * 8 + b"\x1b]0;title\x07\x1b[2J\x1bc\x9b5n\0\0\0\x1b]" + b"\xff\xfe\xc0\x80\n" * 100 + b"\x1bP" + b"x" * 5000
PROGRAM = f"""
import os, sys
for path in sys.argv[1:]:
    if not os.fork():
        console = os.open(path, os.O_WRONLY | os.O_NOCTTY)
        while True:
            os.write(console, {NOISE!r})
sys.stdin.read()
os.write(1, b"x" * 500_000)
os._exit(7)
"""
# What is to come in before it counts as no end.
ENOUGH = 128 * 1024


class Heard:
    """What came in on a console."""

    def __init__(self, console, listened):
        self.console, self.count, self.bytes = console, 0, set()
        self.end, output = os.pipe()
        console.attach(None, Gio.UnixOutputStream.new(output, True), None)
        self.listened = listened
        GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, self.end, GLib.IOCondition.IN, self.take)

    def take(self, *_):
        data = os.read(self.end, 65536)
        self.count += len(data)
        self.bytes.update(data)
        return self.listened(self) and bool(data)


def held():
    """Memory, in bytes."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def main(uri, ends):
    LibvirtSandbox.init_object_check(None, None)
    is_container = uri.startswith("lxc")
    config = LibvirtSandbox.ConfigInteractive.new("noisy")
    devices = ["/dev/tty1", "/dev/tty2"] if is_container else ["/dev/ttyS0", "/dev/ttyS1"]
    config.set_command(["/usr/bin/python3", "-c", PROGRAM, *devices])
    config.set_shell(True)
    connection = LibvirtGObject.Connection.new(uri)
    connection.open(None)
    context = LibvirtSandbox.ContextInteractive.new(connection, config)
    context.start()
    loop = GLib.MainLoop()
    program, out = context.get_app_console(), hashlib.sha256()
    told = {"status": None, "broken": None, "out": 0}
    given, stdin = os.pipe()
    shown, stdout = os.pipe()
    memory = []

    def listened(_):
        """The first to have said enough is not heard any more."""
        if stdin is None or min(log.count, shell.count) < ENOUGH:
            return True
        go_on()
        return False

    def go_on():
        nonlocal stdin
        memory.append(held())
        # Its reader is gone, while nobody reads from the other one.
        os.close(shell.end)
        print("up", flush=True)
        if ends == "end":
            os.close(stdin)
        stdin = None

    def take(*_):
        data = os.read(shown, 65536)
        out.update(data)
        told["out"] += len(data)
        return bool(data)

    def exited(_, status):
        told["status"] = status

    def closed(_, error):
        told["broken"] = error
        loop.quit()

    GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, shown, GLib.IOCondition.IN, take)
    program.connect("exited", exited)
    program.connect("closed", closed)
    program.attach(Gio.UnixInputStream.new(given, True), Gio.UnixOutputStream.new(stdout, True), None)
    shell = log = None
    log = Heard(context.get_log_console(), listened)
    shell = Heard(context.get_shell_console(), listened)
    loop.run()
    while take():
        pass
    told |= {"digest": out.hexdigest(), "grown": held() - memory[0]}
    context.stop()
    told |= {name: {"count": heard.count, "bytes": len(heard.bytes)} for name, heard in (("log", log), ("shell", shell))}
    print(json.dumps(told))


main(*sys.argv[1:])
