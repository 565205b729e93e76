//! The differences that are intended: what 0.8.0 says and what we say instead.

use std::fs;
use std::path::Path;

/// One piece of a difference.
struct Rule {
    /// The name of the difference.
    name: String,
    /// For containers, for virtual machines.
    drivers: (bool, bool),
    /// Whether it can be there more than once in a domain.
    repeats: bool,
    /// What 0.8.0 says, where `*` and `?` are anything.
    theirs: Option<String>,
    /// What is said here, where each `*` is what it is in `theirs`.
    ours: Option<String>,
    used: bool,
}

/// All of them.
pub struct Differences(Vec<Rule>);

impl Differences {
    /// Reads a table: name, kind of sandbox, how often, theirs, ours.
    pub fn read(path: &Path) -> Self {
        let table = fs::read_to_string(path).unwrap();
        let lines = table.lines().filter(|line| !line.starts_with('#'));
        Self(lines.map(Rule::read).collect())
    }

    /// The names, each once, in the order of the table.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.0.iter().map(|rule| rule.name.clone()).collect();
        names.dedup();
        names
    }

    /// What differs and is not intended.
    pub fn explain(&mut self, container: bool, theirs: &[String], ours: &[String]) -> Vec<String> {
        let (mut removed, mut added) = (theirs.to_vec(), Vec::new());
        for fact in ours {
            match removed.iter().position(|other| other == fact) {
                Some(place) => drop(removed.remove(place)),
                None => added.push(fact.clone()),
            }
        }
        for rule in &mut self.0 {
            let applies = if container {
                rule.drivers.0
            } else {
                rule.drivers.1
            };
            while applies && rule.explains(&mut removed, &mut added) {
                rule.used = true;
                if !rule.repeats {
                    break;
                }
            }
        }
        let removed = removed.iter().map(|fact| format!("- {fact}"));
        removed
            .chain(added.iter().map(|fact| format!("+ {fact}")))
            .collect()
    }

    /// The pieces that no case needed.
    pub fn unused(&self) -> Vec<String> {
        let unused = self.0.iter().filter(|rule| !rule.used);
        unused
            .map(|rule| format!("{}: {:?} {:?}", rule.name, rule.theirs, rule.ours))
            .collect()
    }
}

impl Rule {
    fn read(line: &str) -> Self {
        let [name, driver, times, theirs, ours] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("not five columns: {line}");
        };
        let given = |text: &str| (text != "-").then(|| text.to_owned());
        Self {
            name: name.to_owned(),
            drivers: (driver != "machine", driver != "container"),
            repeats: times == "each",
            theirs: given(theirs),
            ours: given(ours),
            used: false,
        }
    }

    /// Takes out what the rule explains, if there is anything.
    fn explains(&self, removed: &mut Vec<String>, added: &mut Vec<String>) -> bool {
        for (place, captured) in found(self.theirs.as_deref(), removed) {
            for (other, ours) in found(self.ours.as_deref(), added) {
                if ours.iter().zip(&captured).all(|(a, b)| a == b) {
                    place.map(|place| removed.remove(place));
                    other.map(|other| added.remove(other));
                    return place.is_some() || other.is_some();
                }
            }
        }
        false
    }
}

/// The places of what `pattern` fits, each with what its `*` stand for; without a pattern one place that is nowhere.
fn found(pattern: Option<&str>, facts: &[String]) -> Vec<(Option<usize>, Vec<String>)> {
    let Some(pattern) = pattern else {
        return vec![(None, Vec::new())];
    };
    facts
        .iter()
        .enumerate()
        .filter_map(|(place, fact)| Some((Some(place), matched(pattern, fact)?)))
        .collect()
}

/// What the `*` of the pattern stand for, when it fits.
fn matched(pattern: &str, text: &str) -> Option<Vec<String>> {
    let Some(wildcard) = pattern.find(['*', '?']) else {
        return (pattern == text).then(Vec::new);
    };
    let (start, tail) = (&pattern[..wildcard], &pattern[wildcard + 1..]);
    let rest = text.strip_prefix(start)?;
    let boundaries = rest.char_indices().map(|(place, _)| place);
    boundaries.chain([rest.len()]).find_map(|end| {
        let mut captured = matched(tail, &rest[end..])?;
        if pattern[wildcard..].starts_with('*') {
            captured.insert(0, rest[..end].to_owned());
        }
        Some(captured)
    })
}
