"""Objects and values for calling any function of the library: what it wants, and what it does not want."""

import os

NOT_UTF8 = b'\xff\xfe'
LONG = b'x' * 100_000

# None has a hypervisor behind it: what is started or attached must fail, and in order
URIS = (b'test:///default', b'lxc:///', b'qemu:///system')

CONFIGURATION = b'''[api]
class=GVirSandboxConfigInteractive
[identity]
uid=0
gid=0
username=root
homedir=/
[core]
name=box
'''

# Values that the functions take, by the name of the parameter; everything else gets a word.
GOOD = {
    'data': CONFIGURATION, 'disk': b'file:data=/d.qcow2', 'disks': [b'file:data=/d.qcow2'], 'env': b'A=1', 'envs': [b'A=1', b'B=2'],
    'format': 3, 'includefile': b'includes', 'includes': [b'/tmp/x=/y'], 'kmoddir': b'/nonexistent', 'mount': b'ram:/tmp=1M',
    'mounts': [b'ram:/tmp=1M', b'host-bind:/tmp=/src'], 'network': b'dhcp', 'networks': [b'dhcp', b'address=10.0.0.1/8'],
    'optstr': b'static,label=u:r:t:s0', 'path': b'sandbox.cfg', 'prefix': 24, 'statedir': b'state', 'target': b'/tmp', 'value': b'qcow2',
    'argv': [b'/bin/true'],
}

EXTREMES = {
    'bool': (-1, 2**31 - 1, -2**31), 'char': (-128, -1, 0, 127), 'int': (-1, 2**31 - 1, -2**31), 'uint': (0, 2**32 - 1),
    'enum': (-1, 10_000, 2**31 - 1, -2**31), 'uint64': (0, 2**64 - 1), 'gtype': (),
}


