//! The tables of the architecture's page that the check reads.

use std::path::{Path, PathBuf};

use crate::error::Error;

/// How the first line of each table begins.
const ARROWS: &str = "| room | uses |";
const PERMITS: &str = "| `unsafe` in |";

/// What the page allows.
#[derive(Debug, Default)]
pub struct Rooms {
    /// From the ground up: a room, and those that it uses.
    rooms: Vec<(String, Vec<String>)>,
    /// Files and directories that may have `unsafe` in them.
    permits: Vec<PathBuf>,
}

impl Rooms {
    /// Reads the tables of `document`.
    pub fn parse(document: &str) -> Result<Self, Error> {
        let rooms = rows(document, ARROWS)?.into_iter().map(|row| {
            let names: Vec<String> = quoted(row.first()).map(room).collect();
            let uses: Vec<String> = quoted(row.get(1)).map(room).collect();
            names.into_iter().map(move |name| (name, uses.clone()))
        });
        let permits = rows(document, PERMITS)?;
        Ok(Self {
            rooms: rooms.flatten().collect(),
            permits: permits
                .iter()
                .flat_map(|row| quoted(row.first()))
                .map(PathBuf::from)
                .collect(),
        })
    }

    pub fn has(&self, room: &str) -> bool {
        self.names().any(|name| name == room)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.rooms.iter().map(|(name, _)| &**name)
    }

    /// Every arrow, as the two rooms that it leads from and to.
    pub fn arrows(&self) -> impl Iterator<Item = (&str, &str)> {
        self.rooms
            .iter()
            .flat_map(|(from, uses)| uses.iter().map(|to| (&**from, &**to)))
    }

    pub fn allows(&self, from: &str, to: &str) -> bool {
        self.arrows().any(|arrow| arrow == (from, to))
    }

    /// The arrows of the table that don't lead down: without them there can be no circle of rooms.
    pub fn faults(&self) -> Vec<String> {
        let floor = |room: &str| self.names().position(|name| name == room);
        self.arrows()
            .filter(|(from, to)| floor(to) >= floor(from) || floor(to).is_none())
            .map(|(from, to)| format!("the table lets {from} use {to}, which is not below it"))
            .collect()
    }

    pub fn permits(&self) -> impl Iterator<Item = &Path> {
        self.permits.iter().map(PathBuf::as_path)
    }

    /// What of the list lets `source` have `unsafe` in it.
    pub fn permit(&self, source: &Path) -> Option<&Path> {
        self.permits().find(|place| source.starts_with(place))
    }
}

/// The cells of the rows of the table whose first line begins with `head`.
fn rows<'a>(document: &'a str, head: &str) -> Result<Vec<Vec<&'a str>>, Error> {
    let mut lines = document.lines().skip_while(|line| !line.starts_with(head));
    lines
        .next()
        .ok_or_else(|| format!("no table that begins with {head}"))?;
    let rows = lines.skip(1).take_while(|line| line.starts_with('|'));
    Ok(rows
        .map(|row| row.trim_matches('|').split('|').collect())
        .collect())
}

/// The names in a cell, each between backticks.
fn quoted<'a>(cell: Option<&&'a str>) -> impl Iterator<Item = &'a str> {
    cell.map_or("", |cell| *cell).split('`').skip(1).step_by(2)
}

/// `src/config` and `src/event.rs` as the modules `config` and `event`.
fn room(name: &str) -> String {
    let name = name.strip_prefix("src/").unwrap_or(name);
    name.strip_suffix(".rs").unwrap_or(name).to_owned()
}
