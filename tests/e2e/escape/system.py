"""Runs a container with systemd, one of whose services makes attempts, and prints what came of them.

system.py PROGRAM

PROGRAM is the text of a Python program, whose output is shown up to the line "end".
"""

import os
import sys
from pathlib import Path

import gi

gi.require_version("LibvirtSandbox", "1.0")
gi.require_version("LibvirtGObject", "1.0")
from gi.repository import Gio, GLib, LibvirtGObject, LibvirtSandbox  # noqa: E402

UNIT = """
[Unit]
DefaultDependencies=no
Conflicts=shutdown.target
Before=shutdown.target
[Service]
Type=oneshot
OOMPolicy=continue
ExecStart=/usr/bin/python3 -u /etc/systemd/system/attempts.py
StandardOutput=tty
StandardError=tty
TTYPath=/dev/console
"""


def main(program):
    units = Path("/etc/systemd/system")
    units.mkdir(parents=True, exist_ok=True)
    (units / "attempts.service").write_text(UNIT)
    (units / "attempts.py").write_text(f"{program}\nprint('end')\n")
    config = LibvirtSandbox.ConfigServiceSystemd.new("system")
    config.set_boot_target("attempts.service")
    connection = LibvirtGObject.Connection.new("lxc:///")
    connection.open(None)
    service = LibvirtSandbox.ContextService.new(connection, config)
    service.define()
    try:
        service.start()
        show(service.get_log_console())
        service.stop()
    finally:
        service.undefine()


def show(console):
    """Prints what the console shows, until its last line."""
    loop = GLib.MainLoop()
    seen = bytearray()
    output, into = os.pipe()
    keyboard, _keys = os.pipe()

    def read(*_):
        data = os.read(output, 4096)
        seen.extend(data)
        if b"\nend\r" in seen or not data:
            loop.quit()
        return bool(data)

    GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, output, GLib.IOCondition.IN, read)
    console.attach(Gio.UnixInputStream.new(keyboard, True), Gio.UnixOutputStream.new(into, True), None)
    loop.run()
    sys.stdout.write(seen.decode(errors="replace"))


LibvirtSandbox.init_object_check(None, None)
main(sys.argv[1])
