"""The test rig: starts what an end-to-end test needs and leaves nothing running.

namespace.py  where tests run: private namespaces, unless a libvirtd answers already
host.py       the libvirt daemons, the ordinary user, the environment of a command
sandbox.py    runs virt-sandbox with pipes and files
terminal.py   runs a command on a terminal of its own
servers.py    DHCP and name servers for sandboxes
leaks.py      what a test left behind
plugin.py     all of it as pytest fixtures
"""
