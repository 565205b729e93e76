// Runs a program in a sandbox: its input and output are those of this program, and so is its exit status.
//
//     valac -o run --pkg libvirt-sandbox-1.0 --pkg posix examples/vala/run.vala
//     ./run ls -l /
//
// The sandbox is a machine of qemu:///session, or of the connection that SANDBOX_URI names.

int run (string[] command) throws Error {
    var config = new GVirSandbox.ConfigInteractive ("run-%d".printf (Posix.getpid ()));
    config.set_command (command);
    config.set_tty (Posix.isatty (Posix.STDIN_FILENO) && Posix.isatty (Posix.STDOUT_FILENO));

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
    if (args.length < 2) {
        printerr ("usage: %s PROGRAM [ARGUMENT...]\n", args[0]);
        return 1;
    }
    try {
        GVirSandbox.init_check (ref args);
        return run (args[1:args.length]);
    } catch (Error error) {
        printerr ("%s\n", error.message);
        return 1;
    }
}
