// The library as JavaScript uses it, for valgrind: what is returned, given and told, and a class that is derived.
imports.gi.versions.LibvirtSandbox = '1.0';
const { GLib, GObject, LibvirtGObject, LibvirtSandbox } = imports.gi;
const System = imports.system;

LibvirtSandbox.init_object_check(null, null);

function check(holds, what) {
    if (!holds)
        throw new Error(what);
}

function fails(call) {
    try {
        call();
    } catch (error) {
        check(error instanceof GLib.Error, `${error} is no error of the library`);
        return true;
    }
    return false;
}

const Echo = GObject.registerClass(class Echo extends LibvirtSandbox.Config {
    vfunc_get_command() {
        return ['/bin/echo', this.get_name()];
    }
});

for (let round = 0; round < 3; round++) {
    const config = LibvirtSandbox.ConfigInteractive.new('box');
    config.add_mount_strv(['ram:/tmp=1M', 'host-bind:/run=/src']);
    config.add_env_strv(['A=1', 'B=2']);
    config.set_command(['/bin/ls', '-l']);
    check(config.get_command().join() === '/bin/ls,-l', 'command');
    check(config.get_mounts().map(mount => mount.get_target()).join() === '/tmp,/run', 'mounts');
    config.find_mount('/run').add_include('/etc/a', '/a');
    check(config.find_mount('/run').get_includes()['/a'] === '/etc/a', 'includes');
    check(config.get_envs()['B'] === '2', 'envs');
    check(LibvirtSandbox.Config.load_from_data(config.save_to_data()).get_name() === 'box', 'data');
    check(fails(() => config.add_mount_opts('nonsense')), 'nonsense is a mount');

    let told = 0;
    config.connect('notify::tty', () => told++);
    config.set_tty(true);
    check(told === 1, 'notify');
    check(new Echo({ name: 'box' }).get_command()[1] === 'box', 'derived');

    const connection = LibvirtGObject.Connection.new('test:///default');
    connection.open(null);
    connection.fetch_domains(null);
    const console = LibvirtSandbox.ConsoleRaw.new(connection, connection.get_domains()[0], 'console0');
    check(fails(() => console.attach(null, null, null)), 'attach');
    check(fails(() => LibvirtSandbox.ContextInteractive.new(connection, config).start()), 'start');
    connection.close();
}
System.gc();
