"""The library as Python uses it, for valgrind: what is returned, given and told, and a class that is derived."""

import gc

import gi

gi.require_version('LibvirtSandbox', '1.0')
gi.require_version('LibvirtGObject', '1.0')
from gi.repository import Gio, GLib, GObject, LibvirtGObject, LibvirtSandbox  # noqa: E402

LibvirtSandbox.init_object_check(None, None)


class Echo(LibvirtSandbox.Config):
    """A configuration with a command of its own."""

    def do_get_command(self):
        return ['/bin/echo', self.get_name()]


def fails(function, *arguments):
    try:
        function(*arguments)
    except GLib.Error as error:
        return error.message
    raise AssertionError(f'{function} does not fail')


def configure():
    config = LibvirtSandbox.ConfigInteractive.new('box')
    config.add_mount_strv(['ram:/tmp=1M', 'host-bind:/run=/src'])
    config.add_disk_opts('file:data=/d.qcow2')
    config.add_network_opts('address=10.0.0.1/8')
    config.add_env_strv(['A=1', 'B=2'])
    config.set_command(['/bin/ls', '-l'])
    assert config.get_command() == ['/bin/ls', '-l']
    assert [mount.get_target() for mount in config.get_mounts()] == ['/tmp', '/run']
    assert config.find_mount('/run') is config.get_mounts()[1]
    config.find_mount('/run').add_include('/etc/a', '/a')
    assert config.find_mount('/run').get_includes() == {'/a': '/etc/a'}
    assert config.get_envs() == {'A': '1', 'B': '2'}
    address = config.get_networks()[0].get_addresses()[0]
    assert address.get_primary().to_string() == '10.0.0.1'
    address.set_primary(Gio.InetAddress.new_from_string('10.0.0.2'))
    assert 'cannot' in fails(LibvirtSandbox.Config.load_from_path, '/nonexistent')
    assert fails(config.add_mount_opts, 'nonsense')
    loaded = LibvirtSandbox.Config.load_from_data(config.save_to_data())
    assert loaded.save_to_data() == config.save_to_data()


def announce():
    config, seen = LibvirtSandbox.ConfigInteractive.new('box'), []
    config.connect('notify::tty', lambda config, _: seen.append(config.get_tty()))
    config.set_tty(True)
    config.props.tty = False
    assert seen == [True, False]


def derive():
    assert GObject.new(Echo, name='box').get_command() == ['/bin/echo', 'box']


def refuse():
    connection = LibvirtGObject.Connection.new('test:///default')
    connection.open(None)
    connection.fetch_domains(None)
    domain = connection.get_domains()[0]
    for console in (LibvirtSandbox.ConsoleRaw.new(connection, domain, 'console0'),
                    LibvirtSandbox.ConsoleRpc.new(connection, domain, 'console0')):
        assert fails(console.attach, None, None, None)
    context = LibvirtSandbox.ContextInteractive.new(connection, LibvirtSandbox.ConfigInteractive.new('box'))
    assert context.get_config().get_name() == 'box'
    assert fails(context.start) and fails(context.get_domain)
    connection.close()


for _ in range(3):
    configure()
    announce()
    derive()
    refuse()
gc.collect()
