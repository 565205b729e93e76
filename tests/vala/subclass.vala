/* Classes written in Vala that override virtual functions: the public functions call them, and they can chain up. */

string[] calls;

void assert_calls (string expected) {
    assert_cmpstr (string.joinv (" ", calls), EQ, expected);
    calls = {};
}

class ValaConfig : GVirSandbox.ConfigInteractive {
    public string flavour = "plain";

    public ValaConfig (string name) {
        Object (name: name);
    }

    public override bool load_config (KeyFile file) throws Error {
        base.load_config (file);
        flavour = file.get_string ("test", "flavour");
        return true;
    }

    public override void save_config (KeyFile file) {
        base.save_config (file);
        file.set_string ("test", "flavour", flavour);
    }

    public override string[] get_command () {
        return { "/usr/bin/env", flavour };
    }
}

class ValaBuilder : GVirSandbox.Builder {
    public override bool construct_domain (GVirSandbox.Config config, string statedir, GVirConfig.Domain domain) throws Error {
        calls += "domain";
        return base.construct_domain (config, statedir, domain);
    }

    public override bool construct_basic (GVirSandbox.Config config, string statedir, GVirConfig.Domain domain) throws Error {
        calls += "basic";
        return base.construct_basic (config, statedir, domain);
    }

    public override bool construct_os (GVirSandbox.Config config, string statedir, GVirConfig.Domain domain) throws Error {
        calls += "os";
        return base.construct_os (config, statedir, domain);
    }

    public override bool construct_features (GVirSandbox.Config config, string statedir, GVirConfig.Domain domain) throws Error {
        calls += "features";
        return base.construct_features (config, statedir, domain);
    }

    public override bool construct_devices (GVirSandbox.Config config, string statedir, GVirConfig.Domain domain) throws Error {
        calls += "devices";
        return base.construct_devices (config, statedir, domain);
    }

    public override bool construct_security (GVirSandbox.Config config, string statedir, GVirConfig.Domain domain) throws Error {
        calls += "security";
        domain.set_description ("made by a subclass");
        return true;
    }

    public override bool clean_post_start (GVirSandbox.Config config, string statedir) throws Error {
        calls += statedir;
        return base.clean_post_start (config, statedir);
    }

    public override bool clean_post_stop (GVirSandbox.Config config, string statedir) throws Error {
        throw new IOError.NOT_SUPPORTED ("refused by the subclass");
    }

    public override unowned string? get_disk_prefix (GVirSandbox.Config config, GVirSandbox.ConfigDisk disk) {
        return base.get_disk_prefix (config, disk) ?? "xvd";
    }

    public override List<string> get_files_to_copy (GVirSandbox.Config config) {
        var files = base.get_files_to_copy (config);
        files.append ("/etc/os-release");
        return files;
    }
}

class ValaContext : GVirSandbox.Context {
    public ValaContext (GVir.Connection connection, GVirSandbox.Config config) {
        Object (connection: connection, config: config);
    }

    public override bool start () throws Error {
        calls += "start";
        return attach ();
    }

    public override bool stop () throws Error {
        throw new IOError.NOT_SUPPORTED ("refused by the subclass");
    }

    public override bool attach () throws Error {
        calls += "attach";
        return base.attach ();
    }

    public override bool detach () throws Error {
        calls += "detach";
        return base.detach ();
    }
}

class ValaService : GVirSandbox.ContextService {
    public ValaService (GVirSandbox.Config config) {
        Object (config: config);
    }

    public override bool define () throws Error {
        calls += "define";
        return true;
    }

    public override bool undefine () throws Error {
        throw new IOError.NOT_SUPPORTED ("refused by the subclass");
    }
}

class ValaConsole : GVirSandbox.ConsoleRpc {
    public override bool attach (UnixInputStream? stdin, UnixOutputStream? stdout, UnixOutputStream? stderr) throws Error {
        calls += stdin != null ? "attach" : "attach-nothing";
        if (stderr == null)
            throw new IOError.NOT_SUPPORTED ("refused by the subclass");
        return true;
    }

    public override bool detach () throws Error {
        closed (true);
        return true;
    }

    public override void closed (bool err) {
        calls += err ? "closed-with-error" : "closed";
    }

    public override void exited (int status) {
        calls += status.to_string ();
    }
}

void test_config () {
    try {
        var config = new ValaConfig ("box");
        config.flavour = "spicy";
        var loaded = GVirSandbox.Config.load_from_data (config.save_to_data ());
        assert_cmpstr (loaded.get_type ().name (), EQ, "ValaConfig");
        assert_cmpstr (loaded.get_command ()[1], EQ, "spicy");
    } catch (Error error) {
        assert_no_error (error);
    }
}

void test_builder () {
    var builder = new ValaBuilder ();
    var config = new GVirSandbox.ConfigInteractive ("box");
    try {
        var domain = builder.construct (config, "/nonexistent");
        assert_cmpstr (domain.get_description (), EQ, "made by a subclass");
        assert_calls ("domain basic os features devices security");
        assert_true (builder.clean_post_start (config, "/nonexistent"));
        assert_calls ("/nonexistent");
        builder.clean_post_stop (config, "/nonexistent");
        assert_not_reached ();
    } catch (Error error) {
        assert_error (error, IOError.quark (), IOError.NOT_SUPPORTED);
    }
}

void test_context () {
    // libvirt's own driver for tests has a domain of this name, and it runs
    var connection = new GVir.Connection ("test:///default");
    var context = new ValaContext (connection, new GVirSandbox.ConfigInteractive ("test"));
    try {
        connection.open (null);
        assert_true (context.start ());
        assert_cmpstr (context.get_domain ().get_name (), EQ, "test");
        assert_true (context.detach ());
        assert_false (context.is_attached ());
        assert_calls ("start attach detach");
        context.stop ();
        assert_not_reached ();
    } catch (Error error) {
        assert_error (error, IOError.quark (), IOError.NOT_SUPPORTED);
    }
}

void test_service () {
    var service = new ValaService (new GVirSandbox.ConfigServiceGeneric ("service"));
    try {
        assert_true (service.define ());
        assert_calls ("define");
        service.undefine ();
        assert_not_reached ();
    } catch (Error error) {
        assert_error (error, IOError.quark (), IOError.NOT_SUPPORTED);
    }
}

void test_console () {
    var console = new ValaConsole ();
    try {
        assert_true (console.attach_stdio ());
        assert_true (console.detach ());
        assert_calls ("attach closed-with-error");
        console.exited (42);
        assert_calls ("42");
        console.attach (null, null, null);
        assert_not_reached ();
    } catch (Error error) {
        assert_error (error, IOError.quark (), IOError.NOT_SUPPORTED);
    }
}

int main (string[] args) {
    Test.init (ref args);
    Test.add_func ("/subclass/config", test_config);
    Test.add_func ("/subclass/builder", test_builder);
    Test.add_func ("/subclass/context", test_context);
    Test.add_func ("/subclass/service", test_service);
    Test.add_func ("/subclass/console", test_console);
    return Test.run ();
}
