//! The domains of libvirt-sandbox 0.8.0, case by case: ours mean the same but for the differences that are intended.

mod build;
mod differences;
mod facts;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde::Deserialize;

use differences::Differences;

/// Tells the process that builds domains where to write what it found.
const OUTPUT: &str = "DOMAIN_XML_OUTPUT";

/// A domain that 0.8.0 made, and what of.
struct Case {
    /// The kind of sandbox and the name of the case.
    name: String,
    container: bool,
    input: Input,
    xml: String,
}

/// What a case was made of.
#[derive(Deserialize)]
struct Input {
    class: String,
    name: String,
    /// The setters that were called, and their arguments.
    calls: Vec<(String, serde_json::Value)>,
    /// The environment.
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// What the host was made to look like.
    #[serde(default)]
    emulated: HashMap<String, String>,
}

fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for kind in ["container", "machine"] {
        let directory = data("tests/data/domain-xml").join(kind);
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let (input, xml) = text.split_once('\n').unwrap();
            let input = input.trim_start_matches("<!--").trim_end_matches("-->");
            cases.push(Case {
                name: format!("{kind}/{}", path.file_stem().unwrap().to_string_lossy()),
                container: kind == "container",
                input: serde_json::from_str(input).unwrap(),
                xml: xml.to_owned(),
            });
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

/// Builds in a process for each environment: one's own can't be changed safely.
fn built(cases: &[Case], room: &Path) -> BTreeMap<String, Vec<String>> {
    let environments: BTreeSet<_> = cases.iter().map(|case| case.input.env.clone()).collect();
    let mut all = BTreeMap::new();
    for (number, environment) in environments.iter().enumerate() {
        let output = room.join(number.to_string());
        let child = Command::new(env::current_exe().unwrap())
            .arg("--exact")
            .arg("every_case_means_the_same")
            .env_remove("LIBVIRT_SANDBOX_INIT_DEBUG")
            .env_remove("LIBVIRT_SANDBOX_STRACE")
            .env_remove("LIBVIRT_SANDBOX_VIRT_TYPE")
            .env("LIBVIRT_SANDBOX_LIBEXECDIR", build::helpers(room))
            .env("XDG_CACHE_HOME", room)
            .env(OUTPUT, &output)
            .envs(environment)
            .output()
            .unwrap();
        assert!(
            child.status.success(),
            "{}",
            String::from_utf8_lossy(&child.stdout)
        );
        let found: BTreeMap<_, _> = serde_json::from_slice(&fs::read(output).unwrap()).unwrap();
        all.extend(found);
    }
    all
}

fn build_here(cases: &[Case], output: &Path) {
    let ours: BTreeMap<_, _> = cases
        .iter()
        .filter(|case| {
            let names = ["LIBVIRT_SANDBOX_INIT_DEBUG", "LIBVIRT_SANDBOX_STRACE"];
            names
                .iter()
                .all(|name| env::var(name).ok().as_ref() == case.input.env.get(*name))
        })
        .map(|case| (&case.name, build::facts(case)))
        .collect();
    fs::write(output, serde_json::to_vec(&ours).unwrap()).unwrap();
}

#[test]
fn every_case_means_the_same() {
    let cases = cases();
    assert!(!cases.is_empty());
    if let Some(output) = env::var_os(OUTPUT) {
        return build_here(&cases, Path::new(&output));
    }
    let room = tempfile::tempdir().unwrap();
    let built = built(&cases, room.path());
    let mut differences = Differences::read(&data("tests/data/domain-xml/differences.tsv"));
    let mut wrong = String::new();
    for case in &cases {
        let ours = &built[&case.name];
        let theirs = match ours.first() {
            // Then there is nothing to compare one by one.
            Some(error) if error.starts_with("error: ") => vec!["a domain".to_owned()],
            _ => facts::of(&case.xml),
        };
        let left = differences.explain(case.container, &theirs, ours);
        if !left.is_empty() {
            wrong.push_str(&format!("{}:\n{}\n", case.name, left.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "unexplained (- 0.8.0, + here):\n{wrong}");
    assert_eq!(
        differences.unused(),
        [""; 0],
        "no case has these differences"
    );
}

#[test]
fn every_difference_is_documented_with_its_reason() {
    let document = fs::read_to_string(data("docs/compatibility.md")).unwrap();
    let section = document.split("\n## Domain XML\n").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let documented: Vec<_> = rows
        .map(|row| {
            let cells: Vec<_> = row.split('|').map(str::trim).collect();
            assert!(cells.len() == 6 && cells[4].len() > 20, "no reason: {row}");
            cells[1].trim_matches('`').to_owned()
        })
        .collect();
    let differences = Differences::read(&data("tests/data/domain-xml/differences.tsv"));
    assert_eq!(documented, differences.names());
}
