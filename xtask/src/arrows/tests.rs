//! The check finds what is forbidden, in sources that are made up, and nothing in those of the project.

use std::path::Path;

use super::*;

const TABLE: &str = "
| room | uses |
|---|---|
| `src/ground.rs` | |
| `src/middle` | `ground` |
| `src/roof.rs` | `ground`, `middle` |

| `unsafe` in | why |
|---|---|
| `src/ground.rs`, `src/ffi` | pointers |
";

/// What the other files are when a test only tells of one.
const REST: [(&str, &str); 6] = [
    (
        "src/lib.rs",
        "mod ground; mod middle; pub mod roof; pub use ground::Stone;",
    ),
    ("src/ground.rs", "pub struct Stone; pub fn lay() {}"),
    (
        "src/middle/mod.rs",
        "mod beam; mod wall; pub use wall::Wall;",
    ),
    (
        "src/middle/wall.rs",
        "use crate::ground::Stone; pub struct Wall(Stone);",
    ),
    ("src/middle/beam.rs", "pub struct Beam;"),
    (
        "src/roof.rs",
        "use crate::{ground, middle::Wall}; pub fn f(_: Wall) { ground::lay() }",
    ),
];

fn tree(changed: &[(&str, &str)]) -> Crate {
    let read = |path: &Path| {
        let files = changed.iter().chain(&REST);
        let mut found = files.filter(|(name, _)| path == Path::new(name));
        found.next().map(|(_, text)| (*text).to_owned())
    };
    Crate::load(Path::new(LIBRARY), &read).unwrap()
}

fn rooms() -> Rooms {
    Rooms::parse(TABLE).unwrap()
}

fn arrows(file: &str, text: &str) -> Vec<String> {
    forbidden_arrows(&tree(&[(file, text)]), &rooms())
}

fn circles(changed: &[(&str, &str)]) -> Vec<String> {
    let circles = circles_of_files(&tree(changed));
    circles.iter().flat_map(Circle::fault).collect()
}

#[test]
fn this_project_has_one_way_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if let Err(faults) = check(&root) {
        panic!("{faults}");
    }
}

#[test]
fn ways_down_are_free() {
    assert_eq!(arrows("src/none.rs", ""), Vec::<String>::new());
    assert_eq!(circles(&[]), Vec::<String>::new());
    let wall = "use super::super::ground as g; pub struct Wall(g::Stone);
        // crate::roof::f and \"crate::roof::f\" are only text
        /// [`crate::roof::f`]
        pub(in crate::middle) fn text() -> &'static str { \"crate::roof::f\" }";
    assert_eq!(arrows("src/middle/wall.rs", wall), Vec::<String>::new());
}

#[test]
fn no_way_up_is_hidden() {
    const WALL: &str = "use crate::ground::Stone; pub struct Wall(Stone);";
    for way in [
        "use crate::roof::f;",
        "use crate::roof as r;",
        "use crate::{ground::lay, roof::{self as r, f}};",
        "use crate::{ground::lay, roof};",
        "use crate::roof::*;",
        "pub(crate) use crate::roof::f;",
        "use super::super::roof;",
        "use super::super::{ground::lay, roof::f};",
        "fn g() { super::super::roof::f() }",
        "mod inner { use super::super::super::roof::f; }",
        "mod inner { fn g() { super::super::super::roof::f() } }",
        "fn g() { let f: fn() = { crate::roof::f }; }",
        "macro_rules! m { () => { $crate::roof::f() } }",
        "#[property(default = crate::roof::f())] struct S;",
        "use crate::middle::Wall as W; use super::super::roof as r; fn g() { r::f() }",
        "#[cfg(test)] mod tests { use crate::roof::f; }",
    ] {
        let faults = arrows("src/middle/wall.rs", &format!("{WALL}\n{way}"));
        let [fault] = faults.as_slice() else {
            panic!("{way}: {faults:?}");
        };
        assert!(fault.starts_with("src/middle/wall.rs:2: roof"), "{fault}");
        assert!(fault.ends_with(": middle must not use roof"), "{fault}");
    }
}

#[test]
fn the_root_is_above_all_rooms() {
    const WALL: &str = "use crate::ground::lay; pub struct Wall;";
    for way in [
        "use crate::Stone;",
        "use crate as k; fn g() { k::roof::f() }",
        "use super::super as k;",
        "use super::super::*;",
        "macro_rules! m { ($room:ident) => { crate::$room::f() } }",
    ] {
        let faults = arrows("src/middle/wall.rs", &format!("{WALL}\n{way}"));
        let expected = ": middle must not use lib.rs";
        assert!(
            faults.iter().any(|fault| fault.ends_with(expected)),
            "{way}: {faults:?}"
        );
    }
}

