#!/usr/bin/python3
"""Classes written in Python that override every virtual function: the public functions call them, and they can chain up."""

import unittest

import gi

gi.require_version("LibvirtSandbox", "1.0")
gi.require_version("LibvirtGObject", "1.0")
from gi.repository import Gio, GLib, LibvirtGObject, LibvirtSandbox

calls = []


def refusal():
    return GLib.Error.new_literal(Gio.io_error_quark(), "refused by the subclass", Gio.IOErrorEnum.NOT_SUPPORTED)


class PythonConfig(LibvirtSandbox.ConfigInteractive):
    __gtype_name__ = "PythonConfig"
    flavour = "plain"

    def do_load_config(self, file):
        LibvirtSandbox.ConfigInteractive.do_load_config(self, file)
        self.flavour = file.get_string("test", "flavour")
        return True

    def do_save_config(self, file):
        LibvirtSandbox.ConfigInteractive.do_save_config(self, file)
        file.set_string("test", "flavour", self.flavour)

    def do_get_command(self):
        return ["/usr/bin/env", self.flavour]


def noted_step(name):
    def step(self, config, statedir, domain):
        calls.append(name)
        if self.refuses == name:
            raise refusal()
        return getattr(LibvirtSandbox.Builder, f"do_{name}")(self, config, statedir, domain)

    return step


class PythonBuilder(LibvirtSandbox.Builder):
    refuses = None
    do_construct_domain = noted_step("construct_domain")
    do_construct_basic = noted_step("construct_basic")
    do_construct_os = noted_step("construct_os")
    do_construct_features = noted_step("construct_features")
    do_construct_devices = noted_step("construct_devices")
    do_construct_security = noted_step("construct_security")

    def do_clean_post_start(self, config, statedir):
        calls.append(f"start {statedir}")
        return LibvirtSandbox.Builder.do_clean_post_start(self, config, statedir)

    def do_clean_post_stop(self, config, statedir):
        raise refusal()

    def do_get_files_to_copy(self, config):
        return [*LibvirtSandbox.Builder.do_get_files_to_copy(self, config), "/etc/os-release"]


class PythonContext(LibvirtSandbox.Context):
    def do_start(self):
        calls.append("start")
        return self.attach()

    def do_stop(self):
        raise refusal()

    def do_attach(self):
        calls.append("attach")
        return LibvirtSandbox.Context.do_attach(self)

    def do_detach(self):
        calls.append("detach")
        return LibvirtSandbox.Context.do_detach(self)


class PythonService(LibvirtSandbox.ContextService):
    def do_define(self):
        calls.append("define")
        return True

    def do_undefine(self):
        raise refusal()


class PythonConsole(LibvirtSandbox.ConsoleRpc):
    def do_attach(self, stdin, stdout, stderr):
        calls.append("attach" if stdin else "attach nothing")
        if not stderr:
            raise refusal()
        return True

    def do_detach(self):
        self.emit("closed", False)
        return True

    def do_closed(self, error):
        calls.append(f"closed {error}")

    def do_exited(self, status):
        calls.append(f"exited {status}")


class Subclasses(unittest.TestCase):
    def setUp(self):
        calls.clear()

    def assert_refused(self, function, *arguments):
        with self.assertRaises(GLib.Error) as caught:
            function(*arguments)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_SUPPORTED))

    def test_config(self):
        config = PythonConfig(name="box")
        config.flavour = "spicy"
        loaded = LibvirtSandbox.Config.load_from_data(config.save_to_data())
        self.assertIsInstance(loaded, PythonConfig)
        self.assertEqual(loaded.get_name(), "box")
        self.assertEqual(loaded.get_command(), ["/usr/bin/env", "spicy"])

    def test_builder(self):
        builder = PythonBuilder()
        config = LibvirtSandbox.ConfigInteractive.new("box")
        domain = builder.construct(config, "/nonexistent")
        self.assertEqual(domain.get_name(), "box")
        steps = [f"construct_{step}" for step in ("domain", "basic", "os", "features", "devices", "security")]
        self.assertEqual(calls, steps)
        builder.refuses = "construct_features"
        self.assert_refused(builder.construct, config, "/nonexistent")
        calls.clear()
        self.assertTrue(builder.clean_post_start(config, "/nonexistent"))
        self.assert_refused(builder.clean_post_stop, config, "/nonexistent")
        self.assertEqual(calls, ["start /nonexistent"])

    def test_context(self):
        # libvirt's own driver for tests has a domain of this name, and it runs
        config = LibvirtSandbox.ConfigInteractive.new("test")
        connection = LibvirtGObject.Connection.new("test:///default")
        connection.open(None)
        context = PythonContext(connection=connection, config=config)
        self.assertTrue(context.start())
        self.assertEqual(context.get_domain().get_name(), "test")
        self.assert_refused(context.stop)
        self.assertTrue(context.detach())
        self.assertFalse(context.is_attached())
        self.assertEqual(calls, ["start", "attach", "detach"])

    def test_service(self):
        service = PythonService(config=LibvirtSandbox.ConfigServiceGeneric.new("service"))
        self.assertTrue(service.define())
        self.assert_refused(service.undefine)
        self.assertEqual(calls, ["define"])

    def test_console(self):
        console = PythonConsole()
        self.assertTrue(console.attach_stdio())
        self.assert_refused(console.attach, None, None, None)
        self.assertTrue(console.detach())
        console.emit("exited", 42)
        self.assertEqual(calls, ["attach", "attach nothing", "closed False", "exited 42"])


if __name__ == "__main__":
    LibvirtSandbox.init_object_check(None, None)
    unittest.main()
