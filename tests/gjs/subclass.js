// Classes written in JavaScript that override virtual functions: the public functions call them, and they can chain up.

imports.gi.versions.LibvirtSandbox = '1.0';

const { Gio, GLib, GObject, LibvirtGObject, LibvirtSandbox } = imports.gi;

let calls = [];

function equal(is, shouldBe) {
    if (JSON.stringify(is) !== JSON.stringify(shouldBe))
        throw new Error(`${JSON.stringify(is)}, should be ${JSON.stringify(shouldBe)}`);
}

function refused(call) {
    try {
        call();
    } catch (error) {
        if (error instanceof GLib.Error && error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_SUPPORTED))
            return;
        throw error;
    }
    throw new Error('not refused');
}

function refuse() {
    throw new GLib.Error(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_SUPPORTED, 'refused by the subclass');
}

const JsConfig = GObject.registerClass({ GTypeName: 'JsConfig' }, class extends LibvirtSandbox.ConfigInteractive {
    vfunc_load_config(file) {
        super.vfunc_load_config(file);
        this.flavour = file.get_string('test', 'flavour');
        return true;
    }

    vfunc_save_config(file) {
        super.vfunc_save_config(file);
        file.set_string('test', 'flavour', this.flavour);
    }

    vfunc_get_command() {
        return ['/usr/bin/env', this.flavour];
    }
});

const JsBuilder = GObject.registerClass(class JsBuilder extends LibvirtSandbox.Builder {
    vfunc_construct_domain(config, statedir, domain) {
        calls.push('domain');
        return super.vfunc_construct_domain(config, statedir, domain);
    }

    vfunc_construct_basic(config, statedir, domain) {
        calls.push('basic');
        return super.vfunc_construct_basic(config, statedir, domain);
    }

    vfunc_construct_os(config, statedir, domain) {
        calls.push('os');
        return super.vfunc_construct_os(config, statedir, domain);
    }

    vfunc_construct_features(config, statedir, domain) {
        calls.push('features');
        return super.vfunc_construct_features(config, statedir, domain);
    }

    vfunc_construct_devices(config, statedir, domain) {
        calls.push('devices');
        return super.vfunc_construct_devices(config, statedir, domain);
    }

    vfunc_construct_security(config, statedir, domain) {
        calls.push('security');
        domain.set_description('made by a subclass');
        return true;
    }

    vfunc_clean_post_start(config, statedir) {
        calls.push(`start ${statedir}`);
        return super.vfunc_clean_post_start(config, statedir);
    }

    vfunc_clean_post_stop() {
        refuse();
    }

    vfunc_get_files_to_copy(config) {
        return [...super.vfunc_get_files_to_copy(config), '/etc/os-release'];
    }
});

const JsContext = GObject.registerClass(class JsContext extends LibvirtSandbox.Context {
    vfunc_start() {
        calls.push('start');
        return this.attach();
    }

    vfunc_stop() {
        refuse();
    }

    vfunc_attach() {
        calls.push('attach');
        return super.vfunc_attach();
    }

    vfunc_detach() {
        calls.push('detach');
        return super.vfunc_detach();
    }
});

const JsService = GObject.registerClass(class JsService extends LibvirtSandbox.ContextService {
    vfunc_define() {
        calls.push('define');
        return true;
    }

    vfunc_undefine() {
        refuse();
    }
});

const JsConsole = GObject.registerClass(class JsConsole extends LibvirtSandbox.ConsoleRpc {
    vfunc_attach(stdin, stdout, stderr) {
        calls.push(stdin ? 'attach' : 'attach nothing');
        return stderr ? true : refuse();
    }

    vfunc_detach() {
        this.emit('closed', false);
        return true;
    }

    vfunc_closed(error) {
        calls.push(`closed ${error}`);
    }

    vfunc_exited(status) {
        calls.push(`exited ${status}`);
    }
});

function testConfig() {
    const config = new JsConfig({ name: 'box' });
    config.flavour = 'spicy';
    const loaded = LibvirtSandbox.Config.load_from_data(config.save_to_data());
    equal(loaded instanceof JsConfig, true);
    equal(loaded.get_command(), ['/usr/bin/env', 'spicy']);
}

function testBuilder() {
    const builder = new JsBuilder();
    const config = LibvirtSandbox.ConfigInteractive.new('box');
    equal(builder.construct(config, '/nonexistent').get_description(), 'made by a subclass');
    equal(builder.clean_post_start(config, '/nonexistent'), true);
    refused(() => builder.clean_post_stop(config, '/nonexistent'));
    equal(calls, ['domain', 'basic', 'os', 'features', 'devices', 'security', 'start /nonexistent']);
}

function testContext() {
    // libvirt's own driver for tests has a domain of this name, and it runs
    const connection = LibvirtGObject.Connection.new('test:///default');
    connection.open(null);
    const context = new JsContext({ connection, config: LibvirtSandbox.ConfigInteractive.new('test') });
    equal(context.start(), true);
    equal(context.get_domain().get_name(), 'test');
    refused(() => context.stop());
    equal(context.detach(), true);
    equal(context.is_attached(), false);
    equal(calls, ['start', 'attach', 'detach']);
}

function testService() {
    const service = new JsService({ config: LibvirtSandbox.ConfigServiceGeneric.new('service') });
    equal(service.define(), true);
    refused(() => service.undefine());
    equal(calls, ['define']);
}

function testConsole() {
    const console = new JsConsole();
    equal(console.attach_stdio(), true);
    refused(() => console.attach(null, null, null));
    console.emit('exited', 42);
    equal(console.detach(), true);
    equal(calls, ['attach', 'attach nothing', 'exited 42', 'closed false']);
}

LibvirtSandbox.init_object_check(null, null);
for (const test of [testConfig, testBuilder, testContext, testService, testConsole]) {
    calls = [];
    test();
}
