// Runs a program in a sandbox: its input and output are those of this program, and so is its exit status.
//
//     c++ -o run examples/c++/run.cpp $(pkg-config --cflags --libs libvirt-sandbox-1.0)
//     ./run ls -l /
//
// The sandbox is a machine of qemu:///session, or of the connection that SANDBOX_URI names.

#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include <libvirt-sandbox/libvirt-sandbox.h>

namespace {

template <typename Object> using Ref = std::unique_ptr<Object, decltype(&g_object_unref)>;

template <typename Object> Ref<Object> own(Object *object)
{
    return {object, g_object_unref};
}

// Gives a call the place for its error, and throws what it leaves there.
template <typename Call> auto checked(Call call) -> decltype(call(nullptr))
{
    GError *error = nullptr;
    auto result = call(&error);

    if (error) {
        std::string message = error->message;
        g_error_free(error);
        throw std::runtime_error(message);
    }
    return result;
}

int run(GVirConnection *connection, GVirSandboxConfigInteractive *config)
{
    auto interactive = own(gvir_sandbox_context_interactive_new(connection, config));
    auto context = GVIR_SANDBOX_CONTEXT(interactive.get());
    std::unique_ptr<GMainLoop, decltype(&g_main_loop_unref)> loop(g_main_loop_new(nullptr, FALSE), g_main_loop_unref);
    int status = W_EXITCODE(EXIT_FAILURE, 0);

    checked([&](GError **error) { return gvir_sandbox_context_start(context, error); });
    auto console = own(checked([&](GError **error) {
        return gvir_sandbox_context_interactive_get_app_console(interactive.get(), error);
    }));
    auto exited = +[](GVirSandboxConsoleRpc *, gint wait_status, gpointer place) { *static_cast<int *>(place) = wait_status; };
    auto closed = +[](GVirSandboxConsole *, gboolean, gpointer main_loop) { g_main_loop_quit(static_cast<GMainLoop *>(main_loop)); };
    g_signal_connect(console.get(), "exited", G_CALLBACK(exited), &status);
    g_signal_connect(console.get(), "closed", G_CALLBACK(closed), loop.get());
    checked([&](GError **error) { return gvir_sandbox_console_attach_stdio(console.get(), error); });

    g_main_loop_run(loop.get());

    gvir_sandbox_console_detach(console.get(), nullptr);
    gvir_sandbox_context_stop(context, nullptr);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

int main(int argc, char **argv)
try {
    if (argc < 2)
        throw std::invalid_argument("usage: run PROGRAM [ARGUMENT...]");
    checked([&](GError **error) { return gvir_sandbox_init_check(&argc, &argv, error); });

    auto config = own(gvir_sandbox_config_interactive_new(("run-" + std::to_string(getpid())).c_str()));
    gvir_sandbox_config_interactive_set_command(config.get(), argv + 1);
    gvir_sandbox_config_interactive_set_tty(config.get(), isatty(STDIN_FILENO) && isatty(STDOUT_FILENO));

    auto uri = std::getenv("SANDBOX_URI");
    auto connection = own(gvir_connection_new(uri ? uri : "qemu:///session"));
    checked([&](GError **error) { return gvir_connection_open(connection.get(), nullptr, error); });
    return run(connection.get(), config.get());
} catch (const std::exception &error) {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
}