#[test]
fn files_with_paths_of_their_own_are_read() {
    let moved = [
        (
            "src/middle/wall.rs",
            "use crate::ground::lay; pub struct Wall;\n#[path = \"hidden.rs\"]\nmod deep;",
        ),
        ("src/middle/hidden.rs", "use super::super::super::roof::f;"),
    ];
    let faults = forbidden_arrows(&tree(&moved), &rooms());
    assert_eq!(
        faults,
        ["src/middle/hidden.rs:1: roof::f: middle must not use roof"]
    );
}

#[test]
fn the_table_is_what_is_there() {
    let more = ("src/lib.rs", "mod attic; mod ground; mod middle; mod roof;");
    let faults = forbidden_arrows(&tree(&[more, ("src/attic.rs", "")]), &rooms());
    assert_eq!(faults, ["docs/architecture.md: no row for the room attic"]);
    let less = arrows("src/roof.rs", "use crate::middle::Wall;");
    assert_eq!(
        less,
        ["docs/architecture.md: roof does not use ground any more"]
    );
    let gone = arrows("src/lib.rs", "mod ground; mod middle;");
    assert!(gone.contains(&"docs/architecture.md: a row for roof, which is no room".to_owned()));
}

#[test]
fn a_circle_of_rooms_is_no_table() {
    let circle = TABLE.replace("| `src/ground.rs` | |", "| `src/ground.rs` | `roof` |");
    let rooms = Rooms::parse(&circle).unwrap();
    let ground = "use crate::roof::f; pub struct Stone; pub fn lay() {}";
    let faults = forbidden_arrows(&tree(&[("src/ground.rs", ground)]), &rooms);
    assert_eq!(
        faults,
        ["the table lets ground use roof, which is not below it"]
    );
    assert!(Rooms::parse("no table").is_err());
}

#[test]
fn circles_of_files_are_found_through_names() {
    const ALIAS: &str = "use super::beam; pub struct Wall; fn f() { beam::g() }";
    let through_an_alias = [
        ("src/middle/wall.rs", ALIAS),
        (
            "src/middle/beam.rs",
            "use super::Wall; pub fn g() -> Wall { loop {} }",
        ),
    ];
    assert_eq!(
        circles(&through_an_alias),
        [
            "a circle of 2 files:",
            "  src/middle/beam.rs uses src/middle/wall.rs, line 1: middle::Wall",
            "  src/middle/wall.rs uses src/middle/beam.rs, line 1: middle::beam::g",
        ]
    );
    let with_a_child = [
        (
            "src/middle/wall.rs",
            "mod door; pub struct Wall(door::Door);",
        ),
        (
            "src/middle/wall/door.rs",
            "use super::*; pub struct Door(Box<Wall>);",
        ),
    ];
    assert_eq!(circles(&with_a_child).len(), 3);
    let only_for_a_test = [
        (
            "src/middle/wall.rs",
            "pub struct Wall; #[cfg(test)] mod tests { use crate::middle::beam::g; }",
        ),
        through_an_alias[1],
    ];
    assert_eq!(circles(&only_for_a_test), Vec::<String>::new());
}

#[test]
fn unsafe_is_let_in_where_it_is_listed() {
    let sources = [
        "src/ground.rs",
        "src/ffi/deep.rs",
        "src/roof.rs",
        "src/floor.rs",
    ];
    let read = |path: &Path| {
        Some(match path.to_str()? {
            "src/roof.rs" => {
                "fn f() {}\n#[cfg_attr(unix, expect(unsafe_code, reason = \"\"))] fn g() {}".into()
            }
            "src/floor.rs" => "#![deny(unsafe_code)] // allow(unsafe_code)".into(),
            _ => String::from("#![allow(dead_code, unsafe_code)]"),
        })
    };
    let sources = sources.map(PathBuf::from);
    let faults = forbidden_permits(&sources, &rooms(), &read).unwrap();
    assert_eq!(
        faults,
        ["src/roof.rs:2: unsafe code is allowed here, and docs/architecture.md does not list it"]
    );
    let faults = forbidden_permits(&sources[..1], &rooms(), &read).unwrap();
    assert_eq!(
        faults,
        ["docs/architecture.md: src/ffi allows no unsafe code any more"]
    );
}

#[test]
fn every_crate_has_the_lints() {
    assert_eq!(
        members("[workspace]\nmembers = [\n    \".\",\n    \"init/plan\",\n]\n"),
        [Path::new(""), Path::new("init/plan")]
    );
    assert!(inherits_lints("[package]\n\n[lints]\nworkspace = true\n"));
    for manifest in ["[package]\n", "[lints.rust]\nunsafe_code = \"allow\"\n"] {
        assert!(!inherits_lints(manifest));
    }
}
