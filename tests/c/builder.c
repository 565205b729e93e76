/* A builder written in C that overrides every virtual function: the public functions call it, and it can chain up. */
#include "calls.h"

typedef struct {
    GVirSandboxBuilder parent;
    gboolean refuses;
} TestBuilder;

typedef struct {
    GVirSandboxBuilderClass parent_class;
} TestBuilderClass;

GType test_builder_get_type(void);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TestBuilder, g_object_unref)
G_DEFINE_TYPE(TestBuilder, test_builder, GVIR_SANDBOX_TYPE_BUILDER)

/* an override that is noted and chains up */
#define CONSTRUCT_STEP(step) \
    static gboolean test_builder_construct_##step(GVirSandboxBuilder *builder, GVirSandboxConfig *config, \
                                                  const gchar *statedir, GVirConfigDomain *domain, GError **error) \
    { \
        g_assert_cmpstr(statedir, ==, "/nonexistent"); \
        note(#step); \
        return GVIR_SANDBOX_BUILDER_CLASS(test_builder_parent_class)->construct_##step(builder, config, statedir, domain, error); \
    }

CONSTRUCT_STEP(domain)
CONSTRUCT_STEP(basic)
CONSTRUCT_STEP(os)
CONSTRUCT_STEP(features)
CONSTRUCT_STEP(devices)

static gboolean test_builder_construct_security(GVirSandboxBuilder *builder, GVirSandboxConfig *config,
                                                const gchar *statedir, GVirConfigDomain *domain, GError **error)
{
    (void)config;
    (void)statedir;
    note("security");
    gvir_config_domain_set_description(domain, "made by a subclass");
    return ((TestBuilder *)builder)->refuses ? fail(error) : TRUE;
}

static gboolean test_builder_clean_post_start(GVirSandboxBuilder *builder, GVirSandboxConfig *config,
                                              const gchar *statedir, GError **error)
{
    note("clean-start");
    return GVIR_SANDBOX_BUILDER_CLASS(test_builder_parent_class)->clean_post_start(builder, config, statedir, error);
}

static gboolean test_builder_clean_post_stop(GVirSandboxBuilder *builder, GVirSandboxConfig *config,
                                             const gchar *statedir, GError **error)
{
    (void)builder;
    (void)config;
    (void)statedir;
    note("clean-stop");
    return fail(error);
}

static const gchar *test_builder_get_disk_prefix(GVirSandboxBuilder *builder, GVirSandboxConfig *config,
                                                 GVirSandboxConfigDisk *disk)
{
    g_assert_null(GVIR_SANDBOX_BUILDER_CLASS(test_builder_parent_class)->get_disk_prefix(builder, config, disk));
    return "xvd";
}

static GList *test_builder_get_files_to_copy(GVirSandboxBuilder *builder, GVirSandboxConfig *config)
{
    GList *files = GVIR_SANDBOX_BUILDER_CLASS(test_builder_parent_class)->get_files_to_copy(builder, config);

    return g_list_append(files, g_strdup("/etc/os-release"));
}

static void test_builder_class_init(TestBuilderClass *klass)
{
    GVirSandboxBuilderClass *builder_class = GVIR_SANDBOX_BUILDER_CLASS(klass);

    builder_class->construct_domain = test_builder_construct_domain;
    builder_class->construct_basic = test_builder_construct_basic;
    builder_class->construct_os = test_builder_construct_os;
    builder_class->construct_features = test_builder_construct_features;
    builder_class->construct_devices = test_builder_construct_devices;
    builder_class->construct_security = test_builder_construct_security;
    builder_class->clean_post_start = test_builder_clean_post_start;
    builder_class->clean_post_stop = test_builder_clean_post_stop;
    builder_class->get_disk_prefix = test_builder_get_disk_prefix;
    builder_class->get_files_to_copy = test_builder_get_files_to_copy;
}

static void test_builder_init(TestBuilder *builder)
{
    (void)builder;
}

static void test_builder_overrides(void)
{
    g_autoptr(TestBuilder) builder = g_object_new(test_builder_get_type(), NULL);
    GVirSandboxBuilderClass *klass = GVIR_SANDBOX_BUILDER_GET_CLASS(builder);
    g_autoptr(GVirSandboxConfigInteractive) config = gvir_sandbox_config_interactive_new("box");
    g_autoptr(GVirSandboxConfigDisk) disk = g_object_new(GVIR_SANDBOX_TYPE_CONFIG_DISK, NULL);
    AUTO_UNREF GVirConfigDomain *domain = NULL;
    g_autoptr(GError) error = NULL;
    GList *files;

    domain = gvir_sandbox_builder_construct(&builder->parent, &config->parent, "/nonexistent", &error);
    g_assert_no_error(error);
    assert_calls("domain basic os features devices security");
    g_assert_cmpstr(gvir_config_domain_get_name(domain), ==, "box");
    g_assert_cmpstr(gvir_config_domain_get_description(domain), ==, "made by a subclass");

    builder->refuses = TRUE;
    g_assert_null(gvir_sandbox_builder_construct(&builder->parent, &config->parent, "/nonexistent", &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
    g_clear_error(&error);
    assert_calls("domain basic os features devices security");

    g_assert_true(gvir_sandbox_builder_clean_post_start(&builder->parent, &config->parent, "/nonexistent", &error));
    g_assert_no_error(error);
    g_assert_false(gvir_sandbox_builder_clean_post_stop(&builder->parent, &config->parent, "/nonexistent", &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
    assert_calls("clean-start clean-stop");

    /* these two have no public function */
    g_assert_cmpstr(klass->get_disk_prefix(&builder->parent, &config->parent, disk), ==, "xvd");
    files = klass->get_files_to_copy(&builder->parent, &config->parent);
    g_assert_cmpstr(files->data, ==, "/etc/os-release");
    g_assert_null(files->next);
    g_list_free_full(files, g_free);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/subclass/builder", test_builder_overrides);
    return run_tests();
}
