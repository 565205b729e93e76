/* The C API as C code uses it: a class written in C, wrong arguments, strings that are bytes. */
#include <libvirt-sandbox/libvirt-sandbox.h>

typedef struct {
    GVirSandboxConfig parent;
} EchoConfig;

typedef struct {
    GVirSandboxConfigClass parent_class;
} EchoConfigClass;

G_DEFINE_TYPE(EchoConfig, echo_config, GVIR_SANDBOX_TYPE_CONFIG)

static gchar **echo_config_get_command(GVirSandboxConfig *config)
{
    const gchar *argv[] = { "/bin/echo", gvir_sandbox_config_get_name(config), NULL };

    return g_strdupv((gchar **)argv);
}

static void echo_config_class_init(EchoConfigClass *klass)
{
    GVIR_SANDBOX_CONFIG_CLASS(klass)->get_command = echo_config_get_command;
}

static void echo_config_init(EchoConfig *config)
{
    (void)config;
}

static void test_override_is_called(void)
{
    g_autoptr(GVirSandboxConfig) config = g_object_new(echo_config_get_type(), "name", "box", NULL);
    g_auto(GStrv) command = gvir_sandbox_config_get_command(config);

    g_assert_cmpstr(command[0], ==, "/bin/echo");
    g_assert_cmpstr(command[1], ==, "box");
    g_assert_null(command[2]);
}

static void test_wrong_instance_is_reported(void)
{
    g_autoptr(GObject) object = g_object_new(G_TYPE_OBJECT, NULL);

    g_test_expect_message("LibvirtSandbox", G_LOG_LEVEL_CRITICAL,
                          "gvir_sandbox_config_get_name: assertion 'GVIR_SANDBOX_IS_CONFIG (config)' failed");
    g_assert_null(gvir_sandbox_config_get_name(NULL));
    g_test_assert_expected_messages();

    g_test_expect_message("LibvirtSandbox", G_LOG_LEVEL_CRITICAL, "gvir_sandbox_config_get_command: *");
    g_assert_null(gvir_sandbox_config_get_command((GVirSandboxConfig *)object));
    g_test_assert_expected_messages();
}

static void test_strings_need_not_be_utf8(void)
{
    g_autoptr(GVirSandboxConfigInitrd) config = gvir_sandbox_config_initrd_new();
    g_autofree gchar *kmoddir = NULL;

    gvir_sandbox_config_initrd_set_kmoddir(config, "/lib/\xff");
    g_assert_cmpstr(gvir_sandbox_config_initrd_get_kmoddir(config), ==, "/lib/\xff");
    g_object_set(config, "kmoddir", "/lib/\xfe", NULL);
    g_object_get(config, "kmoddir", &kmoddir, NULL);
    g_assert_cmpstr(kmoddir, ==, "/lib/\xfe");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/capi/override-is-called", test_override_is_called);
    g_test_add_func("/capi/wrong-instance-is-reported", test_wrong_instance_is_reported);
    g_test_add_func("/capi/strings-need-not-be-utf8", test_strings_need_not_be_utf8);
    return g_test_run();
}
