//! Prints the sandboxes that run and the services that are defined.

use std::io::{self, Write};

use libvirt_sandbox::context::list::{Listed, State, list};
use sandbox_gettext::translate;
use thiserror::Error;
use unicode_width::UnicodeWidthStr;

/// Why there is no list.
#[derive(Debug, Error)]
pub enum ListError {
    #[error("{}", tr!("cannot list sandboxes: {reason}", reason = .0))]
    List(#[from] libvirt_sandbox::context::list::ListError),
    #[error("{}", tr!("cannot write to standard output: {reason}", reason = .0))]
    Print(#[from] io::Error),
    #[error("{}", tr!("cannot write JSON: {reason}", reason = .0))]
    Json(#[from] serde_json::Error),
}

// Translators: the titles of the columns of a table, and then what is in the second one.
const TITLES: [&str; 6] = [
    msgid!("NAME"),
    msgid!("STATE"),
    msgid!("URI"),
    msgid!("PID"),
    msgid!("SINCE"),
    msgid!("COMMAND"),
];

/// Prints them as a table, or as JSON.
pub fn print(as_json: bool) -> Result<(), ListError> {
    let all = list()?;
    let mut out = io::stdout().lock();
    if as_json {
        serde_json::to_writer_pretty(&mut out, &all)?;
        return Ok(writeln!(out)?);
    }
    let rows = all.iter().map(row);
    let rows: Vec<_> = std::iter::once(TITLES.map(translate)).chain(rows).collect();
    out.write_all(table(&rows).as_bytes())?;
    Ok(())
}

fn row(listed: &Listed) -> [String; 6] {
    let none = || "-".to_owned();
    let since = |seconds| {
        let time = glib::DateTime::from_unix_local(seconds).ok()?;
        Some(time.format("%F %T").ok()?.into())
    };
    [
        listed.name.clone(),
        state(listed.state),
        listed.uri.clone(),
        listed.pid.map_or_else(none, |pid| pid.to_string()),
        listed.since.and_then(since).unwrap_or_else(none),
        listed
            .command
            .iter()
            .map(|word| shown(word))
            .collect::<Vec<_>>()
            .join(" "),
    ]
}

fn state(state: State) -> String {
    match state {
        State::Running => tr!("running"),
        State::Stopped => tr!("stopped"),
        State::Undefined => tr!("undefined"),
        State::Unknown => tr!("unknown"),
    }
}

/// A word of a command, in quotes where a terminal or the reader would take it for something else.
fn shown(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("{word:?}")
    }
}

/// Lines with columns as wide as what is in them; the last one has no end.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max();
    let widths: [usize; N] = std::array::from_fn(|column| width(column).unwrap_or_default());
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths);
        let cells: Vec<_> = cells
            .map(|(cell, width)| cell.clone() + &" ".repeat(width - cell.width()))
            .collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_content() {
        let rows = [["NAME", "PID"], ["a-long-one", "1"]].map(|row| row.map(String::from));
        assert_eq!(table(&rows), "NAME        PID\na-long-one  1\n");
        // Letters that are two columns wide, and one that has none of its own.
        let rows = [["名前", "PID"], ["web", "1"], ["e\u{301}", "2"]];
        let rows = rows.map(|row| row.map(String::from));
        assert_eq!(table(&rows), "名前  PID\nweb   1\ne\u{301}     2\n");
    }

    #[test]
    fn a_command_does_nothing_to_the_terminal() {
        assert_eq!(shown("--color=auto"), "--color=auto");
        assert_eq!(shown("a b"), "\"a b\"");
        assert_eq!(shown("\u{1b}[2J"), r#""\u{1b}[2J""#);
        assert_eq!(shown(""), "\"\"");
    }
}
