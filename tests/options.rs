//! The option strings: what libvirt-sandbox 0.8 made of them, but for the differences that are listed.

use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::fs;
use std::path::{Path, PathBuf};

use gio::prelude::*;
use libvirt_sandbox::config::{
    Config, ConfigError, ConfigExt, ConfigInteractive, ConfigMount, ConfigMountExt,
    ConfigMountFile, ConfigMountFilePropertiesExt, ConfigMountHostImage, ConfigMountPropertiesExt,
    ConfigMountRam, ConfigNetwork, ConfigPropertiesExt,
};
use serde_json::{Map, Value, json};

/// What an option is expected to lead to.
struct Expected {
    ok: bool,
    /// The configuration afterwards, where it is known.
    state: Option<Value>,
}

/// The rows of a table, without its heading.
fn rows(name: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    let table = fs::read_to_string(path).unwrap();
    let rows = table.lines().skip(1);
    rows.map(|row| row.split('\t').map(String::from).collect())
        .collect()
}

/// An empty field is unknown.
fn state_from(field: &str) -> Option<Value> {
    (!field.is_empty()).then(|| serde_json::from_str(field).unwrap())
}

#[test]
fn options_mean_what_they_meant() {
    let mut differences: HashMap<_, _> = rows("options-differences.tsv")
        .into_iter()
        .map(|row| {
            let expected = Expected {
                ok: row[2] == "ok",
                state: state_from(&row[3]),
            };
            ((row[0].clone(), row[1].clone()), expected)
        })
        .collect();
    let includes = include_files();
    for row in rows("options-probe.tsv") {
        let expected = differences
            .remove(&(row[0].clone(), row[1].clone()))
            .unwrap_or_else(|| {
                assert_ne!(row[3], "NO-RESULT", "{} {}", row[0], row[1]);
                Expected {
                    ok: row[3] == "ok",
                    state: state_from(&row[9]),
                }
            });
        check(&row, &expected, &includes);
    }
    let unused: Vec<_> = differences.keys().collect();
    assert!(unused.is_empty(), "{unused:?}");
    fs::remove_dir_all(includes).unwrap();
}

#[test]
fn a_blank_line_is_no_include() {
    let includes = include_files();
    let config = ConfigInteractive::new(c"box");
    config.add_mount_opts(c"ram:/tmp=1M").unwrap();
    let error = config.add_host_include_file(&includes.join("only-blank.txt"));
    assert!(matches!(error, Err(ConfigError::NoMount(_))), "{error:?}");
    fs::remove_dir_all(includes).unwrap();
}

#[test]
fn a_network_may_have_any_number_of_settings() {
    let config = ConfigInteractive::new(c"box");
    let settings: Vec<_> = (0..60).map(|n| format!("address=10.0.0.{n}")).collect();
    let option = CString::new(settings.join(",")).unwrap();
    config.add_network_opts(&option).unwrap();
    assert_eq!(config.networks()[0].addresses().len(), 60);
}

#[test]
fn a_later_setting_replaces_an_earlier_one() {
    let config = ConfigInteractive::new(c"box");
    let option = c"source=a,mac=1,filter=x,source=b,mac=2,filter=y,filter.n=a=b";
    config.add_network_opts(option).unwrap();
    assert_eq!(
        network(&config.networks()[0]),
        json!({
            "dhcp": false, "source": "b", "mac": "2", "addresses": [], "routes": [],
            "filterref": {"name": "y", "params": [["N=A", "b"]]},
        })
    );
    config.set_security_opts(c"static,label=a,b").unwrap();
    config.set_security_opts(c"dynamic").unwrap();
    assert!(config.security_dynamic());
    assert_eq!(config.security_label().as_deref(), Some(Path::new("a,b")));
}

fn check(row: &[String], expected: &Expected, includes: &Path) {
    let (function, input) = (&row[0], &row[1]);
    let config: Config = ConfigInteractive::new(c"box").upcast();
    if !row[2].is_empty() {
        let calls: Vec<(String, Value)> = serde_json::from_str(&row[2]).unwrap();
        for (function, argument) in calls {
            call(&config, &function, &argument).unwrap();
        }
    }
    let before = state(&config, function);
    let input: Value =
        serde_json::from_str(&input.replace("INCDIR", includes.to_str().unwrap())).unwrap();
    let result = call(&config, function, &input);
    assert_eq!(result.is_ok(), expected.ok, "{function} {input} {result:?}");
    let state = state(&config, function);
    match &expected.state {
        Some(expected) => assert_eq!(&state, expected, "{function} {input}"),
        None => assert_eq!(state, before, "{function} {input}"),
    }
    if let Err(error) = result {
        let error = glib::Error::from(error);
        let missing = error.matches(gio::IOErrorEnum::NotFound);
        let ours = error.domain() == glib::Quark::from_str("gvir-sandbox-config");
        assert!(missing || ours && error.code() == 0, "{error:?}");
    }
}

