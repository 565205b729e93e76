/* Classes written in C that override every virtual function: the public functions call them, and they can chain up. */
#include <string.h>

#include "calls.h"

/* Config */

typedef struct {
    GVirSandboxConfigInteractive parent;
    gchar *flavour;
} TestConfig;

typedef struct {
    GVirSandboxConfigInteractiveClass parent_class;
} TestConfigClass;

GType test_config_get_type(void);
G_DEFINE_TYPE(TestConfig, test_config, GVIR_SANDBOX_TYPE_CONFIG_INTERACTIVE)

static gboolean test_config_load_config(GVirSandboxConfig *config, GKeyFile *file, GError **error)
{
    TestConfig *self = (TestConfig *)config;

    note("load");
    if (!GVIR_SANDBOX_CONFIG_CLASS(test_config_parent_class)->load_config(config, file, error))
        return FALSE;
    g_free(self->flavour);
    self->flavour = g_key_file_get_string(file, "test", "flavour", error);
    return self->flavour != NULL;
}

static void test_config_save_config(GVirSandboxConfig *config, GKeyFile *file)
{
    note("save");
    GVIR_SANDBOX_CONFIG_CLASS(test_config_parent_class)->save_config(config, file);
    g_key_file_set_string(file, "test", "flavour", ((TestConfig *)config)->flavour);
}

static gchar **test_config_get_command(GVirSandboxConfig *config)
{
    const gchar *argv[] = { "/usr/bin/env", ((TestConfig *)config)->flavour, NULL };

    note("command");
    return g_strdupv((gchar **)argv);
}

static void test_config_finalize(GObject *object)
{
    g_free(((TestConfig *)object)->flavour);
    G_OBJECT_CLASS(test_config_parent_class)->finalize(object);
}

static void test_config_class_init(TestConfigClass *klass)
{
    GVirSandboxConfigClass *config_class = GVIR_SANDBOX_CONFIG_CLASS(klass);

    G_OBJECT_CLASS(klass)->finalize = test_config_finalize;
    config_class->load_config = test_config_load_config;
    config_class->save_config = test_config_save_config;
    config_class->get_command = test_config_get_command;
}

static void test_config_init(TestConfig *config)
{
    config->flavour = g_strdup("plain");
}

static void test_config_overrides(void)
{
    g_autoptr(GVirSandboxConfig) config = g_object_new(test_config_get_type(), "name", "box", NULL);
    g_autoptr(GVirSandboxConfig) loaded = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) command = NULL;
    g_autofree gchar *data = gvir_sandbox_config_save_to_data(config, &error);

    g_assert_no_error(error);
    assert_calls("save");
    g_assert_nonnull(strstr(data, "flavour=plain"));

    loaded = gvir_sandbox_config_load_from_data(data, &error);
    g_assert_no_error(error);
    assert_calls("load");
    g_assert_cmpstr(G_OBJECT_TYPE_NAME(loaded), ==, "TestConfig");
    g_assert_cmpstr(((TestConfig *)loaded)->flavour, ==, "plain");

    command = gvir_sandbox_config_get_command(loaded);
    assert_calls("command");
    g_assert_cmpstr(command[1], ==, "plain");
}

static void test_config_error_of_override(void)
{
    g_autoptr(GError) error = NULL;

    g_type_ensure(test_config_get_type());
    g_assert_null(gvir_sandbox_config_load_from_data("[api]\nclass=TestConfig\n[core]\nname=box\n[command]\nargv=/bin/true\n",
                                                     &error));
    g_assert_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND);
    assert_calls("load");
}

/* Context */

typedef struct {
    GVirSandboxContext parent;
} TestContext;

typedef struct {
    GVirSandboxContextClass parent_class;
} TestContextClass;

GType test_context_get_type(void);
G_DEFINE_TYPE(TestContext, test_context, GVIR_SANDBOX_TYPE_CONTEXT)

static gboolean test_context_start(GVirSandboxContext *ctxt, GError **error)
{
    note("start");
    return gvir_sandbox_context_attach(ctxt, error);
}

static gboolean test_context_stop(GVirSandboxContext *ctxt, GError **error)
{
    (void)ctxt;
    note("stop");
    return fail(error);
}

static gboolean test_context_attach(GVirSandboxContext *ctxt, GError **error)
{
    note("attach");
    return GVIR_SANDBOX_CONTEXT_CLASS(test_context_parent_class)->attach(ctxt, error);
}

static gboolean test_context_detach(GVirSandboxContext *ctxt, GError **error)
{
    note("detach");
    return GVIR_SANDBOX_CONTEXT_CLASS(test_context_parent_class)->detach(ctxt, error);
}

static void test_context_class_init(TestContextClass *klass)
{
    GVirSandboxContextClass *context_class = GVIR_SANDBOX_CONTEXT_CLASS(klass);

    context_class->start = test_context_start;
    context_class->stop = test_context_stop;
    context_class->attach = test_context_attach;
    context_class->detach = test_context_detach;
}

static void test_context_init(TestContext *ctxt)
{
    (void)ctxt;
}

