// Builds something in a copy of the whole system that is thrown away: the command may write wherever it likes, and what is kept is one file,
// which comes out on standard output.
//
//     valac -o build --pkg libvirt-sandbox-1.0 --pkg posix examples/vala/build.vala
//     ./build hello 'make hello' >/tmp/hello
//
// The sandbox is a container or a machine of the connection that SANDBOX_URI names, or a machine of qemu:///session. A container keeps what is
// written in memory, a machine in its own.

const string SCRIPT = "cd \"$0\" && { %s\n} >&2 && exec cat <\"$1\"";

int run (string product, string command) throws Error {
    var config = new GVirSandbox.ConfigInteractive ("build-%d".printf (Posix.getpid ()));
    config.set_command ({ "/bin/sh", "-c", SCRIPT.printf (command), Environment.get_current_dir (), product });
    config.set_overlay (true);

    var connection = new GVir.Connection (Environment.get_variable ("SANDBOX_URI") ?? "qemu:///session");
    connection.open (null);

    var context = new GVirSandbox.ContextInteractive (connection, config);
    context.start ();

    var status = 1;
    var loop = new MainLoop ();
    var console = (GVirSandbox.ConsoleRpc) context.get_app_console ();
    console.exited.connect ((wait_status) => {
        status = Process.if_exited (wait_status)
            ? Process.exit_status (wait_status)
            : 128 + Process.term_sig (wait_status);
    });
    console.closed.connect ((error) => loop.quit ());
    console.attach_stdio ();
    loop.run ();

    console.detach ();
    context.stop ();
    return status;
}

int main (string[] args) {
    if (args.length != 3) {
        printerr ("usage: %s PRODUCT COMMAND\n", args[0]);
        return 1;
    }
    try {
        GVirSandbox.init_check (ref args);
        return run (args[1], args[2]);
    } catch (Error error) {
        printerr ("%s\n", error.message);
        return 1;
    }
}
