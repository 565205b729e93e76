//! Who may use whom: one way down between the rooms of the library, no circle of files, and `unsafe` where it is listed.
//!
//! What is allowed stands in `docs/architecture.md`, in the tables that people read.

mod circles;
mod permits;
mod source;
mod table;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

use crate::error::Error;
use table::Rooms;
use tree::Crate;

const DOCUMENT: &str = "docs/architecture.md";
const LIBRARY: &str = "src/lib.rs";

/// How much of a circle is told.
const MOST_TIES: usize = 30;

/// What the lints of the workspace have.
const DENIED: &str = "unsafe_code = \"deny\"";

/// Fails with a line for each thing in the checkout at `root` that is not allowed.
pub fn check(root: &Path) -> Result<(), Error> {
    let read = |file: &Path| fs::read_to_string(root.join(file)).ok();
    let document = read(Path::new(DOCUMENT)).ok_or_else(|| format!("cannot read {DOCUMENT}"))?;
    let workspace = read(Path::new("Cargo.toml")).unwrap_or_default();
    let rooms = Rooms::parse(&document)?;
    let (mut faults, mut circles, mut sources) = (Vec::new(), Vec::new(), Vec::new());
    if !workspace.lines().any(|line| line == DENIED) {
        faults.push(format!("Cargo.toml: no {DENIED} in the lints"));
    }
    for member in members(&workspace) {
        let manifest = member.join("Cargo.toml");
        if !inherits_lints(&read(&manifest).unwrap_or_default()) {
            faults.push(format!(
                "{}: no [lints] with workspace = true",
                manifest.display()
            ));
        }
        for file in ["src/lib.rs", "src/main.rs"].map(|file| member.join(file)) {
            if read(&file).is_some() {
                let tree = Crate::load(&file, &read)?;
                if file == Path::new(LIBRARY) {
                    faults.extend(forbidden_arrows(&tree, &rooms));
                }
                circles.extend(circles_of_files(&tree));
            }
        }
        for directory in ["src", "tests", "examples"] {
            find_sources(root, &member.join(directory), &mut sources)?;
        }
    }
    faults.extend(circles.iter().flat_map(Circle::fault));
    faults.extend(forbidden_permits(&sources, &rooms, &read)?);
    if faults.is_empty() {
        return Ok(());
    }
    Err(faults.join("\n").into())
}

/// The directories of the crates, from the manifest of the workspace.
fn members(manifest: &str) -> Vec<PathBuf> {
    let list = manifest
        .split_once("members = [")
        .map_or("", |(_, rest)| rest);
    let list = list.split(']').next().unwrap_or_default();
    let members = list.split('"').skip(1).step_by(2);
    members
        .map(|member| PathBuf::from(member.trim_start_matches('.')))
        .collect()
}

fn inherits_lints(manifest: &str) -> bool {
    manifest
        .lines()
        .skip_while(|line| *line != "[lints]")
        .nth(1)
        == Some("workspace = true")
}

/// The arrows between rooms that the table does not have, and rooms and arrows that it has and that are not there.
fn forbidden_arrows(tree: &Crate, rooms: &Rooms) -> Vec<String> {
    let root = Path::new(LIBRARY);
    let mut faults = rooms.faults();
    for room in tree.rooms().iter().filter(|room| !rooms.has(room)) {
        faults.push(format!("{DOCUMENT}: no row for the room {room}"));
    }
    for room in rooms.names().filter(|room| !tree.rooms().contains(*room)) {
        faults.push(format!("{DOCUMENT}: a row for {room}, which is no room"));
    }
    let mut arrows: BTreeMap<(&str, String), String> = BTreeMap::new();
    for arrow in tree.arrows() {
        let Some(from) = arrow.from.path.first().filter(|_| arrow.from.file != root) else {
            continue;
        };
        let to = arrow
            .path
            .first()
            .filter(|name| tree.rooms().contains(*name));
        // What is in no room is in the root, which stands on all of them.
        let to = to.map_or("lib.rs", String::as_str);
        if from != to {
            let place = format!(
                "{}:{}: {}",
                arrow.from.file.display(),
                arrow.line,
                arrow.path.join("::")
            );
            arrows.entry((from, to.to_owned())).or_insert(place);
        }
    }
    for ((from, to), place) in &arrows {
        if rooms.has(from) && !rooms.allows(from, to) {
            faults.push(format!("{place}: {from} must not use {to}"));
        }
    }
    for (from, to) in rooms.arrows() {
        if !arrows.contains_key(&(from, to.to_owned())) {
            faults.push(format!("{DOCUMENT}: {from} does not use {to} any more"));
        }
    }
    faults
}

/// A circle of files: where it is, and what ties it.
struct Circle {
    files: Vec<PathBuf>,
    ties: Vec<String>,
}

fn circles_of_files(tree: &Crate) -> Vec<Circle> {
    let files = tree.files();
    let circles = circles::circles(&files).into_iter();
    circles
        .map(|circle| {
            let ties = circle.iter().flat_map(|from| {
                let used = files[from].iter().filter(|(to, _)| circle.contains(*to));
                used.map(|(to, place)| {
                    format!("  {} uses {}, {place}", from.display(), to.display())
                })
            });
            Circle {
                ties: ties.collect(),
                files: circle.into_iter().map(Path::to_owned).collect(),
            }
        })
        .collect()
}

impl Circle {
    /// What is told of it.
    fn fault(&self) -> Vec<String> {
        let mut fault = vec![format!("a circle of {} files:", self.files.len())];
        fault.extend(self.ties.iter().take(MOST_TIES).cloned());
        if let Some(more) = self.ties.len().checked_sub(MOST_TIES + 1) {
            fault.push(format!("  and {} more", more + 1));
        }
        fault
    }
}

/// The places that let `unsafe` in and are not listed, and what is listed and lets none in.
fn forbidden_permits(
    sources: &[PathBuf],
    rooms: &Rooms,
    read: &dyn Fn(&Path) -> Option<String>,
) -> Result<Vec<String>, Error> {
    let mut faults = Vec::new();
    let mut used = BTreeSet::new();
    for source in sources {
        let text = read(source).unwrap_or_default();
        if !text.contains("unsafe_code") {
            continue;
        }
        let tokens: TokenStream = text
            .parse()
            .map_err(|error| format!("{} is not Rust: {error}", source.display()))?;
        for line in permits::lines(tokens) {
            match rooms.permit(source) {
                Some(place) => drop(used.insert(place)),
                None => faults.push(format!(
                    "{}:{line}: unsafe code is allowed here, and {DOCUMENT} does not list it",
                    source.display()
                )),
            }
        }
    }
    for place in rooms.permits().filter(|place| !used.contains(place)) {
        faults.push(format!(
            "{DOCUMENT}: {} allows no unsafe code any more",
            place.display()
        ));
    }
    Ok(faults)
}

/// The sources below a directory, if it is there; the fuzz targets are a workspace of their own.
fn find_sources(root: &Path, below: &Path, sources: &mut Vec<PathBuf>) -> Result<(), Error> {
    if !root.join(below).is_dir() || below == Path::new("tests/fuzz") {
        return Ok(());
    }
    for entry in fs::read_dir(root.join(below))? {
        let path = below.join(entry?.file_name());
        find_sources(root, &path, sources)?;
        if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
    sources.sort();
    Ok(())
}
