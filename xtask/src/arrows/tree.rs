//! The modules of a crate, and where the paths in them lead.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

use super::source::{self, Declared, Module};
use crate::error::Error;

/// How often a name may stand for another one.
const MOST_NAMES: usize = 16;

/// A crate, from its root file on.
#[derive(Debug)]
pub struct Crate {
    modules: BTreeMap<Vec<String>, Module>,
}

/// A path that stands in a file, and leads to another module of the crate.
#[derive(Debug)]
pub struct Arrow<'a> {
    pub from: &'a Module,
    /// From the root of the crate.
    pub path: Vec<String>,
    pub line: usize,
    is_import: bool,
}

impl Crate {
    /// Reads the crate whose root is the file `root`, with `read`, which has nothing for a file that is not there.
    pub fn load(root: &Path, read: &dyn Fn(&Path) -> Option<String>) -> Result<Self, Error> {
        let mut modules = BTreeMap::new();
        let mut waiting = vec![Module {
            file: root.to_owned(),
            ..Module::default()
        }];
        while let Some(module) = waiting.pop() {
            let file = module.file.clone();
            let text = read(&file).ok_or_else(|| format!("cannot read {}", file.display()))?;
            let tokens: TokenStream = text
                .parse()
                .map_err(|error| format!("{} is not Rust: {error}", file.display()))?;
            let owner = module.path.clone();
            let (found, declared) = source::modules(tokens, module);
            modules.extend(
                found
                    .into_iter()
                    .map(|module| (module.path.clone(), module)),
            );
            for module in declared {
                let file = place(&file, &owner, &module, read).ok_or_else(|| {
                    format!(
                        "{}: no file for mod {}",
                        file.display(),
                        module.path.join("::")
                    )
                })?;
                waiting.push(Module {
                    file,
                    path: module.path,
                    is_test: module.is_test,
                    ..Module::default()
                });
            }
        }
        Ok(Self { modules })
    }

    /// The modules that the root declares.
    pub fn rooms(&self) -> &BTreeSet<String> {
        &self.modules[&Vec::new()].children
    }

    /// Every path that stays in the crate.
    pub fn arrows(&self) -> impl Iterator<Item = Arrow<'_>> {
        self.modules.values().flat_map(|from| {
            from.named.iter().filter_map(|named| {
                Some(Arrow {
                    from,
                    path: self.absolute(from, &named.path, MOST_NAMES)?,
                    line: named.line,
                    is_import: named.is_import,
                })
            })
        })
    }

    /// Which files use which, tests apart, and one line that does.
    pub fn files(&self) -> BTreeMap<&Path, BTreeMap<&Path, String>> {
        let mut files: BTreeMap<&Path, BTreeMap<&Path, String>> = BTreeMap::new();
        for arrow in self.arrows().filter(|arrow| !arrow.from.is_test) {
            let Some((to, depth)) = self.resolve(&arrow.path, MOST_NAMES) else {
                continue;
            };
            // A module that is imported is used where its name stands.
            let is_module = arrow.is_import && depth == 0;
            if !is_module && to.file != arrow.from.file {
                files
                    .entry(&arrow.from.file)
                    .or_default()
                    .entry(&to.file)
                    .or_insert_with(|| format!("line {}: {}", arrow.line, arrow.path.join("::")));
            }
        }
        files
    }

    /// The path from the root of the crate, unless it leads to another crate.
    fn absolute(&self, from: &Module, path: &[String], names: usize) -> Option<Vec<String>> {
        let (first, mut rest) = path.split_first()?;
        let mut absolute = match &**first {
            "crate" => Vec::new(),
            "self" => from.path.clone(),
            "super" => from.path[..from.path.len().saturating_sub(1)].to_vec(),
            child if from.children.contains(child) => {
                [&from.path[..], &[child.to_owned()]].concat()
            }
            name => {
                let target = from.imports.get(name).filter(|target| *target != path)?;
                let target = self.absolute(from, target, names.checked_sub(1)?)?;
                return Some([&target[..], rest].concat());
            }
        };
        while let Some(("super", after)) = rest.split_first().map(|(name, after)| (&**name, after))
        {
            absolute.pop();
            rest = after;
        }
        absolute.extend_from_slice(rest);
        Some(absolute)
    }

    /// The module that has what `path` leads to, and how much of the path is left there; nothing where that is the name of
    /// something of another crate.
    fn resolve(&self, path: &[String], names: usize) -> Option<(&Module, usize)> {
        let mut module = &self.modules[&Vec::new()];
        for (index, name) in path.iter().enumerate() {
            let here = [&module.path[..], std::slice::from_ref(name)].concat();
            if let Some(child) = self.modules.get(&here) {
                module = child;
                continue;
            }
            let Some(target) = module.imports.get(name) else {
                return Some((module, path.len() - index));
            };
            let names = names.checked_sub(1)?;
            let target = self.absolute(module, target, names)?;
            return self.resolve(&[&target[..], &path[index + 1..]].concat(), names);
        }
        Some((module, 0))
    }
}

/// The file of a module that is declared in `file`, which is the module `owner`.
fn place(
    file: &Path,
    owner: &[String],
    module: &Declared,
    read: &dyn Fn(&Path) -> Option<String>,
) -> Option<PathBuf> {
    let directory = file.parent()?;
    if let Some(file) = &module.file {
        return Some(directory.join(file));
    }
    let stem = file.file_stem()?.to_str()?;
    let directory = match stem {
        "lib" | "main" | "mod" => directory.to_owned(),
        stem => directory.join(stem),
    };
    let within: PathBuf = module.path[owner.len()..].iter().collect();
    let base = directory.join(within);
    [base.with_extension("rs"), base.join("mod.rs")]
        .into_iter()
        .find(|file| read(file).is_some())
}
