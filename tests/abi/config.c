/* The configuration as C code uses it: who owns what, and errors that nobody asks for. */
#include <glib/gstdio.h>
#include <libvirt-sandbox/libvirt-sandbox.h>

static GVirSandboxConfig *new_config(void)
{
    return GVIR_SANDBOX_CONFIG(gvir_sandbox_config_interactive_new("box"));
}

static void test_environment_belongs_to_the_caller(void)
{
    GVirSandboxConfig *config = new_config();
    GHashTable *envs;

    g_assert_false(gvir_sandbox_config_has_envs(config));
    gvir_sandbox_config_add_env(config, (gchar *)"A", (gchar *)"1");
    g_assert_true(gvir_sandbox_config_add_env_opts(config, "A=2", NULL));
    g_assert_true(gvir_sandbox_config_has_envs(config));
    envs = gvir_sandbox_config_get_envs(config);
    gvir_sandbox_config_add_env(config, (gchar *)"B", (gchar *)"3");
    g_object_unref(config);

    g_assert_cmpuint(g_hash_table_size(envs), ==, 1);
    g_assert_cmpstr(g_hash_table_lookup(envs, "A"), ==, "2");
    g_hash_table_unref(envs);
}

static void test_environment_survives_saving(void)
{
    GVirSandboxConfig *config = new_config();
    GHashTable *envs;
    gchar *first, *second;

    g_assert_true(gvir_sandbox_config_add_env_opts(config, "A=1", NULL));
    first = gvir_sandbox_config_save_to_data(config, NULL);
    second = gvir_sandbox_config_save_to_data(config, NULL);
    g_assert_cmpstr(first, ==, second);
    envs = gvir_sandbox_config_get_envs(config);
    g_assert_cmpstr(g_hash_table_lookup(envs, "A"), ==, "1");

    g_hash_table_unref(envs);
    g_free(second);
    g_free(first);
    g_object_unref(config);
}

static void test_lists_belong_to_the_caller(void)
{
    GVirSandboxConfig *config = new_config();
    GError *error = NULL;
    GVirSandboxConfigMount *mount;
    GVirSandboxConfigNetwork *network;
    GList *mounts, *disks, *networks, *addresses;

    g_assert_true(gvir_sandbox_config_add_mount_opts(config, "host-bind:/tmp=/src", &error));
    g_assert_true(gvir_sandbox_config_add_mount_opts(config, "ram:/run=2G", &error));
    g_assert_true(gvir_sandbox_config_add_disk_opts(config, "file:data=/d.qcow2", &error));
    g_assert_true(gvir_sandbox_config_add_network_opts(config, "address=10.0.0.1/8", &error));
    g_assert_no_error(error);
    mounts = gvir_sandbox_config_get_mounts(config);
    disks = gvir_sandbox_config_get_disks(config);
    networks = gvir_sandbox_config_get_networks(config);
    mount = gvir_sandbox_config_find_mount(config, "/run");
    g_assert_null(gvir_sandbox_config_find_mount(config, "/nope"));
    g_object_unref(config);

    g_assert_cmpuint(g_list_length(mounts), ==, 2);
    g_assert_true(mounts->next->data == mount);
    g_assert_cmpuint(gvir_sandbox_config_mount_ram_get_usage(GVIR_SANDBOX_CONFIG_MOUNT_RAM(mount)), ==,
                     G_GUINT64_CONSTANT(2147483648));
    g_assert_cmpint(gvir_sandbox_config_disk_get_format(disks->data), ==, GVIR_CONFIG_DOMAIN_DISK_FORMAT_QCOW2);
    network = networks->data;
    addresses = gvir_sandbox_config_network_get_addresses(network);
    g_assert_cmpuint(gvir_sandbox_config_network_address_get_prefix(addresses->data), ==, 8);

    g_list_free_full(addresses, g_object_unref);
    g_list_free_full(networks, g_object_unref);
    g_list_free_full(disks, g_object_unref);
    g_list_free_full(mounts, g_object_unref);
    g_object_unref(mount);
}

static void test_includes_belong_to_the_mount(void)
{
    GVirSandboxConfig *config = new_config();
    gchar *includes[] = { (gchar *)"/tmp/x=/y", (gchar *)"/nope", NULL };
    GVirSandboxConfigMountHostBind *mount = gvir_sandbox_config_mount_host_bind_new("/src", "/tmp");
    GHashTable *table = gvir_sandbox_config_mount_get_includes(GVIR_SANDBOX_CONFIG_MOUNT(mount));
    GError *error = NULL;

    gvir_sandbox_config_add_mount(config, GVIR_SANDBOX_CONFIG_MOUNT(mount));
    g_assert_false(gvir_sandbox_config_add_host_include_strv(config, includes, &error));
    g_assert_cmpstr(g_quark_to_string(error->domain), ==, "gvir-sandbox-config");
    g_clear_error(&error);
    g_assert_cmpuint(g_hash_table_size(table), ==, 1);
    g_assert_cmpstr(g_hash_table_lookup(table, "/x"), ==, "/y");

    g_object_unref(mount);
    g_object_unref(config);
}

