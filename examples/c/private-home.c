/* Runs a program with a home directory of its own: it finds its settings where it always does, keeps what it writes there, and sees nothing
 * else of this user's files.
 *
 *     cc -o private-home examples/c/private-home.c $(pkg-config --cflags --libs libvirt-sandbox-1.0)
 *     mkdir -p ~/homes/mutt && ./private-home ~/homes/mutt mutt
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

/* What the program has for a home is `directory`, at the path where the user's home is outside. */
static GVirSandboxConfigInteractive *configure(const gchar *directory, gchar **command)
{
    g_autofree gchar *name = g_strdup_printf("private-home-%d", (int)getpid());
    g_autofree gchar *source = g_canonicalize_filename(directory, NULL);
    GVirSandboxConfigInteractive *config = gvir_sandbox_config_interactive_new(name);
    g_autoptr(GVirSandboxConfigMountHostBind) home = gvir_sandbox_config_mount_host_bind_new(source, g_get_home_dir());

    gvir_sandbox_config_add_mount(GVIR_SANDBOX_CONFIG(config), GVIR_SANDBOX_CONFIG_MOUNT(home));
    gvir_sandbox_config_interactive_set_command(config, command);
    gvir_sandbox_config_interactive_set_tty(config, isatty(STDIN_FILENO) && isatty(STDOUT_FILENO));
    return config;
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
    g_autoptr(GVirSandboxConfigInteractive) config = NULL;
    g_autoptr(GError) error = NULL;
    GVirConnection *connection;

    if (argc < 3) {
        g_printerr("usage: %s DIRECTORY PROGRAM [ARGUMENT...]\n", argv[0]);
        return EXIT_FAILURE;
    }
    if (!gvir_sandbox_init_check(&argc, &argv, &error)) {
        g_printerr("%s\n", error->message);
        return EXIT_FAILURE;
    }
    config = configure(argv[1], argv + 2);
    connection = gvir_connection_new(uri ? uri : "qemu:///session");
    if (gvir_connection_open(connection, NULL, &error))
        run(connection, config, &error);
    g_object_unref(connection);

    if (error)
        g_printerr("%s\n", error->message);
    return exit_status;
}
