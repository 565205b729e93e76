"""Stops a service that does not end when it is asked to, and goes on with the connection.

    service_stop.py URI here|thread|alone

"alone" is without libvirt's daemon, which has ended when a line comes, and is there again when another one does.
"""

import sys
import threading
import time

import gi

gi.require_version("LibvirtSandbox", "1.0")
gi.require_version("LibvirtGObject", "1.0")
from gi.repository import GLib, LibvirtGObject, LibvirtSandbox  # noqa: E402
from service import Talk, context  # noqa: E402

# What stop() gives a service to end.
PATIENCE = 30

LibvirtSandbox.init_object_check(None, None)
uri, where = sys.argv[1:]
config = LibvirtSandbox.ConfigServiceGeneric.new("stubborn")
config.set_command(["/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1000; done"])
service = context(uri, config)
service.define()
service.start()
log = Talk(service.get_log_console())
log.wait_for(b"ready\r\n")
log.console.detach()
if where == "alone":
    print("up", flush=True)
    sys.stdin.readline()
    try:
        service.stop()
    except GLib.Error:
        print("not stopped", flush=True)
    assert service.get_domain()
    sys.stdin.readline()
    service = context(uri, config)
    service.attach()
    service.get_domain().stop(0)
    service.undefine()
    print("done")
    sys.exit()
domain, connection = service.get_domain(), service.props.connection
begin = time.monotonic()
if where == "here":
    service.stop()
else:
    # Without a default main loop, and not in the thread that could run it.
    thread = threading.Thread(target=service.stop)
    thread.start()
    thread.join()
took = time.monotonic() - begin
assert took >= PATIENCE, took
assert domain.get_info().state == LibvirtGObject.DomainState.SHUTOFF, domain.get_info().state
assert connection.is_open() and connection.fetch_domains(None)
# The same connection does all that it did before.
service.start()
assert domain.get_info().state != LibvirtGObject.DomainState.SHUTOFF
domain.stop(0)
service.detach()
service.undefine()
print("done")
