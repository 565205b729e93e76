//! Writes the shell completions of virt-sandbox: its options, and what is written by hand about their values.

use std::io;

use clap::{Arg, Command, ValueHint};
use clap_complete::{Generator, Shell};

/// What zsh asks for the value that the help calls so.
const ZSH_ACTIONS: [(&str, &str); 9] = [
    (":SANDBOX:_default", ":SANDBOX:_virt-sandbox_running"),
    (
        ":URI:_default",
        ":URI:(lxc\\:/// qemu\\:///system qemu\\:///session qemu\\:///embed)",
    ),
    (
        ":SETTING,...:_default",
        ":SETTING,...:_virt-sandbox_network",
    ),
    (
        ":TYPE:DIR=SOURCE:_default",
        ":TYPE\\:DIR=SOURCE:_virt-sandbox_source host-bind\\: host-image\\: guest-bind\\: ram\\:",
    ),
    (
        ":TYPE:TAG=SOURCE[,format=FORMAT]:_default",
        ":TYPE\\:TAG=SOURCE[,format=FORMAT]:_virt-sandbox_source file\\: block\\:",
    ),
    (":DIR=SOURCE:_default", ":DIR=SOURCE:_virt-sandbox_source"),
    (":DIR=IMAGE:_default", ":DIR=IMAGE:_virt-sandbox_source"),
    (":USER[:GROUP]:_default", ":USER[\\:GROUP]:_users"),
    (
        // Options of virt-sandbox end there.
        "'*::command -- The program and its arguments:_default'",
        "'(-)*::command -- The program and its arguments:_normal'",
    ),
];

/// The completion for bash.
pub fn bash(command: &Command) -> String {
    let template = include_str!("../completions/virt-sandbox.bash");
    fill(template, command)
}

/// The completion for zsh.
pub fn zsh(command: &mut Command) -> io::Result<String> {
    let mut script = generated(Shell::Zsh, command)?;
    for (from, to) in ZSH_ACTIONS {
        if !script.contains(from) {
            let problem = format!("clap_complete does not write {from} for zsh any more");
            return Err(io::Error::other(problem));
        }
        script = script.replace(from, to);
    }
    let functions = include_str!("../completions/virt-sandbox.zsh");
    // The last lines call the function, or define it for later.
    let end = "\nif [ \"$funcstack[1]\"";
    match script.split_once(end) {
        Some((before, after)) => Ok(format!("{before}{functions}{end}{after}")),
        None => Err(io::Error::other(
            "clap_complete ends scripts for zsh in another way",
        )),
    }
}

/// The completion for fish.
pub fn fish(command: &mut Command) -> io::Result<String> {
    let own = fill(include_str!("../completions/virt-sandbox.fish"), command);
    Ok(generated(Shell::Fish, command)? + &own)
}

fn generated(shell: Shell, command: &mut Command) -> io::Result<String> {
    command.set_bin_name("virt-sandbox");
    command.build();
    let mut script = Vec::new();
    shell.try_generate(command, &mut script)?;
    String::from_utf8(script).map_err(io::Error::other)
}

fn fill(template: &str, command: &Command) -> String {
    let takes_word =
        |option: &&Arg| option.get_action().takes_values() && !option.is_require_equals_set();
    let takes_path = |option: &&Arg| option.get_value_hint() == ValueHint::AnyPath;
    template
        .replace("@options@", &names(command, |_| true))
        .replace("@valued@", &names(command, takes_word))
        .replace("@paths@", &names(command, takes_path))
}

/// The names of some options, as they are typed.
fn names(command: &Command, filter: impl Fn(&&Arg) -> bool) -> String {
    let options = command
        .get_arguments()
        .filter(|argument| !argument.is_positional() && !argument.is_hide_set());
    let names = options.filter(filter).flat_map(|option| {
        let short = option.get_short().map(|name| format!("-{name}"));
        let long = option.get_long().map(|name| format!("--{name}"));
        short.into_iter().chain(long)
    });
    names.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Args;

    #[test]
    fn every_shell_knows_every_option() {
        let mut command = Args::command();
        command.build();
        let zsh = zsh(&mut command).unwrap();
        let fish = fish(&mut command).unwrap();
        let bash = bash(&command);
        for name in command.get_arguments().filter_map(Arg::get_long) {
            assert!(bash.contains(&format!(" --{name}")), "{bash}");
            assert!(zsh.contains(&format!("--{name}")), "{zsh}");
            assert!(fish.contains(&format!("-l {name}")), "{fish}");
        }
        assert!(!(bash + &fish).contains("@valued@"));
    }
}
