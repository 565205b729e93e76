//! Files that use each other, directly or through others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Which file uses which, and where.
pub type Files<'a> = BTreeMap<&'a Path, BTreeMap<&'a Path, String>>;

/// The largest sets of files each of which leads to each other one.
pub fn circles<'a>(files: &Files<'a>) -> Vec<BTreeSet<&'a Path>> {
    let reached: BTreeMap<&Path, BTreeSet<&Path>> = files
        .keys()
        .map(|file| (*file, reached_from(file, files)))
        .collect();
    let leads = |from: &Path, to: &Path| reached.get(from).is_some_and(|all| all.contains(to));
    let mut circles: Vec<BTreeSet<&Path>> = files
        .keys()
        .filter(|file| leads(file, file))
        .map(|file| {
            let all = reached[file].iter().copied();
            all.filter(|other| leads(other, file)).collect()
        })
        .collect();
    circles.sort();
    circles.dedup();
    circles
}

fn reached_from<'a>(file: &Path, files: &Files<'a>) -> BTreeSet<&'a Path> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![file];
    while let Some(file) = waiting.pop() {
        for used in files.get(file).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(*used) {
                waiting.push(used);
            }
        }
    }
    reached
}
