//! The help in the user's language: the definition's own texts are the keys of the catalogues, each paragraph one.

use std::ffi::OsString;

use clap::builder::{Resettable, StyledStr};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, Command, CommandFactory, Error};
use sandbox_gettext::translation;

use crate::args::Args;

/// Gives the help in the user's language, where `error` is that `arguments` ask for it. Whoever doesn't ask need not wait for it.
pub fn translate(error: Error, arguments: &[OsString]) -> Error {
    let heading = translation(USAGE).filter(|_| error.kind() == ErrorKind::DisplayHelp);
    let translated = heading.and_then(|heading| {
        let command = translate_command(Args::command(), &heading);
        command.try_get_matches_from(arguments).err()
    });
    translated.unwrap_or(error)
}

fn translate_command(command: Command, heading: &str) -> Command {
    // As clap's own one, with `{usage}` in the heading as it is.
    let template = format!(
        "{{about-with-newline}}\n{heading}\n\n{}\n{{positionals}}\n\n{}\n{{options}}{{after-help}}",
        tr!("Arguments:"),
        tr!("Options:"),
    );
    let about = translated(command.get_about());
    let long_about = translated(command.get_long_about());
    let after_help = translated(command.get_after_help());
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help(tr!("Print help (see more with '--help')"))
        .long_help(tr!("Print help (see a summary with '-h')"));
    command
        .mut_args(|argument| {
            let short = translated(argument.get_help());
            let long = translated(argument.get_long_help());
            argument.help(short).long_help(long)
        })
        .about(about)
        .long_about(long_about)
        .after_help(after_help)
        .help_template(template)
        .disable_help_flag(true)
        .arg(help)
}

/// What comes before how the command is used.
pub const USAGE: &str = msgid!("Usage: {usage}");

fn translated(text: Option<&StyledStr>) -> Resettable<StyledStr> {
    let text = text.map(|text| {
        let text = text.to_string();
        let paragraphs = text.split("\n\n").map(paragraph);
        StyledStr::from(paragraphs.collect::<Vec<_>>().join("\n\n"))
    });
    text.into()
}

fn paragraph(text: &str) -> String {
    let key = text.replace('\n', " ");
    // clap takes the period from the end of a summary.
    let whole = translation(&key).or_else(|| {
        let whole = translation(&format!("{key}."))?;
        Some(whole.trim_end_matches(['.', '。']).to_owned())
    });
    whole.unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys of the template of translations.
    fn keys() -> Vec<String> {
        let template = include_str!("../../po/libvirt-sandbox.pot");
        let entries = template.split("\nmsgid ").skip(1);
        let key = |entry: &str| {
            let (key, _) = entry.split_once("\nmsgstr").unwrap();
            let lines = key.lines().map(|line| line.trim_matches('"'));
            lines.collect::<String>().replace("\\\"", "\"")
        };
        entries.map(key).collect()
    }

    #[test]
    fn every_paragraph_can_be_translated() {
        let command = Args::command();
        let own = [
            command.get_about(),
            command.get_long_about(),
            command.get_after_help(),
        ];
        let arguments = command.get_arguments();
        let texts = arguments.flat_map(|argument| [argument.get_help(), argument.get_long_help()]);
        let keys = keys();
        for text in texts.chain(own).flatten() {
            for paragraph in text.to_string().split("\n\n") {
                let paragraph = paragraph.replace('\n', " ");
                let is_known = keys.contains(&paragraph) || keys.contains(&format!("{paragraph}."));
                assert!(is_known, "{paragraph:?} is not in the template");
            }
        }
    }
}