static void test_filter_parameters(void)
{
    GVirSandboxConfigNetwork *network = gvir_sandbox_config_network_new();
    GVirSandboxConfigNetworkFilterref *filterref = gvir_sandbox_config_network_filterref_new();
    GVirSandboxConfigNetworkFilterrefParameter *parameter = gvir_sandbox_config_network_filterref_parameter_new();
    GList *parameters;

    g_object_set(parameter, "name", "IP", "value", "192.168.122.1", NULL);
    gvir_sandbox_config_network_filterref_add_parameter(filterref, parameter);
    gvir_sandbox_config_network_set_filterref(network, filterref);
    g_object_unref(parameter);
    g_object_unref(filterref);

    g_assert_true(gvir_sandbox_config_network_get_filterref(network) == filterref);
    parameters = gvir_sandbox_config_network_filterref_get_parameters(filterref);
    g_assert_cmpstr(gvir_sandbox_config_network_filterref_parameter_get_value(parameters->data), ==, "192.168.122.1");
    g_list_free_full(parameters, g_object_unref);
    gvir_sandbox_config_network_set_filterref(network, NULL);
    g_assert_null(gvir_sandbox_config_network_get_filterref(network));
    g_object_unref(network);
}

static void test_file_round_trip(void)
{
    gchar *directory = g_dir_make_tmp("config-XXXXXX", NULL);
    gchar *path = g_build_filename(directory, "sandbox.cfg", NULL);
    GVirSandboxConfig *config = new_config(), *loaded;
    GError *error = NULL;
    gchar *saved, *again;
    gchar **command;

    gvir_sandbox_config_set_security_opts(config, "static,label=u:r:t:s0", NULL);
    g_assert_true(gvir_sandbox_config_save_to_path(config, path, &error));
    g_assert_no_error(error);
    g_assert_false(gvir_sandbox_config_save_to_path(config, path, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_EXISTS);
    g_clear_error(&error);

    loaded = gvir_sandbox_config_load_from_path(path, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(G_OBJECT_TYPE_NAME(loaded), ==, "GVirSandboxConfigInteractive");
    saved = gvir_sandbox_config_save_to_data(config, NULL);
    again = gvir_sandbox_config_save_to_data(loaded, NULL);
    g_assert_cmpstr(saved, ==, again);
    command = gvir_sandbox_config_get_command(loaded);
    g_assert_cmpstr(command[0], ==, "/bin/sh");

    g_strfreev(command);
    g_free(again);
    g_free(saved);
    g_object_unref(loaded);
    g_object_unref(config);
    g_unlink(path);
    g_rmdir(directory);
    g_free(path);
    g_free(directory);
}

static void test_errors_nobody_asks_for(void)
{
    GVirSandboxConfig *config = new_config();

    g_assert_null(gvir_sandbox_config_load_from_path("/nonexistent", NULL));
    g_assert_null(gvir_sandbox_config_load_from_data("[api]\nclass=GVirSandboxConfigService\n", NULL));
    g_assert_null(gvir_sandbox_config_load_from_data("\xff", NULL));
    g_assert_false(gvir_sandbox_config_add_mount_opts(config, "\xff", NULL));
    g_assert_false(gvir_sandbox_config_add_network_opts(config, "address=10.0.0.1/33", NULL));
    g_assert_cmpint(gvir_sandbox_util_disk_format_from_str("zz", NULL), ==, -1);
    g_assert_false(gvir_sandbox_config_has_mounts(config));
    g_object_unref(config);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/config/environment-belongs-to-the-caller", test_environment_belongs_to_the_caller);
    g_test_add_func("/config/environment-survives-saving", test_environment_survives_saving);
    g_test_add_func("/config/lists-belong-to-the-caller", test_lists_belong_to_the_caller);
    g_test_add_func("/config/includes-belong-to-the-mount", test_includes_belong_to_the_mount);
    g_test_add_func("/config/filter-parameters", test_filter_parameters);
    g_test_add_func("/config/file-round-trip", test_file_round_trip);
    g_test_add_func("/config/errors-nobody-asks-for", test_errors_nobody_asks_for);
    return g_test_run();
}
