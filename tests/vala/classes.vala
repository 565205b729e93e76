/* Uses every class as a Vala program does: its types, collections, errors and values that may be missing. */

void test_config () throws Error {
    GVirSandbox.Config config = new GVirSandbox.ConfigInteractive ("box");
    config.add_mount (new GVirSandbox.ConfigMountHostBind ("/srv", "/mnt/host"));
    config.add_mount (new GVirSandbox.ConfigMountGuestBind ("/usr", "/mnt/guest"));
    config.add_mount (new GVirSandbox.ConfigMountRam ("/tmp", 1 << 20));
    config.add_mount (new GVirSandbox.ConfigMountHostImage ("/srv/a.qcow2", "/mnt/image", GVirConfig.DomainDiskFormat.QCOW2));

    string[] targets = {};
    foreach (GVirSandbox.ConfigMount mount in config.get_mounts ()) {
        unowned var file = mount as GVirSandbox.ConfigMountFile;
        targets += file != null ? "%s=%s".printf (mount.target, file.source) : mount.target;
    }
    assert_cmpstr (string.joinv (" ", targets), EQ, "/mnt/host=/srv /mnt/guest=/usr /tmp /mnt/image=/srv/a.qcow2");

    GVirSandbox.ConfigMount? mount = config.find_mount ("/tmp");
    assert_nonnull (mount);
    mount.add_include ("/etc/hosts", "hosts");
    unowned HashTable<string, string> includes = mount.get_includes ();
    assert_cmpstr (includes["hosts"], EQ, "/etc/hosts");
    assert_null (config.find_mount ("/nowhere"));

    config.add_env ("LANG", "C");
    HashTable<string, string> envs = config.get_envs ();
    assert_cmpstr (envs["LANG"], EQ, "C");

    config.add_disk_opts ("file:data=/srv/data.img,format=raw");
    foreach (GVirSandbox.ConfigDisk disk in config.get_disks ())
        assert_cmpstr (disk.get_tag (), EQ, "data");
    assert_cmpuint (config.get_disks ().length (), EQ, 1);

    string? label = config.get_security_label ();
    assert_null (label);
    try {
        config.add_mount_opts ("nothing");
        assert_not_reached ();
    } catch (Error error) {
        assert_true (error.message != "");
    }
    assert_null (((GVirSandbox.ConfigService) new GVirSandbox.ConfigServiceSystemd ("unit")).get_security_label ());
    assert_null (new GVirSandbox.ConfigServiceSystemd ("unit").get_boot_target ());
    var service = new GVirSandbox.ConfigServiceGeneric ("service");
    service.set_command ({ "/bin/true" });
    assert_cmpstr (service.get_command ()[0], EQ, "/bin/true");
}

void test_network () {
    var network = new GVirSandbox.ConfigNetwork ();
    assert_null (network.get_filterref ());
    network.add_address (new GVirSandbox.ConfigNetworkAddress (new InetAddress.from_string ("192.0.2.1"), 24, null));
    network.add_route (new GVirSandbox.ConfigNetworkRoute (new InetAddress.from_string ("198.51.100.0"), 24, null));
    foreach (GVirSandbox.ConfigNetworkAddress address in network.get_addresses ()) {
        InetAddress? broadcast = address.get_broadcast ();
        assert_null (broadcast);
        assert_cmpstr (address.get_primary ().to_string (), EQ, "192.0.2.1");
    }
    foreach (GVirSandbox.ConfigNetworkRoute route in network.get_routes ())
        assert_null (route.get_gateway ());

    var filter = new GVirSandbox.ConfigNetworkFilterref ();
    var parameter = new GVirSandbox.ConfigNetworkFilterrefParameter ();
    parameter.set_name ("IP");
    parameter.set_value ("192.0.2.1");
    filter.set_name ("clean-traffic");
    filter.add_parameter (parameter);
    network.set_filterref (filter);
    foreach (GVirSandbox.ConfigNetworkFilterrefParameter known in network.get_filterref ().get_parameters ())
        assert_cmpstr (known.get_value (), EQ, "192.0.2.1");
}

void test_initrd () {
    var initrd = new GVirSandbox.ConfigInitrd ();
    initrd.add_module ("virtio");
    initrd.add_module ("9p");
    string[] modules = {};
    foreach (string module in initrd.get_modules ())
        modules += module;
    assert_cmpstr (string.joinv (" ", modules), EQ, "virtio 9p");
    try {
        new GVirSandbox.BuilderInitrd ().construct (initrd, "/nonexistent/initrd");
        assert_not_reached ();
    } catch (Error error) {
        assert_true (error.message != "");
    }
}

void test_running () throws Error {
    var connection = new GVir.Connection ("test:///default");
    connection.open (null);
    GVirSandbox.Builder[] builders = {
        new GVirSandbox.BuilderContainer (connection), new GVirSandbox.BuilderMachine (connection)
    };
    foreach (unowned var builder in builders)
        assert_true (builder.get_connection () == connection);

    GVirSandbox.Context context = new GVirSandbox.ContextInteractive (connection, new GVirSandbox.ConfigInteractive ("test"));
    assert_false (context.is_attached ());
    try {
        context.get_domain ();
        assert_not_reached ();
    } catch (Error error) {
        assert_true (error.message != "");
    }

    context = new GVirSandbox.ContextService (connection, new GVirSandbox.ConfigServiceGeneric ("service"));
    assert_cmpstr (context.get_config ().name, EQ, "service");

    connection.fetch_domains (null);
    var domain = connection.find_domain_by_name ("test");
    GVirSandbox.Console[] consoles = {
        new GVirSandbox.ConsoleRaw (connection, domain, "console0"), new GVirSandbox.ConsoleRpc (connection, domain, "console1")
    };
    foreach (unowned var console in consoles) {
        console.closed.connect ((error) => {});
        assert_false (console.get_direct ());
    }
    ((GVirSandbox.ConsoleRpc) consoles[1]).exited.connect ((status) => {});
}

void test_all () {
    try {
        test_config ();
        test_network ();
        test_initrd ();
        test_running ();
    } catch (Error error) {
        assert_no_error (error);
    }
}

int main (string[] args) {
    Test.init (ref args);
    Test.add_func ("/classes", test_all);
    try {
        GVirSandbox.init_check (ref args);
    } catch (Error error) {
        assert_no_error (error);
    }
    return Test.run ();
}