fn call(config: &Config, function: &str, argument: &Value) -> Result<(), ConfigError> {
    let each = |add: fn(&Config, &CStr) -> Result<(), ConfigError>| {
        let options = argument.as_array().cloned();
        let options = options.unwrap_or_else(|| vec![argument.clone()]);
        options
            .iter()
            .map(|option| CString::new(option.as_str().unwrap()).unwrap())
            .try_for_each(|option| add(config, &option))
    };
    match function {
        "add_mount_opts" | "add_mount_strv" => each(ConfigExt::add_mount_opts),
        "add_disk_opts" => each(ConfigExt::add_disk_opts),
        "add_env_opts" => each(ConfigExt::add_env_opts),
        "add_network_opts" | "add_network_strv" => each(ConfigExt::add_network_opts),
        "set_security_opts" => each(ConfigExt::set_security_opts),
        "add_host_include_strv" => each(ConfigExt::add_host_include),
        "add_host_include_file" => {
            config.add_host_include_file(Path::new(argument.as_str().unwrap()))
        }
        _ => panic!("unknown function {function}"),
    }
}

/// The part of the configuration that a function changes, in the form of the table.
fn state(config: &Config, function: &str) -> Value {
    match function {
        "add_disk_opts" => saved(config, "disk"),
        "add_env_opts" => saved(config, "env"),
        "add_network_opts" | "add_network_strv" => config.networks().iter().map(network).collect(),
        "set_security_opts" => {
            json!({"dynamic": config.security_dynamic(), "label": config.security_label()})
        }
        _ => config.mounts().iter().map(mount).collect(),
    }
}

/// The groups of the configuration file that begin with a word.
fn saved(config: &Config, prefix: &str) -> Value {
    let file = glib::KeyFile::new();
    file.load_from_data(&config.save_to_data(), glib::KeyFileFlags::NONE)
        .unwrap();
    let mut groups = Map::new();
    for group in file
        .groups()
        .iter()
        .filter(|group| group.starts_with(prefix))
    {
        let keys = file.keys(group).unwrap();
        let values = keys.iter().map(|key| {
            (
                key.to_string(),
                json!(file.string(group, key).unwrap().as_str()),
            )
        });
        groups.insert(group.to_string(), Value::Object(values.collect()));
    }
    Value::Object(groups)
}

fn mount(mount: &ConfigMount) -> Value {
    let text = |text: CString| text.into_string().unwrap();
    let includes: Map<_, _> = mount
        .includes()
        .into_iter()
        .map(|(target, source)| (text(target), json!(text(source))))
        .collect();
    let mut state = json!({
        "type": mount.type_().name(),
        "target": mount.target(),
        "includes(dst->src)": includes,
    });
    if let Some(ram) = mount.downcast_ref::<ConfigMountRam>() {
        state["usage"] = json!(ram.usage());
    }
    if let Some(file) = mount.downcast_ref::<ConfigMountFile>() {
        state["source"] = json!(file.source());
    }
    if let Some(image) = mount.downcast_ref::<ConfigMountHostImage>() {
        state["format"] = json!(image.format().nick());
    }
    state
}

fn network(network: &ConfigNetwork) -> Value {
    let ip =
        |address: Option<gio::InetAddress>| address.map(|address| address.to_str().to_string());
    let addresses: Vec<_> = network
        .addresses()
        .iter()
        .map(|address| {
            json!({
                "primary": ip(address.primary()),
                "prefix": address.prefix(),
                "broadcast": ip(address.broadcast()),
            })
        })
        .collect();
    let routes: Vec<_> = network
        .routes()
        .iter()
        .map(|route| {
            json!({
                "target": ip(route.target()),
                "prefix": route.prefix(),
                "gateway": ip(route.gateway()),
            })
        })
        .collect();
    let filterref = network.filterref().map(|filterref| {
        let parameters: Vec<_> = filterref
            .parameters()
            .iter()
            .map(|parameter| json!([parameter.name(), parameter.value()]))
            .collect();
        json!({"name": filterref.name(), "params": parameters})
    });
    json!({
        "dhcp": network.dhcp(),
        "source": network.source(),
        "mac": network.mac(),
        "addresses": addresses,
        "routes": routes,
        "filterref": filterref,
    })
}

/// The lists of includes that the table names.
fn include_files() -> PathBuf {
    let template = std::env::temp_dir().join("options-XXXXXX");
    let directory = nix::unistd::mkdtemp(&template).unwrap();
    for (name, content) in [
        ("nonl.txt", "/tmp/foo=/etc/passwd"),
        ("blank.txt", "/tmp/a\n\n/tmp/b\n"),
        ("only-blank.txt", "\n"),
        ("comment.txt", "# c\n/tmp/a\n"),
        ("empty.txt", ""),
        ("bad.txt", "/tmp/a\n/nope/b\n"),
        ("crlf.txt", "/tmp/a=/b\r\n/tmp/c\r\n"),
        ("notmp.txt", "/tmpx=/b\n"),
    ] {
        fs::write(directory.join(name), content).unwrap();
    }
    directory
}
