"""Defines, starts or undefines a service that runs as nobody and writes to a directory of the host.

    define.py define|start|undefine URI NAME DIRECTORY
"""

import sys

import gi

gi.require_version("LibvirtSandbox", "1.0")
gi.require_version("LibvirtGObject", "1.0")
from gi.repository import LibvirtGObject, LibvirtSandbox  # noqa: E402

NOBODY = 65534

action, uri, name, directory = sys.argv[1:]
config = LibvirtSandbox.ConfigServiceGeneric.new(name)
config.set_command(["/bin/sh", "-c", "echo up >/mnt/up; exec sleep 1000"])
config.set_userid(NOBODY)
config.set_groupid(NOBODY)
config.set_username("nobody")
config.set_homedir("/")
config.add_env("KEY", "secret of the service")
config.add_mount_opts(f"host-bind:/mnt={directory}")
connection = LibvirtGObject.Connection.new(uri)
connection.open(None)
service = LibvirtSandbox.ContextService.new(connection, config)
getattr(service, action)()
