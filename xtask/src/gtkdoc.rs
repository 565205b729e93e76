//! gtk-doc comments of what has no declaration of its own in C: properties, signals, virtual functions and macros.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::names::upper_snake;

/// Adds the comments to the end of the header.
pub fn complete(header: &str, root: &Path, classes: &[String]) -> Result<String, Error> {
    const END: &str = "G_END_DECLS";
    let comments = members(root)? + &macros(classes);
    Ok(header.replacen(END, &format!("{comments}\n{END}"), 1))
}

/// The comments of the properties, signals and virtual functions that the sources below `root` document.
fn members(root: &Path) -> Result<String, Error> {
    let mut sources = Vec::new();
    find_sources(&root.join("src"), &mut sources)?;
    // In the order of the rooms that the classes are in: the slots have always been between builders and configurations.
    sources.sort_by_key(|source| source.to_string_lossy().replace("/src/abi/", "/src/capi/"));
    let mut blocks = String::new();
    for source in sources {
        let text = fs::read_to_string(source)?;
        blocks.push_str(&properties(&text));
        blocks.push_str(&slots(&text));
    }
    Ok(blocks)
}

fn find_sources(directory: &Path, sources: &mut Vec<PathBuf>) -> Result<(), Error> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            find_sources(&path, sources)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
    Ok(())
}

/// What the fields with `#[property]` say.
fn properties(source: &str) -> String {
    const WRAPPER: &str = "#[properties(wrapper_type = super::";
    let mut blocks = String::new();
    let mut class = "";
    let mut doc = Vec::new();
    let mut is_property = false;
    for line in source.lines().map(str::trim) {
        if let Some(wrapper) = line.strip_prefix(WRAPPER) {
            class = wrapper.split([',', ')']).next().unwrap_or_default();
        } else if let Some(text) = line.strip_prefix("///") {
            doc.push(text.trim());
        } else if line.starts_with("#[property(") {
            is_property = true;
        } else if let Some((field, _)) = line.strip_prefix("pub ").and_then(|f| f.split_once(':')) {
            if is_property && !doc.is_empty() {
                let name = field.trim_start_matches("r#").replace('_', "-");
                doc.insert(0, "");
                block(&mut blocks, &format!("GVirSandbox{class}:{name}:"), &doc);
            }
            doc.clear();
            is_property = false;
        } else if !is_property {
            doc.clear();
        }
    }
    blocks
}

/// What the slots of class structs say: their comments begin with the name of the signal or of the virtual function.
fn slots(source: &str) -> String {
    let mut blocks = String::new();
    let mut class = None;
    let mut doc: Vec<&str> = Vec::new();
    for line in source.lines() {
        if let Some(name) = line.strip_prefix("pub struct GVirSandbox") {
            class = name.strip_suffix("Class {");
        } else if line == "}" {
            class = None;
        }
        let Some(class) = class else { continue };
        if let Some(text) = line.trim().strip_prefix("///") {
            doc.push(text.trim());
            continue;
        }
        if let Some((name, text)) = doc.split_first() {
            let (path, annotations) = name.rsplit_once(':').unwrap_or((name, ""));
            let slot = path.rsplit(':').next().unwrap_or_default();
            let slot = format!("GVirSandbox{class}Class::{slot}:{annotations}");
            if *name != slot {
                block(&mut blocks, name, text);
            }
            block(&mut blocks, &slot, text);
        }
        doc.clear();
    }
    blocks
}

/// The comments of the macros that every class has.
fn macros(classes: &[String]) -> String {
    let mut comments = String::new();
    for class in classes {
        let upper = upper_snake(class);
        let name = upper.trim_start_matches("GVIR_SANDBOX_");
        let object = format!("@obj: an instance of #{class}");
        let any_object = "@obj: an object, or %NULL";
        let structure = format!("@klass: a #{class}Class");
        let any_structure = "@klass: the class of an object, or %NULL";
        for (name, argument, text) in [
            (format!("TYPE_{name}"), "", format!("The type of #{class}.")),
            (
                name.into(),
                &*object,
                format!(
                    "Casts an object to #{class}. What is something else is reported and passed on."
                ),
            ),
            (
                format!("{name}_CLASS"),
                &*structure,
                format!("Casts the class of an object to #{class}Class, with the same check."),
            ),
            (
                format!("IS_{name}"),
                any_object,
                format!("Whether an object is a #{class}."),
            ),
            (
                format!("IS_{name}_CLASS"),
                any_structure,
                format!("Whether a class is #{class}Class or derived from it."),
            ),
            (
                format!("{name}_GET_CLASS"),
                &*object,
                format!("The #{class}Class of an object."),
            ),
        ] {
            let lines: Vec<&str> = [argument, "", &text]
                .into_iter()
                .skip(usize::from(argument.is_empty()))
                .collect();
            block(&mut comments, &format!("GVIR_SANDBOX_{name}:"), &lines);
        }
    }
    comments
}

fn block(comment: &mut String, name: &str, lines: &[&str]) {
    let _ = writeln!(comment, "/**\n * {name}");
    for line in lines {
        let _ = writeln!(comment, "{}", format!(" * {line}").trim_end());
    }
    comment.push_str(" */\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_named_as_in_gobject() {
        let source = "
    #[properties(wrapper_type = super::ConfigDisk, ext_trait = Ext)]
    pub struct ConfigDisk {
        /// What it is.
        ///
        /// More of it.
        #[property(get, builder(DomainDiskType::File))]
        pub r#type: Cell<DomainDiskType>,
        /// The label.
        #[property(get)]
        pub security_label: CStringCell,
        /// No property.
        pub debug: Cell<bool>,
    }";
        assert_eq!(
            properties(source),
            "/**\n * GVirSandboxConfigDisk:type:\n *\n * What it is.\n *\n * More of it.\n */\n\
             /**\n * GVirSandboxConfigDisk:security-label:\n *\n * The label.\n */\n"
        );
    }

    #[test]
    fn a_slot_is_a_virtual_function_and_may_be_a_signal() {
        let source = "
pub struct GVirSandboxConsoleClass {
    /// GVirSandboxConsole::closed:
    /// @err: why
    ///
    /// Emitted at the end.
    ///
    /// Returns: nothing
    pub(super) closed: Option<fn()>,
    padding: [gpointer; 20],
}
";
        let blocks = slots(source);
        assert_eq!(blocks.matches("/**").count(), 2);
        for expected in [
            " * GVirSandboxConsole::closed:\n * @err: why\n *\n * Emitted at the end.\n *\n * Returns: nothing\n",
            " * GVirSandboxConsoleClass::closed:\n * @err: why\n *\n",
        ] {
            assert!(blocks.contains(expected), "{blocks}");
        }
    }
}
