//! Runs the program under strace where the environment asks for that.

use std::ffi::{OsStr, OsString};

/// What `LIBVIRT_SANDBOX_STRACE` says, if it says something.
pub(crate) fn wanted() -> Option<OsString> {
    std::env::var_os("LIBVIRT_SANDBOX_STRACE").filter(|value| !value.is_empty())
}

/// The command that runs `argv` under the strace of the root, which writes to the program's standard error. `1` traces all
/// system calls, and anything else is an expression of strace's option -e.
pub(super) fn traced(argv: Vec<OsString>, expression: &OsStr) -> Vec<OsString> {
    let mut command: Vec<OsString> = ["strace", "-q", "-f", "-s", "1000"].map(Into::into).into();
    if expression != "1" {
        command.extend(["-e".into(), expression.to_owned()]);
    }
    command.push("--".into());
    command.extend(argv);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_expression() {
        let argv = || vec!["echo".into(), "-e".into()];
        let all = ["strace", "-q", "-f", "-s", "1000", "--", "echo", "-e"];
        assert_eq!(traced(argv(), OsStr::new("1")), all);
        let some = traced(argv(), OsStr::new("trace=%file"));
        assert_eq!(some[5..7], ["-e", "trace=%file"]);
    }
}
