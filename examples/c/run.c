/* Runs a program in a sandbox: its input and output are those of this program, and so is its exit status.
 *
 *     cc -o run examples/c/run.c $(pkg-config --cflags --libs libvirt-sandbox-1.0)
 *     ./run ls -l /
 *
 * The sandbox is a machine of qemu:///session, or of the connection that SANDBOX_URI names.
 */

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libvirt-sandbox/libvirt-sandbox.h>

static int exit_status = EXIT_FAILURE;

static void exited(GVirSandboxConsoleRpc *console, gint status, gpointer data)
{
    (void)console;
    (void)data;
    exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void closed(GVirSandboxConsole *console, gboolean error, gpointer data)
{
    GMainLoop *loop = data;

    (void)console;
    if (error)
        g_printerr("the sandbox ended without an exit status\n");
    g_main_loop_quit(loop);
}

static gboolean run(GVirConnection *connection, GVirSandboxConfigInteractive *config, GError **error)
{
    g_autoptr(GVirSandboxContextInteractive) interactive = gvir_sandbox_context_interactive_new(connection, config);
    g_autoptr(GVirSandboxConsole) console = NULL;
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    GVirSandboxContext *context = GVIR_SANDBOX_CONTEXT(interactive);

    if (!gvir_sandbox_context_start(context, error))
        return FALSE;

    console = gvir_sandbox_context_interactive_get_app_console(interactive, error);
    if (console) {
        g_signal_connect(console, "exited", G_CALLBACK(exited), NULL);
        g_signal_connect(console, "closed", G_CALLBACK(closed), loop);
        if (gvir_sandbox_console_attach_stdio(console, error)) {
            g_main_loop_run(loop);
            gvir_sandbox_console_detach(console, NULL);
        }
    }
    gvir_sandbox_context_stop(context, NULL);
    return TRUE;
}

int main(int argc, char **argv)
{
    const gchar *uri = g_getenv("SANDBOX_URI");
    g_autofree gchar *name = g_strdup_printf("run-%d", (int)getpid());
    g_autoptr(GVirSandboxConfigInteractive) config = NULL;
    g_autoptr(GError) error = NULL;
    GVirConnection *connection;

    if (argc < 2) {
        g_printerr("usage: %s PROGRAM [ARGUMENT...]\n", argv[0]);
        return EXIT_FAILURE;
    }
    if (!gvir_sandbox_init_check(&argc, &argv, &error)) {
        g_printerr("%s\n", error->message);
        return EXIT_FAILURE;
    }

    config = gvir_sandbox_config_interactive_new(name);
    gvir_sandbox_config_interactive_set_command(config, argv + 1);
    gvir_sandbox_config_interactive_set_tty(config, isatty(STDIN_FILENO) && isatty(STDOUT_FILENO));

    connection = gvir_connection_new(uri ? uri : "qemu:///session");
    if (gvir_connection_open(connection, NULL, &error))
        run(connection, config, &error);
    g_object_unref(connection);

    if (error)
        g_printerr("%s\n", error->message);
    return exit_status;
}
