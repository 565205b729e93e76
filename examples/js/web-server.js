#!/usr/bin/gjs
// Serves a directory by HTTP, on port 8000, from a sandbox that has nothing but read access to what everybody may read and one interface of its own on a libvirt network,
// until Ctrl+C.
//
//     gjs examples/js/web-server.js /usr/share/doc default 192.168.122.80/24
//
// The sandbox is a machine of qemu:///system, or of the connection that SANDBOX_URI names.

imports.gi.versions.LibvirtGObject = "1.0";
imports.gi.versions.LibvirtSandbox = "1.0";
const { Gio, GLib, LibvirtGObject, LibvirtSandbox } = imports.gi;
const System = imports.system;
const SIGINT = 2;
const SIGTERM = 15;

// GLib 2.80 has what is Unix's alone in namespaces of its own, and gjs warns of the former ones.
const [UnixOutputStream, addSignal] = (() => {
    try {
        const { GioUnix, GLibUnix } = imports.gi;
        return [GioUnix.OutputStream, GLibUnix.signal_add_full];
    } catch {
        return [Gio.UnixOutputStream, GLib.unix_signal_add];
    }
})();

function networkConfig(network, address) {
    const [host, prefix] = address.split("/");
    const config = LibvirtSandbox.ConfigNetwork.new();
    config.set_source(network);
    config.set_dhcp(false);
    config.add_address(LibvirtSandbox.ConfigNetworkAddress.new(
        Gio.InetAddress.new_from_string(host), Number(prefix), null));
    return config;
}

function main([directory, network, address]) {
    LibvirtSandbox.init_object_check(null, null);
    const config = LibvirtSandbox.ConfigInteractive.new("web-server");
    config.set_command(["/usr/bin/python3", "-m", "http.server", "--directory", directory, "8000"]);
    config.set_userid(65534);
    config.set_groupid(65534);
    config.set_username("nobody");
    config.set_homedir("/");
    config.add_env("PYTHONUNBUFFERED", "1");
    config.add_network(networkConfig(network, address));

    const connection = LibvirtGObject.Connection.new(GLib.getenv("SANDBOX_URI") || "qemu:///system");
    connection.open(null);
    const context = LibvirtSandbox.ContextInteractive.new(connection, config);
    context.start();

    const loop = GLib.MainLoop.new(null, false);
    const console = context.get_app_console();
    console.connect("closed", () => loop.quit());
    for (const signal of [SIGINT, SIGTERM])
        addSignal(GLib.PRIORITY_DEFAULT, signal, () => loop.quit());
    console.attach(null, new UnixOutputStream({ fd: 1 }), new UnixOutputStream({ fd: 2 }));
    loop.run();

    // It delivers what the server has written so far.
    context.stop();
}

if (ARGV.length !== 3) {
    printerr("usage: web-server.js DIRECTORY NETWORK ADDRESS/PREFIX");
    System.exit(1);
}
try {
    main(ARGV);
} catch (error) {
    printerr(error.message);
    System.exit(1);
}
