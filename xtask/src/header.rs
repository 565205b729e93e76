//! The C header: cbindgen's declarations of `src/capi`, in the shape GObject's tools and C code expect.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use cbindgen::{Config, DocumentationLength, DocumentationStyle, ExportConfig, Language, Style};

type Error = Box<dyn std::error::Error>;

const HEADER: &str = "include/libvirt-sandbox/libvirt-sandbox.h";

const BEFORE: &str = "\
/* Generated from src/capi by `cargo run -p xtask -- header`: change it there. */
#ifndef __LIBVIRT_SANDBOX_H__
#define __LIBVIRT_SANDBOX_H__
";

const INCLUDES: &str = "\
#include <libvirt-gobject/libvirt-gobject.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <locale.h>
";

/// Rust items of `src/capi` that C knows under the same name from GLib.
const FROM_GLIB: [&str; 8] = [
    "gchar", "gint", "guint", "guint64", "gint64", "gushort", "gulong", "gsize",
];

/// Writes the header.
pub fn write(root: &Path) -> Result<(), Error> {
    let path = root.join(HEADER);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, generate(root)?)?;
    Ok(())
}

/// Fails when the committed header is not what the source gives now.
pub fn check(root: &Path) -> Result<(), Error> {
    let committed = fs::read_to_string(root.join(HEADER)).unwrap_or_default();
    let generated = generate(root)?;
    let differs = committed
        .lines()
        .zip(generated.lines())
        .position(|(old, new)| old != new);
    match differs {
        None if committed == generated => Ok(()),
        line => Err(format!(
            "{HEADER} is out of date from line {}: run `cargo run -p xtask -- header`",
            line.unwrap_or(committed.lines().count()) + 1
        )
        .into()),
    }
}

fn generate(root: &Path) -> Result<String, Error> {
    let mut sources: Vec<PathBuf> = fs::read_dir(root.join("src/capi"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    sources.sort();
    let classes = class_names(&sources)?;
    let mut declarations = Vec::new();
    cbindgen::Builder::new()
        .with_config(config(&classes))
        .with_src(root.join("src/capi/mod.rs"))
        .generate()?
        .write(&mut declarations);
    Ok(reshape(&String::from_utf8(declarations)?, &classes))
}

/// The names of the instance structs that have a class struct, in the order of the files.
fn class_names(sources: &[PathBuf]) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for source in sources {
        for line in fs::read_to_string(source)?.lines() {
            let name = line
                .strip_prefix("pub struct GVirSandbox")
                .and_then(|rest| rest.strip_suffix("Class {"));
            names.extend(name.map(|name| format!("GVirSandbox{name}")));
        }
    }
    Ok(names)
}

fn config(classes: &[String]) -> Config {
    let mut after_includes = String::from("\nG_BEGIN_DECLS\n\n");
    for class in classes {
        for suffix in ["", "Class", "Private"] {
            let _ = writeln!(
                after_includes,
                "typedef struct _{class}{suffix} {class}{suffix};"
            );
        }
    }
    Config {
        language: Language::C,
        style: Style::Type,
        header: Some(BEFORE.into()),
        no_includes: true,
        after_includes: Some(format!("{INCLUDES}{after_includes}")),
        trailer: Some(trailer(classes)),
        documentation_style: DocumentationStyle::Doxy,
        documentation_length: DocumentationLength::Full,
        tab_width: 4,
        export: ExportConfig {
            include: classes
                .iter()
                .map(|class| format!("{class}Class"))
                .collect(),
            exclude: FROM_GLIB.map(String::from).to_vec(),
            ..ExportConfig::default()
        },
        ..Config::default()
    }
}

/// Gives the structs the tags that the typedefs announce, and the private pointers their types.
fn reshape(declarations: &str, classes: &[String]) -> String {
    let mut header = String::new();
    let mut body = Vec::new();
    let mut padding = String::new();
    for line in declarations.lines() {
        if let Some(number) = line.strip_prefix("#define LIBVIRT_SANDBOX_CLASS_PADDING ") {
            // outside the namespace: g-ir-scanner must not see it, and so can't use it
            padding = format!("[{number}]");
            let _ = write!(header, "#ifndef __GI_SCANNER__\n{line}\n#endif\n");
        } else if line == "typedef struct {" {
            body.push(line);
        } else if let Some(name) = struct_end(line, &body) {
            let _ = writeln!(header, "struct _{name} {{");
            for member in &body[1..] {
                let _ = match *member {
                    "    gpointer priv_;" if classes.iter().any(|class| class == name) => {
                        writeln!(header, "    {name}Private *priv;")
                    }
                    member => {
                        let member = member.replace("[LIBVIRT_SANDBOX_CLASS_PADDING]", &padding);
                        writeln!(header, "{member}")
                    }
                };
            }
            header.push_str("};\n");
            body.clear();
        } else if body.is_empty() {
            header.push_str(line);
            header.push('\n');
        } else {
            body.push(line);
        }
    }
    header
}

/// The name that ends a `typedef struct`, if one is open and `line` closes it.
fn struct_end<'a>(line: &'a str, body: &[&str]) -> Option<&'a str> {
    if body.is_empty() {
        return None;
    }
    line.strip_prefix("} ")?.strip_suffix(';')
}

/// The cast and check macros of every class.
fn trailer(classes: &[String]) -> String {
    let mut trailer = String::new();
    for class in classes {
        let upper = upper_snake(class);
        let kind = upper.replacen("GVIR_SANDBOX_", "GVIR_SANDBOX_TYPE_", 1);
        let is = upper.replacen("GVIR_SANDBOX_", "GVIR_SANDBOX_IS_", 1);
        let lower = upper.to_lowercase();
        let _ = write!(
            trailer,
            "\
#define {kind} ({lower}_get_type())
#define {upper}(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), {kind}, {class}))
#define {upper}_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST((klass), {kind}, {class}Class))
#define {is}(obj) (G_TYPE_CHECK_INSTANCE_TYPE((obj), {kind}))
#define {is}_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE((klass), {kind}))
#define {upper}_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), {kind}, {class}Class))
G_DEFINE_AUTOPTR_CLEANUP_FUNC({class}, g_object_unref)

"
        );
    }
    trailer.push_str("G_END_DECLS\n\n#endif");
    trailer
}

/// `GVirSandboxConfigDisk` as `GVIR_SANDBOX_CONFIG_DISK`.
fn upper_snake(class: &str) -> String {
    let mut name = String::from("GVIR");
    for letter in class.trim_start_matches("GVir").chars() {
        if letter.is_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_names_become_macro_names() {
        assert_eq!(
            upper_snake("GVirSandboxConfigNetworkFilterrefParameter"),
            "GVIR_SANDBOX_CONFIG_NETWORK_FILTERREF_PARAMETER"
        );
    }

    #[test]
    fn structs_get_tags_and_typed_private_pointers() {
        let declared = "typedef struct {\n    GObject parent;\n    gpointer priv_;\n} GVirSandboxConsole;\nint a;\n";
        assert_eq!(
            reshape(declared, &["GVirSandboxConsole".into()]),
            "struct _GVirSandboxConsole {\n    GObject parent;\n    GVirSandboxConsolePrivate *priv;\n};\nint a;\n"
        );
    }
}
