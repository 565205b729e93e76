//! Writes the options of a command as a list in mdoc, the language of manual pages.

use clap::{Arg, Command};

/// The list of the options, without the macros that begin and end it.
pub fn options(command: &Command) -> String {
    command
        .get_arguments()
        .filter(|argument| !argument.is_positional() && !argument.is_hide_set())
        .map(option)
        .collect()
}

fn option(argument: &Arg) -> String {
    let help = argument.get_long_help().or_else(|| argument.get_help());
    let help = help.map(ToString::to_string).unwrap_or_default();
    format!(".It {}\n{}", names(argument), text(&help))
}

/// The names of an option and of its value.
fn names(argument: &Arg) -> String {
    let short = argument.get_short().map(|name| format!("Fl {name}"));
    let long = argument
        .get_long()
        .map(|name| format!("Fl \\-{}", minus(name)));
    let names: Vec<_> = short.into_iter().chain(long).collect();
    let names = names.join(" , ");
    let takes_value = argument.get_action().takes_values();
    match argument.get_value_names().filter(|_| takes_value) {
        Some([value]) if argument.is_require_equals_set() => {
            format!("{names} Ns Op = Ns Ar {}", minus(value))
        }
        Some([value]) => format!("{names} Ar {}", minus(value)),
        _ => names,
    }
}

/// Paragraphs; those that begin with a dash are items of a list, `- TERM: what it is`.
fn text(help: &str) -> String {
    let mut page = String::new();
    let mut in_list = false;
    for paragraph in help.split("\n\n") {
        let item = paragraph.strip_prefix("- ");
        let item = item.and_then(|item| item.split_once(": "));
        match item {
            Some((term, meaning)) => {
                if !in_list {
                    page += ".Bl -tag -width Ds\n";
                }
                page += &format!(".It Li \"{}\"\n{}", minus(term), lines(meaning));
            }
            None => {
                if in_list {
                    page += ".El\n";
                }
                if !page.is_empty() {
                    page += ".Pp\n";
                }
                page += &lines(paragraph);
            }
        }
        in_list = item.is_some();
    }
    if in_list {
        page += ".El\n";
    }
    page
}

/// A line for each sentence, as mdoc wants them.
fn lines(paragraph: &str) -> String {
    let words: Vec<_> = paragraph.split_whitespace().map(word).collect();
    let text = words.join(" ").replace(". ", ".\n");
    text.lines()
        .map(|line| match line.starts_with(['.', '\'']) {
            true => format!("\\&{line}\n"),
            false => format!("{line}\n"),
        })
        .collect()
}

/// A word of running text. What is to be typed keeps its dashes, which are hyphens otherwise.
fn word(word: &str) -> String {
    let is_typed = word.starts_with('-') || word.contains([':', '=', '/']);
    let word = word.replace('\\', "\\e");
    if is_typed { minus(&word) } else { word }
}

fn minus(text: &str) -> String {
    text.replace('-', "\\-")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Args;

    #[test]
    fn items_become_a_list() {
        let page = text("Adds.\n\n- ram:DIR: in memory. Fast.\n\n- x: y\n\nEnd of --it.");
        let expected = "Adds.\n.Bl -tag -width Ds\n.It Li \"ram:DIR\"\nin memory.\nFast.\n.It Li \"x\"\ny\n.El\n.Pp\nEnd of \\-\\-it.\n";
        assert_eq!(page, expected);
    }

    #[test]
    fn every_item_has_a_term() {
        let page = options(&Args::command());
        assert!(
            page.contains(".It Li \"host\\-bind:DIR=SOURCE\"\n"),
            "{page}"
        );
        assert!(!page.lines().any(|line| line.starts_with("- ")), "{page}");
    }

    #[test]
    fn text_is_no_macro() {
        assert_eq!(lines(".ro is 'x'"), "\\&.ro is 'x'\n");
        assert_eq!(lines("a\\b"), "a\\eb\n");
    }

    #[test]
    fn names_say_what_is_left_out() {
        let page = options(&Args::command());
        assert!(page.contains(".It Fl c , Fl \\-connect Ar URI\n"), "{page}");
        assert!(
            page.contains(".It Fl \\-overlay Ns Op = Ns Ar DIR\n"),
            "{page}"
        );
        assert!(page.contains(".It Fl \\-list\n"), "{page}");
    }
}