static void test_context_overrides(void)
{
    /* libvirt's own driver for tests has a domain of this name, and it runs */
    g_autoptr(GVirSandboxConfigInteractive) config = gvir_sandbox_config_interactive_new("test");
    AUTO_UNREF GVirConnection *connection = gvir_connection_new("test:///default");
    g_autoptr(GVirSandboxContext) ctxt = NULL;
    AUTO_UNREF GVirDomain *domain = NULL;
    g_autoptr(GError) error = NULL;

    gvir_connection_open(connection, NULL, &error);
    g_assert_no_error(error);
    ctxt = g_object_new(test_context_get_type(), "connection", connection, "config", config, NULL);

    g_assert_true(gvir_sandbox_context_start(ctxt, &error));
    g_assert_no_error(error);
    assert_calls("start attach");
    domain = gvir_sandbox_context_get_domain(ctxt, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(gvir_domain_get_name(domain), ==, "test");

    g_assert_false(gvir_sandbox_context_stop(ctxt, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
    g_clear_error(&error);

    g_assert_true(gvir_sandbox_context_detach(ctxt, &error));
    g_assert_no_error(error);
    assert_calls("stop detach");
    g_assert_false(gvir_sandbox_context_is_attached(ctxt));
}

/* Service */

typedef struct {
    GVirSandboxContextService parent;
} TestService;

typedef struct {
    GVirSandboxContextServiceClass parent_class;
} TestServiceClass;

GType test_service_get_type(void);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TestService, g_object_unref)
G_DEFINE_TYPE(TestService, test_service, GVIR_SANDBOX_TYPE_CONTEXT_SERVICE)

static gboolean test_service_define(GVirSandboxContextService *ctxt, GError **error)
{
    (void)ctxt;
    (void)error;
    note("define");
    return TRUE;
}

static gboolean test_service_undefine(GVirSandboxContextService *ctxt, GError **error)
{
    note("undefine");
    return GVIR_SANDBOX_CONTEXT_SERVICE_CLASS(test_service_parent_class)->undefine(ctxt, error);
}

static void test_service_class_init(TestServiceClass *klass)
{
    GVIR_SANDBOX_CONTEXT_SERVICE_CLASS(klass)->define = test_service_define;
    GVIR_SANDBOX_CONTEXT_SERVICE_CLASS(klass)->undefine = test_service_undefine;
}

static void test_service_init(TestService *service)
{
    (void)service;
}

static void test_service_overrides(void)
{
    g_autoptr(GVirSandboxConfigServiceGeneric) config = gvir_sandbox_config_service_generic_new("service");
    AUTO_UNREF GVirConnection *connection = gvir_connection_new("test:///default");
    g_autoptr(TestService) service = NULL;
    g_autoptr(GError) error = NULL;

    gvir_connection_open(connection, NULL, &error);
    g_assert_no_error(error);
    service = g_object_new(test_service_get_type(), "connection", connection, "config", config, NULL);

    g_assert_true(gvir_sandbox_context_service_define(&service->parent, &error));
    g_assert_no_error(error);
    g_assert_false(gvir_sandbox_context_service_undefine(&service->parent, &error));
    g_assert_nonnull(error);
    assert_calls("define undefine");
}

/* Console, with the signals of the one that reports an exit status */

typedef struct {
    GVirSandboxConsoleRpc parent;
    gint status;
} TestConsole;

typedef struct {
    GVirSandboxConsoleRpcClass parent_class;
} TestConsoleClass;

GType test_console_get_type(void);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TestConsole, g_object_unref)
G_DEFINE_TYPE(TestConsole, test_console, GVIR_SANDBOX_TYPE_CONSOLE_RPC)

static gboolean test_console_attach(GVirSandboxConsole *console, GUnixInputStream *in, GUnixOutputStream *out,
                                    GUnixOutputStream *err, GError **error)
{
    (void)console;
    (void)out;
    note("attach");
    note(in ? "stdin" : "nothing");
    return err ? TRUE : fail(error);
}

static gboolean test_console_detach(GVirSandboxConsole *console, GError **error)
{
    (void)error;
    note("detach");
    g_signal_emit_by_name(console, "closed", FALSE);
    return TRUE;
}

static void test_console_closed(GVirSandboxConsole *console, gboolean err)
{
    (void)console;
    note(err ? "closed-with-error" : "closed");
}

static void test_console_exited(GVirSandboxConsoleRpc *console, gint status)
{
    note("exited");
    ((TestConsole *)console)->status = status;
}

static void test_console_class_init(TestConsoleClass *klass)
{
    GVirSandboxConsoleClass *console_class = GVIR_SANDBOX_CONSOLE_CLASS(klass);

    console_class->attach = test_console_attach;
    console_class->detach = test_console_detach;
    console_class->closed = test_console_closed;
    GVIR_SANDBOX_CONSOLE_RPC_CLASS(klass)->exited = test_console_exited;
}

static void test_console_init(TestConsole *console)
{
    (void)console;
}

static void test_console_overrides(void)
{
    g_autoptr(TestConsole) self = g_object_new(test_console_get_type(), NULL);
    GVirSandboxConsole *console = GVIR_SANDBOX_CONSOLE(self);
    g_autoptr(GError) error = NULL;

    g_assert_false(gvir_sandbox_console_attach(console, NULL, NULL, NULL, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
    g_clear_error(&error);
    assert_calls("attach nothing");

    g_assert_true(gvir_sandbox_console_attach_stdio(console, &error));
    g_assert_no_error(error);
    assert_calls("attach stdin");
    g_assert_true(gvir_sandbox_console_attach_stderr(console, &error));
    g_assert_no_error(error);
    assert_calls("attach nothing");

    g_signal_emit_by_name(console, "exited", 0x2a00);
    g_assert_cmpint(self->status, ==, 0x2a00);
    g_assert_true(gvir_sandbox_console_detach(console, &error));
    g_assert_no_error(error);
    assert_calls("exited detach closed");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/subclass/config", test_config_overrides);
    g_test_add_func("/subclass/config-error", test_config_error_of_override);
    g_test_add_func("/subclass/context", test_context_overrides);
    g_test_add_func("/subclass/service", test_service_overrides);
    g_test_add_func("/subclass/console", test_console_overrides);
    return run_tests();
}
