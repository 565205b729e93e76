//! The C headers: cbindgen's declarations of `src/abi` and `src/capi`, in the shape GObject's tools and C code expect.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use cbindgen::{Config, DocumentationLength, DocumentationStyle, ExportConfig, Language, Style};

use crate::error::Error;
use crate::names::{kebab, upper_snake};
use crate::{forwarding, gtkdoc};

const DIRECTORY: &str = "include/libvirt-sandbox";
const HEADER: &str = "libvirt-sandbox.h";

const BEFORE: &str = "\
/* Generated from src/abi and src/capi by `cargo run -p xtask -- header`: change it there. */
#ifndef __LIBVIRT_SANDBOX_H__
#define __LIBVIRT_SANDBOX_H__
";

const INCLUDES: &str = "\
#include <libvirt-gobject/libvirt-gobject.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <locale.h>
";

/// Rust items of `src/abi` that C knows under the same name from GLib.
const FROM_GLIB: [&str; 8] = [
    "gchar", "gint", "guint", "guint64", "gint64", "gushort", "gulong", "gsize",
];

const HANDLES: &str = "\
/* No such type has ever been there: the names are kept for code that asks whether they are defined. */
";

/// The classes with a `_HANDLE` macro in the reference.
const CLASSES_WITH_HANDLE: [&str; 9] = [
    "BUILDER",
    "CONFIG_DISK",
    "CONFIG_INITRD",
    "CONFIG_MOUNT",
    "CONFIG_NETWORK",
    "CONFIG_NETWORK_ADDRESS",
    "CONFIG_NETWORK_ROUTE",
    "CONSOLE",
    "CONTEXT",
];

/// The content of every header, by its name.
type Headers = BTreeMap<String, String>;

/// Writes the headers.
pub fn write(root: &Path) -> Result<(), Error> {
    let headers = generate(root)?;
    let directory = root.join(DIRECTORY);
    fs::create_dir_all(&directory)?;
    for name in names_in(&directory)? {
        if !headers.contains_key(&name) {
            fs::remove_file(directory.join(name))?;
        }
    }
    for (name, content) in headers {
        fs::write(directory.join(name), content)?;
    }
    Ok(())
}

/// Fails when the committed headers are not what the source gives now.
pub fn check(root: &Path) -> Result<(), Error> {
    let headers = generate(root)?;
    let directory = root.join(DIRECTORY);
    let committed = names_in(&directory)?;
    for name in headers.keys().chain(&committed) {
        let generated = headers.get(name).map_or("", String::as_str);
        let committed = fs::read_to_string(directory.join(name)).unwrap_or_default();
        if let Some(line) = first_difference(&committed, generated) {
            return Err(format!(
                "{DIRECTORY}/{name} is out of date from line {line}: run `cargo run -p xtask -- header`"
            )
            .into());
        }
    }
    Ok(())
}

fn names_in(directory: &Path) -> Result<Vec<String>, Error> {
    fs::read_dir(directory)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect()
}

/// The number of the first line in which two texts differ.
fn first_difference(old: &str, new: &str) -> Option<usize> {
    if old == new {
        return None;
    }
    let same = old.lines().zip(new.lines()).take_while(|(a, b)| a == b);
    Some(same.count() + 1)
}

fn generate(root: &Path) -> Result<Headers, Error> {
    let classes = class_names(&root.join("src/abi"))?;
    let class_headers = classes.iter().map(|class| kebab(class));
    let forwarding = forwarding::headers(class_headers);
    let mut declarations = Vec::new();
    cbindgen::Builder::new()
        .with_config(config(&classes, forwarding.keys()))
        .with_src(root.join("src/abi/mod.rs"))
        .with_src(root.join("src/capi/mod.rs"))
        .generate()?
        .write(&mut declarations);
    let header = reshape(&String::from_utf8(declarations)?, &classes);
    let header = gtkdoc::complete(&header, root, &classes)?;
    let mut headers = forwarding;
    headers.insert(HEADER.into(), header);
    Ok(headers)
}

/// The names of the instance structs that have a class struct.
fn class_names(directory: &Path) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for source in fs::read_dir(directory)? {
        for line in fs::read_to_string(source?.path())?.lines() {
            let name = line
                .strip_prefix("pub struct GVirSandbox")
                .and_then(|rest| rest.strip_suffix("Class {"));
            names.extend(name.map(|name| format!("GVirSandbox{name}")));
        }
    }
    names.sort();
    Ok(names)
}

fn config<'a>(classes: &[String], headers: impl Iterator<Item = &'a String>) -> Config {
    let mut after_includes = String::from("\n");
    for header in headers {
        let _ = writeln!(after_includes, "#include <libvirt-sandbox/{header}>");
    }
    after_includes.push_str("\nG_BEGIN_DECLS\n\n");
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
        } else if !is_comment(line) {
            body.push(line);
        }
    }
    header
}

/// Whether a line of a struct belongs to a comment: g-ir-scanner takes those of members from elsewhere.
fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with(['/', '*'])
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
    trailer.push_str(HANDLES);
    for class in CLASSES_WITH_HANDLE {
        let lower = class.to_lowercase();
        let _ = writeln!(
            trailer,
            "#define GVIR_SANDBOX_TYPE_{class}_HANDLE (gvir_sandbox_{lower}_handle_get_type())"
        );
    }
    trailer.push('\n');
    trailer.push_str("G_END_DECLS\n\n#endif");
    trailer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structs_get_tags_and_typed_private_pointers() {
        let declared = "typedef struct {\n    GObject parent;\n    gpointer priv_;\n} GVirSandboxConsole;\nint a;\n";
        assert_eq!(
            reshape(declared, &["GVirSandboxConsole".into()]),
            "struct _GVirSandboxConsole {\n    GObject parent;\n    GVirSandboxConsolePrivate *priv;\n};\nint a;\n"
        );
    }
}
