"""Prints the domain of a service that has everything a sandbox can have.

    everything.py URI STATE-DIRECTORY DIRECTORY

DIRECTORY holds a root, a directory and disk images.
"""

import sys

import gi

gi.require_version("LibvirtGObject", "1.0")
gi.require_version("LibvirtSandbox", "1.0")
from gi.repository import LibvirtGObject, LibvirtSandbox

uri, state, room = sys.argv[1:]
LibvirtSandbox.init_object_check(None, None)
connection = LibvirtGObject.Connection.new(uri)
connection.open(None)
config = LibvirtSandbox.ConfigServiceGeneric.new("everything")
config.set_command(["/bin/true"])
config.set_root(f"{room}/root")
config.set_shell(True)
for mount in (
    f"host-bind:/none={room}/directory",
    "host-bind:/tmp=",
    f"host-image:/image={room}/a.img",
    "guest-bind:/home=/tmp",
    "ram:/run=3G",
):
    config.add_mount_opts(mount)
for number in range(30):
    config.add_disk_opts(f"file:disk{number}={room}/a.img")
for network in ("dhcp", "dhcp,source=default,mac=52:54:00:11:22:33,filter=clean-traffic,filter.ip=192.0.2.1"):
    config.add_network_opts(network)
builder = LibvirtSandbox.Builder.for_connection(connection)
print(builder.construct(config, state).to_xml())
