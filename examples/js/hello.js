// Runs `ls -l / --color` in a sandbox and shows what it writes on this terminal.
//
//     gjs examples/js/hello.js
//
// The sandbox is a machine of qemu:///session, or of the connection that SANDBOX_URI names.

imports.gi.versions.Gtk = "3.0";

const GLib = imports.gi.GLib;
const LibvirtGObject = imports.gi.LibvirtGObject;
const LibvirtSandbox = imports.gi.LibvirtSandbox;
const Gtk = imports.gi.Gtk;

function closed(console, error) {
    Gtk.main_quit();
}

LibvirtSandbox.init_object_check(null, null);

const cfg = LibvirtSandbox.ConfigInteractive.new("sandbox");
cfg.set_command(["/bin/ls", "-l", "/", "--color"]);
cfg.set_tty(true);

const conn = LibvirtGObject.Connection.new(GLib.getenv("SANDBOX_URI") || "qemu:///session");
conn.open(null);

const ctxt = LibvirtSandbox.ContextInteractive.new(conn, cfg);
ctxt.start();

const console = ctxt.get_app_console();
console.connect("closed", closed);
console.attach_stdio();

Gtk.main();

console.detach();
ctxt.stop();
