"""Calls the library from inside of its own signals, and from other threads, on the connection SANDBOX_URI.

    handlers.py CASE
"""

import ctypes
import os
import sys
import threading

import gi

gi.require_version("LibvirtSandbox", "1.0")
gi.require_version("LibvirtGObject", "1.0")
from gi.repository import Gio, GLib, LibvirtGObject, LibvirtSandbox  # noqa: E402

LibvirtSandbox.init_object_check(None, None)
connection = LibvirtGObject.Connection.new(os.environ["SANDBOX_URI"])
connection.open(None)
loop = GLib.MainLoop()


def sandbox(*command):
    config = LibvirtSandbox.ConfigInteractive.new("handlers")
    config.set_command(command)
    return LibvirtSandbox.ContextInteractive.new(connection, config)


def refused(function, *arguments):
    try:
        function(*arguments)
    except GLib.Error as error:
        return error.message
    return None


def attach(console):
    console.attach(None, Gio.UnixOutputStream.new(os.dup(1), True), None)


def stop_and_detach():
    """The handlers of both signals end what they are told about."""
    context = sandbox("/bin/echo", "hello")
    context.start()
    console = context.get_app_console()

    def exited(console, status):
        console.detach()
        context.stop()
        console.detach()
        assert refused(context.stop)
        loop.quit()

    console.connect("exited", exited)
    console.connect("closed", lambda *_: sys.exit("closed after it was detached"))
    attach(console)
    loop.run()


def takes_too_long():
    """The time is kept for whoever uses the library, a detached console or not, and the status given."""
    config = LibvirtSandbox.ConfigInteractive.new("handlers")
    config.set_command(["/bin/sh", "-c", "echo; exec sleep 1000"])
    config.set_timeout(2000)
    context = LibvirtSandbox.ContextInteractive.new(connection, config)
    context.start()
    console = context.get_app_console()
    told = []
    console.connect("exited", lambda console, status: told.append(status))
    console.connect("closed", lambda console, error: (told.append(error), loop.quit()))

    def runs(*_):
        console.detach()
        GLib.timeout_add(2000, lambda: attach(console))

    reader, writer = os.pipe()
    GLib.io_add_watch(reader, GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN, runs)
    console.attach(None, Gio.UnixOutputStream.new(writer, True), None)
    loop.run()
    assert told == [15, True], told
    assert console.has_timed_out()
    context.stop()


def attach_again():
    """A handler attaches a console that has ended."""
    context = sandbox("/bin/echo", "hello")
    context.start()
    console = context.get_app_console()

    def closed(console, error):
        assert not error
        assert "has ended" in refused(console.attach, None, None, None)
        console.detach()
        loop.quit()

    console.connect("closed", closed)
    attach(console)
    loop.run()
    context.stop()


def dispose():
    """A handler takes the objects away from under the main loop."""
    context = sandbox("/bin/echo", "hello")
    context.start()
    console = context.get_app_console()

    def closed(console, _):
        context.run_dispose()
        console.run_dispose()
        loop.quit()

    console.connect("closed", closed)
    attach(console)
    loop.run()
    assert refused(context.get_domain)


def log():
    """What listens to the library's log uses the console that a message is about. (GLib aborts when such a one logs.)"""
    context = sandbox("/bin/sleep", "1000")
    context.start()
    console = context.get_app_console()
    heard = []

    def listen(domain, level, message, _):
        heard.append(message)
        console.detach()
        assert "has ended" in refused(console.attach, None, None, None)
        loop.quit()

    GLib.log_set_handler("LibvirtSandbox", GLib.LogLevelFlags.LEVEL_WARNING, listen, None)
    console.connect("closed", lambda *_: sys.exit("closed after it was detached"))
    attach(console)
    GLib.idle_add(lambda: context.get_domain().stop(0) and False)
    loop.run()
    assert len(heard) == 1 and "the sandbox ended" in heard[0], heard
    context.stop()


def phases():
    """What listens to the phases uses the console that they are about, also in the middle of a conversation."""
    context = sandbox("/bin/echo", "hello")
    heard = []

    def write(level, fields, count, data):
        text = {field.key: ctypes.string_at(field.value, field.length).decode() for field in fields}
        if "SANDBOX_PHASE" in text:
            name, start, duration = (text[f"SANDBOX_PHASE{field}"] for field in ("", "_START", "_DURATION"))
            assert text["SANDBOX_NAME"] == "handlers", text
            heard.append((name, int(start), int(start) + int(duration)))
            if name == "network":
                console.detach()
                GLib.idle_add(lambda: attach(console))
        return GLib.LogWriterOutput.HANDLED

    GLib.log_set_writer_func(write, None)
    begin = GLib.get_monotonic_time()
    context.start()
    console = context.get_app_console()
    console.connect("closed", lambda *_: loop.quit())
    attach(console)
    loop.run()
    context.stop()
    names = [name for name, _, _ in heard]
    assert names == ["build", "create", "init", "mounts", "network", "program", "drain", "stop"], heard
    for (_, _, end), (name, start, _) in zip(heard, heard[1:]):
        assert start == end or name == "stop" and start > end, heard
    assert begin <= heard[0][1] and heard[-1][2] <= GLib.get_monotonic_time(), heard


def stop_while_it_is_announced():
    """A handler of the property stops the sandbox that is just being started, and again while it is being stopped."""
    context = sandbox("/bin/sleep", "1000")
    seen = []

    def announced(context, _):
        seen.append(context.is_attached())
        refused(context.stop)
        refused(context.detach)

    context.connect("notify::domain", announced)
    refused(context.start)
    assert seen[0] and not context.is_attached(), seen


def other_thread():
    """Another thread attaches: not while this one runs the main loop, but before, and this one then gets the callbacks."""
    context = sandbox("/bin/echo", "hello")
    context.start()
    console = context.get_app_console()
    told = []

    def in_thread(function):
        thread = threading.Thread(target=function)
        thread.start()
        return thread

    def elsewhere():
        told.append(refused(attach, console))
        loop.quit()

    GLib.idle_add(lambda: in_thread(elsewhere) and False)
    loop.run()
    assert "another thread runs the main loop" in told[0], told
    in_thread(lambda: attach(console)).join()
    console.connect("closed", lambda *_: (told.append(threading.current_thread()), loop.quit()))
    GLib.idle_add(lambda: in_thread(lambda: told.append(refused(console.detach))).join())
    loop.run()
    assert "another thread runs the main loop" in told[1] and told[2] is threading.main_thread(), told
    context.stop()


CASES = (
    stop_and_detach, takes_too_long, attach_again, dispose, log, phases, stop_while_it_is_announced, other_thread
)
{function.__name__: function for function in CASES}[sys.argv[1]]()
print("done")
