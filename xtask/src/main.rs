//! Generates the files that are committed although they can be derived, the C headers, and checks who uses whom.
#![forbid(unsafe_code)]

mod arrows;
mod error;
mod forwarding;
mod gtkdoc;
mod header;
mod names;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: xtask header [--check] | xtask arrows";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let result = match arguments[..] {
        ["header"] => header::write(&root),
        ["header", "--check"] => header::check(&root),
        ["arrows"] => arrows::check(&root),
        _ => Err(USAGE.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
