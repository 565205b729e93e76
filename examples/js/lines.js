// Runs a program in a sandbox and numbers the lines of its output as they come; its exit status becomes ours.
//
//     gjs examples/js/lines.js ls -l /
//
// The sandbox is a machine of qemu:///session, or of the connection that SANDBOX_URI names.

imports.gi.versions.LibvirtSandbox = "1.0";

const { Gio, GLib, LibvirtGObject, LibvirtSandbox } = imports.gi;
const ByteArray = imports.byteArray;
const System = imports.system;

// GLib 2.80 has them in a namespace of their own, and gjs warns of the former one.
const { UnixInputStream, UnixOutputStream } = (() => {
    try {
        const { InputStream, OutputStream } = imports.gi.GioUnix;
        return { UnixInputStream: InputStream, UnixOutputStream: OutputStream };
    } catch {
        return Gio;
    }
})();

// Calls back with each line, and with null at the end.
function readLines(stream, callback) {
    const lines = new Gio.DataInputStream({ base_stream: stream });
    const next = () => lines.read_line_async(GLib.PRIORITY_DEFAULT, null, (_stream, result) => {
        const [line] = lines.read_line_finish(result);
        callback(line && ByteArray.toString(line));
        if (line)
            next();
    });
    next();
}

// waitpid()'s status as a shell says it
function exitCode(status) {
    return status & 0x7f ? 128 + (status & 0x7f) : status >> 8;
}

if (ARGV.length === 0) {
    printerr("usage: lines.js PROGRAM [ARGUMENT...]");
    System.exit(1);
}
LibvirtSandbox.init_object_check(null, null);

const config = LibvirtSandbox.ConfigInteractive.new(`lines-${GLib.uuid_string_random()}`);
config.set_command(ARGV);

const connection = LibvirtGObject.Connection.new(GLib.getenv("SANDBOX_URI") || "qemu:///session");
connection.open(null);

const context = LibvirtSandbox.ContextInteractive.new(connection, config);
context.start();

let code = 1;
let number = 0;
const loop = GLib.MainLoop.new(null, false);
// cat gives us a pipe with both ends
const pipe = Gio.Subprocess.new(["cat"], Gio.SubprocessFlags.STDIN_PIPE | Gio.SubprocessFlags.STDOUT_PIPE);
readLines(pipe.get_stdout_pipe(), line => line === null ? loop.quit() : print(`${++number} ${line}`));

const console = context.get_app_console();
console.connect("exited", (_console, status) => {
    code = exitCode(status);
});
console.connect("closed", () => pipe.get_stdin_pipe().close(null));
console.attach(UnixInputStream.new(0, false), pipe.get_stdin_pipe(), UnixOutputStream.new(2, false));
loop.run();

console.detach();
context.stop();
System.exit(code);