class Fixtures:
    """Makes objects that belong to whoever asks for them."""

    def __init__(self, library, api):
        self.library, self.api, self.glib = library, api, library.glib
        self.gobject = self.glib.g_type_from_name(b'GObject')
        self.hollow_types = {}
        connection = self.connection(URIS[0], opened=True)
        self.glib.gvir_connection_fetch_domains(connection, None, None)
        self.domain = self.glib.gvir_connection_find_domain_by_name(connection, b'test')
        assert self.domain, 'the test driver has no domain'
        self.opened = connection
        with open('includes', 'wb') as includes:
            includes.write(b'/tmp/x=/y\n')
        os.mkdir('state')

    def close(self):
        self.library.unref(self.domain)
        self.glib.gvir_connection_close(self.opened)
        self.library.unref(self.opened)

    def connection(self, uri, opened=False):
        connection = self.glib.gvir_connection_new(uri)
        if opened:
            assert self.glib.gvir_connection_open(connection, None, None), 'cannot open the test driver'
        return connection

    def object(self, name, uri=None):
        """A new object of the class, or of one below it."""
        if name == 'LibvirtGObject.Connection':
            if uri:
                return self.connection(uri)
            return self.glib.g_object_ref(self.opened)
        if name == 'LibvirtGObject.Domain':
            return self.glib.g_object_ref(self.domain)
        if name == 'LibvirtGConfig.Domain':
            return self.glib.gvir_config_domain_new()
        if name == 'Gio.InetAddress':
            return self.glib.g_inet_address_new_from_string(b'10.0.0.1')
        if name == 'Gio.UnixInputStream':
            return self.glib.g_unix_input_stream_new(os.open('/dev/null', os.O_RDONLY), 1)
        if name == 'Gio.UnixOutputStream':
            return self.glib.g_unix_output_stream_new(os.open('/dev/null', os.O_WRONLY), 1)
        concrete = next(known for known in self.api.classes if self.api.is_a(known, name) and not self.api.is_abstract(known))
        return self.made(concrete) or self.bare(concrete)

    def made(self, name, uri=None):
        """What the class's constructor gives, if it has one."""
        constructor = self.api.constructor(name)
        if constructor is None:
            return None
        return self.call_with_good(constructor, uri)

    def bare(self, name):
        """An object that got no properties."""
        return self.library.new(self.library.type_of(self.api, name))

    def disposed(self, name):
        instance = self.made(name) or self.bare(name)
        for _ in range(2):
            self.glib.g_object_run_dispose(instance)
        return instance

    def hollow(self, name):
        """An object of a subclass whose virtual functions are all missing; nothing for a class without any."""
        if name not in self.hollow_types:
            slots = [(self.slot_offset(owner), len(self.api.slots[owner]))
                     for owner in self.api.ancestors(name) if self.api.slots[owner]]
            gtype = self.library.type_of(self.api, name)
            self.hollow_types[name] = self.library.hollow(gtype, slots) if slots else 0
        gtype = self.hollow_types[name]
        return gtype and self.library.new(gtype)

    def slot_offset(self, owner):
        """Where the slots of the class begin in its struct: behind the struct of its parent."""
        parent = self.api.classes[owner].get('parent')
        gtype = self.library.type_of(self.api, parent) if parent in self.api.classes else self.gobject
        return self.library.query(gtype).class_size

    def instances(self, name):
        """Objects of exactly this class in every condition, each with what that is."""
        constructor = self.api.constructor(name)
        connects = constructor and any(parameter.type == 'LibvirtGObject.Connection' for parameter in constructor.parameters)
        for uri in (None, *URIS) if connects else (None,):
            yield f'made{" for closed " + uri.decode() if uri else ""}', lambda uri=uri: self.made(name, uri)
        yield 'without properties', lambda: self.bare(name)
        yield 'disposed', lambda: self.disposed(name)
        yield 'without virtual functions', lambda: self.hollow(name)

    def good(self, parameter, uri=None):
        """A value that the parameter is meant to have, and whether it is an object that the caller must give up."""
        if parameter.kind == 'object':
            return self.object(parameter.type, uri), True
        if parameter.kind in ('string', 'strv', 'enum', 'uint'):
            words = {'string': b'word', 'strv': [b'word'], 'enum': 1, 'uint': 1}
            return GOOD.get(parameter.name, words[parameter.kind]), False
        if parameter.kind == 'gtype':
            return self.library.type_of(self.api, 'ConfigMountRam'), False
        if parameter.kind == 'keyfile':
            return self.glib.g_key_file_new(), False
        return (None if parameter.kind == 'ignored' else 1), False

    def wrong(self, parameter):
        """Values that the parameter is not meant to have, each with how wrong that is."""
        if parameter.kind == 'object':
            yield None, 'fine' if parameter.nullable else 'refused'
            yield self.library.new(self.gobject), 'refused'
        elif parameter.kind == 'string':
            yield None, 'fine' if parameter.nullable else 'doubtful'
            yield from ((text, 'fine') for text in (NOT_UTF8, b'', LONG))
        elif parameter.kind == 'strv':
            yield None, 'fine' if parameter.nullable else 'doubtful'
            yield from ((strings, 'fine') for strings in ([], [NOT_UTF8], [b''], [LONG] * 3))
        elif parameter.kind == 'gtype':
            yield self.gobject, 'fine'
            # GLib takes numbers above its own fundamental types for addresses; these are not mapped, not aligned, not a type
            numbers = (0, 1, 8, 255 << 2, 256 << 2, 0x1234560, 0x1234567, id(self), 2**47 - 16, 2**63, 2**64 - 1)
            yield from ((number, 'fine') for number in numbers)
        elif parameter.kind == 'keyfile':
            yield None, 'refused'
        elif parameter.kind != 'ignored':
            yield from ((number, 'doubtful') for number in EXTREMES[parameter.kind])

    def call_with_good(self, function, uri=None):
        values = [self.good(parameter, uri) for parameter in function.parameters]
        outcome = self.library.call(self.library.address(function), function, [value for value, _ in values])
        for value, owned in values:
            if owned:
                self.library.unref(value)
        return outcome.result
