//! Where the compiler is told to accept `unsafe`.

use proc_macro2::{TokenStream, TokenTree};

/// The lines of a source that lift the lint `unsafe_code`.
pub fn lines(tokens: TokenStream) -> Vec<usize> {
    let mut lines = Vec::new();
    find(tokens, false, &mut lines);
    lines
}

fn find(tokens: TokenStream, is_lifted: bool, lines: &mut Vec<usize>) {
    let mut lifts = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => find(group.stream(), is_lifted || lifts, lines),
            TokenTree::Ident(word) if word == "unsafe_code" && is_lifted => {
                lines.push(word.span().start().line);
            }
            // In an attribute, and in one that depends on the configuration.
            TokenTree::Ident(word) => {
                lifts = ["allow", "expect", "warn"].iter().any(|lint| word == lint)
            }
            _ => {}
        }
    }
}
