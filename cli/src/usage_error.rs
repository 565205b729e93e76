//! Says what is wrong with a command line, in the user's language.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use sandbox_gettext::translation;
use sandbox_plan::visible;

use crate::help::USAGE;

/// Prints the error that clap gave instead of arguments.
pub fn print(error: &Error) {
    if translation(USAGE).is_none() && is_harmless(error) {
        // Nobody may be there to read it.
        let _ = error.print();
    } else {
        crate::say::print(&text(error));
    }
}

/// Whether what clap prints of the command line is nothing but text.
fn is_harmless(error: &Error) -> bool {
    error.context().all(|(_, value)| match value {
        ContextValue::String(text) => visible(text) == *text,
        ContextValue::Strings(texts) => texts.iter().all(|text| visible(text) == *text),
        _ => true,
    }) && std::error::Error::source(error).is_none_or(|reason| {
        let reason = reason.to_string();
        visible(&reason) == reason
    })
}

fn text(error: &Error) -> String {
    let argument = context(error, ContextKind::InvalidArg);
    let rendered = error.to_string();
    let problem = problem(error, &argument).unwrap_or_else(|| {
        let first = rendered.lines().next().unwrap_or_default();
        visible(first.strip_prefix("error: ").unwrap_or(first))
    });
    let mut text = tr!("error: {problem}", problem);
    text.push('\n');
    if let Some(option) = error.get(ContextKind::SuggestedArg) {
        text += "\n  ";
        text += &tr!(
            "tip: a similar argument exists: '{option}'",
            option = visible(&option.to_string())
        );
        text.push('\n');
    }
    if error.get(ContextKind::Suggested).is_some() {
        text += "\n  ";
        text += &tr!(
            "tip: to pass '{argument}' as a value, use '-- {argument}'",
            argument
        );
        text.push('\n');
    }
    if let Some(usage) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        let usage = usage.trim_start_matches("Usage: ");
        text.push('\n');
        text += &tr!("Usage: {usage}", usage);
        text.push('\n');
    }
    text.push('\n');
    text += &tr!("For more information, try '--help'.");
    text.push('\n');
    text
}

/// What is wrong, as far as it is one of clap's own errors.
fn problem(error: &Error, argument: &str) -> Option<String> {
    let value = context(error, ContextKind::InvalidValue);
    Some(match error.kind() {
        _ if argument.is_empty() => return None,
        ErrorKind::UnknownArgument => tr!("unexpected argument '{argument}' found", argument),
        ErrorKind::InvalidValue if value.is_empty() => tr!(
            "a value is required for '{argument}' but none was supplied",
            argument
        ),
        ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(error).map(ToString::to_string);
            let reason = visible(&reason.unwrap_or_default());
            tr!(
                "invalid value '{value}' for '{argument}': {reason}",
                value,
                argument,
                reason
            )
        }
        ErrorKind::TooManyValues => tr!(
            "unexpected value '{value}' for '{argument}' found; no more were expected",
            value,
            argument
        ),
        ErrorKind::MissingRequiredArgument => {
            tr!(
                "the required argument {argument} was not provided",
                argument
            )
        }
        ErrorKind::ArgumentConflict => {
            let other = context(error, ContextKind::PriorArg);
            if other.is_empty() || other == argument {
                tr!(
                    "the argument '{argument}' cannot be used multiple times",
                    argument
                )
            } else {
                tr!(
                    "the argument '{argument}' cannot be used with '{other}'",
                    argument,
                    other
                )
            }
        }
        _ => return None,
    })
}

/// What clap tells about its error; several values are a list.
fn context(error: &Error, kind: ContextKind) -> String {
    visible(&match error.get(kind) {
        Some(ContextValue::Strings(values)) => values.join(", "),
        Some(value) => value.to_string(),
        None => String::new(),
    })
}
