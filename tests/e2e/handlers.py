"""Calls the library from inside of its own signals, and from other threads, on the connection SANDBOX_URI.

    handlers.py CASE
"""

import ctypes
import gc
import os
import signal
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


def sandbox(*command, name="handlers"):
    config = LibvirtSandbox.ConfigInteractive.new(name)
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
    # Before the end of the program is told.
    GLib.idle_add(lambda: in_thread(lambda: told.append(refused(console.detach))).join(), priority=GLib.PRIORITY_HIGH)
    loop.run()
    assert "another thread runs the main loop" in told[1] and told[2] is threading.main_thread(), told
    context.stop()


def loops_of_their_own():
    """Threads with main contexts of their own start, use and stop sandboxes at once; this one runs the default context, for libvirt."""
    wrong = []

    def use(number):
        own = GLib.MainContext.new()
        own.push_thread_default()
        try:
            for turn in range(2):
                assert converse(own, number, turn) == [0, (False, threading.current_thread())]
        except BaseException as error:
            wrong.append(error)
        own.pop_thread_default()

    def converse(own, number, turn):
        inner = GLib.MainLoop.new(own, False)
        context = sandbox("/bin/sh", "-c", "read line && echo $line", name=f"handlers-{number}")
        context.start()
        console = context.get_app_console()
        told = []
        console.connect("exited", lambda _, status: told.append(status))
        console.connect("closed", lambda _, error: (told.append((error, threading.current_thread())), inner.quit()))
        (input_reader, input_writer), (output_reader, output_writer) = os.pipe(), os.pipe()
        os.write(input_writer, f"{number} {turn}\n".encode())
        os.close(input_writer)
        console.attach(Gio.UnixInputStream.new(input_reader, True), Gio.UnixOutputStream.new(output_writer, True), None)
        inner.run()
        context.stop()
        assert os.read(output_reader, 100) == f"{number} {turn}\n".encode()
        os.close(output_reader)
        return told

    threads = [threading.Thread(target=use, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()

    def wait():
        for thread in threads:
            thread.join()
        loop.quit()

    threading.Thread(target=wait).start()
    loop.run()
    assert not wrong, wrong


def taken_elsewhere():
    """A context made in one thread is started in a second one, stopped in a third, and dropped there."""
    contexts = [sandbox("/bin/sleep", "1000")]
    for act in ("start", "stop", "start"):
        thread = threading.Thread(target=lambda: getattr(contexts[0], act)())
        thread.start()
        thread.join()
    thread = threading.Thread(target=contexts.clear)
    thread.start()
    thread.join()
    gc.collect()
    assert not domain_runs()


def domain_runs():
    """Whether the sandbox runs, by a connection that knows nothing of how it was started."""
    other = LibvirtGObject.Connection.new(os.environ["SANDBOX_URI"])
    other.open(None)
    other.fetch_domains(None)
    found = other.find_domain_by_name("handlers")
    runs = found is not None and found.get_info().state == LibvirtGObject.DomainState.RUNNING
    other.close()
    return runs


def dropped():
    """Objects are dropped in every state: what this process has started ends, what it attached to goes on."""
    sandbox("/bin/true")
    gc.collect()

    # while it starts
    context = sandbox("/bin/sleep", "1000")
    context.connect("notify::domain", lambda context, _: context.run_dispose())
    refused(context.start)
    del context
    gc.collect()
    assert not domain_runs()

    # another context has attached, and its consoles are in use
    context = sandbox("/bin/cat")
    context.start()
    console = context.get_app_console()
    attach(console)
    second = sandbox("/bin/cat")
    second.attach()
    log = second.get_log_console()
    attach(log)
    del second, log
    gc.collect()
    assert domain_runs() and context.is_attached()
    second = sandbox("/bin/cat")
    second.attach()
    second.detach()
    del second
    gc.collect()
    assert domain_runs()

    # the console before its context, and the context while its console is held and attached
    del console
    gc.collect()
    assert domain_runs()
    console = context.get_app_console()
    del context
    gc.collect()
    assert not domain_runs()
    while GLib.MainContext.default().iteration(False):
        pass
    del console

    # after the program's end, which nobody has seen, or all but the stop
    for seen in (False, True):
        context = sandbox("/bin/true")
        context.start()
        console = context.get_app_console()
        attach(console)
        console.connect("closed", lambda *_: loop.quit())
        if seen:
            loop.run()
        del context, console
        gc.collect()
        assert not domain_runs()

    # the connection is closed first: libvirt then ends what was started on it
    context = sandbox("/bin/sleep", "1000")
    context.start()
    connection.close()
    refused(context.stop)
    del context
    gc.collect()


def without_reaper():
    """A process that a broken pipe would end, as it does programs in C, outlives a reaper that was killed."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    heard = []
    GLib.log_set_handler("LibvirtSandbox", GLib.LogLevelFlags.LEVEL_WARNING, lambda *told: heard.append(told[2]), None)
    context = sandbox("/bin/cat")
    context.start()
    [reaper] = processes("libvirt-sandbox-reaper")
    os.kill(reaper, signal.SIGKILL)
    os.waitid(os.P_PID, reaper, os.WEXITED | os.WNOWAIT)
    context.stop()
    assert len(heard) == 1 and "reaper" in heard[0], heard


def dropped_machine():
    """The embedded driver lives in this process, which would go on with a machine that nobody has any more."""
    context = sandbox("/bin/cat")
    context.start()
    console = context.get_app_console()
    attach(console)
    second = sandbox("/bin/cat")
    second.attach()
    del second
    gc.collect()
    assert len(processes("guest=handlers,")) == 1
    del context
    gc.collect()
    assert processes("guest=handlers,") == []
    while GLib.MainContext.default().iteration(False):
        pass


def processes(text):
    """Those with the text in their command lines."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/cmdline") as file:
                if text in file.read():
                    found.append(int(number))
        except OSError:
            pass
    return found


CASES = (stop_and_detach, takes_too_long, attach_again, dispose, log, phases, stop_while_it_is_announced, other_thread, loops_of_their_own,
         taken_elsewhere, dropped, dropped_machine, without_reaper)
{function.__name__: function for function in CASES}[sys.argv[1]]()
print("done")
