//! A plan as text for people. It is made from what is sent to the guest, so that nothing of it can be left out.

use serde::Serialize;
use serde_json::{Map, Value};

/// How serde names a string of the operating system, which need not be UTF-8.
const OS_STRING: &str = "Unix";

/// How a number is written.
type Notation = fn(u64) -> String;

/// What the first process in the sandbox does, a line for each setting.
pub(crate) fn describe(plan: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut plan = serde_json::to_value(plan)?;
    if let Some(resolver) = plan.get_mut("resolver").filter(|value| value.is_array()) {
        *resolver = text(resolver);
    }
    let mut plan = readable(plan);
    if let Some(variables) = plan
        .pointer_mut("/program/env")
        .and_then(Value::as_array_mut)
    {
        for variable in variables {
            *variable = assignment(variable);
        }
    }
    // As tools show them.
    let notations: [(&str, Notation); 2] = [
        ("/program/umask", |mask| format!("{mask:04o}")),
        ("/program/identity/capabilities", |set| format!("{set:#x}")),
    ];
    for (place, notation) in notations {
        if let Some(value) = plan.pointer_mut(place)
            && let Some(number) = value.as_u64()
        {
            *value = notation(number).into();
        }
    }
    let mut lines = String::new();
    write_value(&plan, 0, &mut lines);
    lines.push('\n');
    Ok(lines)
}

/// The value with text instead of the bytes of strings.
fn readable(value: Value) -> Value {
    match value {
        Value::Object(members) => match only(&members, OS_STRING) {
            Some(bytes) => text(bytes),
            None => Value::Object(members.into_iter().map(|(k, v)| (k, readable(v))).collect()),
        },
        Value::Array(items) => items.into_iter().map(readable).collect(),
        other => other,
    }
}

fn only<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    members.get(name).filter(|_| members.len() == 1)
}

fn text(bytes: &Value) -> Value {
    let bytes: Vec<u8> = bytes
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|byte| byte.as_u64()?.try_into().ok())
        .collect();
    String::from_utf8_lossy(&bytes).into()
}

/// A variable as a shell has it, from a pair of strings.
fn assignment(pair: &Value) -> Value {
    let part = |index: usize| pair.get(index).and_then(Value::as_str).unwrap_or_default();
    format!("{}={}", part(0), part(1)).into()
}

/// Writes what comes after a name or the mark of an item: on the same line, or below it.
fn write_value(value: &Value, indent: usize, lines: &mut String) {
    let begin = |lines: &mut String, mark: &str| {
        if !lines.is_empty() {
            lines.push('\n');
        }
        lines.push_str(&"  ".repeat(indent));
        lines.push_str(mark);
    };
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                begin(lines, &format!("{name}:"));
                write_value(value, indent + 1, lines);
            }
        }
        Value::Array(items)
            if items
                .iter()
                .any(|item| item.is_object() || item.is_string()) =>
        {
            for item in items {
                begin(lines, "-");
                write_value(item, indent + 1, lines);
            }
        }
        Value::Array(items) => {
            let numbers: Vec<String> = items.iter().map(Value::to_string).collect();
            let numbers = numbers.join(" ");
            lines.push_str(&format!(
                " {}",
                if items.is_empty() { "none" } else { &numbers }
            ));
        }
        Value::Null => lines.push_str(" none"),
        Value::String(text) => lines.push_str(&format!(" {}", one_line(text))),
        other => lines.push_str(&format!(" {other}")),
    }
}

/// The text as it is, or in quotes where it would be misread.
fn one_line(text: &str) -> String {
    let is_plain = !text.is_empty() && text.trim() == text && !text.contains(char::is_control);
    if is_plain {
        text.to_owned()
    } else {
        format!("{text:?}")
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[derive(Serialize)]
    struct Sample {
        hostname: String,
        resolver: Option<Vec<u8>>,
        machine: Option<u8>,
        mounts: Vec<Mount>,
        disks: Vec<Mount>,
        program: Program,
    }

    #[derive(Serialize)]
    struct Mount {
        target: OsString,
        read_only: bool,
    }

    #[derive(Serialize)]
    struct Program {
        argv: Vec<OsString>,
        env: Vec<(OsString, OsString)>,
        groups: Vec<u32>,
        umask: u32,
    }

    #[test]
    fn every_setting_is_there_and_can_be_read() {
        let mut sample = Sample {
            hostname: "box".into(),
            resolver: Some(b"nameserver 10.0.0.1\n".to_vec()),
            machine: None,
            mounts: vec![Mount {
                target: "/a".into(),
                read_only: true,
            }],
            disks: Vec::new(),
            program: Program {
                argv: vec!["a b".into(), "".into(), OsString::from_vec(vec![0xff])],
                env: vec![("HOME".into(), "/root".into())],
                groups: vec![4, 24],
                umask: 0o22,
            },
        };
        let expected = "disks: none\nhostname: box\nmachine: none\nmounts:\n  -\n    read_only: true\n    \
            target: /a\nprogram:\n  argv:\n    - a b\n    - \"\"\n    - \u{fffd}\n  env:\n    - HOME=/root\n  \
            groups: 4 24\n  umask: 0022\nresolver: \"nameserver 10.0.0.1\\n\"\n";
        assert_eq!(describe(&sample).unwrap(), expected);
        sample.resolver = None;
        let text = describe(&sample).unwrap();
        assert!(text.ends_with("\nresolver: none\n"), "{text}");
    }
}
