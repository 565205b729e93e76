//! Messages in the language of the user, from the gettext catalogues of the domain `libvirt-sandbox`.
#![allow(unsafe_code, reason = "functions of the C library are called here")]

use std::ffi::{CStr, CString, c_char};
use std::fmt::{Display, Write};
use std::os::unix::ffi::OsStringExt;
use std::sync::Once;

const DOMAIN: &CStr = c"libvirt-sandbox";
const DIRECTORY_VARIABLE: &str = "LIBVIRT_SANDBOX_LOCALEDIR";
const INSTALLED_DIRECTORY: &str = match option_env!("LIBVIRT_SANDBOX_LOCALEDIR") {
    Some(directory) => directory,
    None => "/usr/share/locale",
};

unsafe extern "C" {
    fn bindtextdomain(domain: *const c_char, directory: *const c_char) -> *mut c_char;
    fn bind_textdomain_codeset(domain: *const c_char, codeset: *const c_char) -> *mut c_char;
}

/// A message in the user's language, with `{name}` in it filled in. The literal is the key of the catalogues, and what is said
/// where there is no translation.
#[macro_export]
macro_rules! tr {
    ($id:literal $(,)?) => {
        $crate::translate($id)
    };
    ($id:literal, $($name:ident $(= $value:expr)?),+ $(,)?) => {
        match $crate::translation($id) {
            None => ::std::format!($id, $($name = $crate::tr!(@value $name $(= $value)?)),+),
            Some(text) => $crate::fill(
                &text,
                &[$((::std::stringify!($name), &$crate::tr!(@value $name $(= $value)?))),+],
            ),
        }
    };
    (@value $name:ident = $value:expr) => { $value };
    (@value $name:ident) => { $name };
}

/// The message whose literal [`msgid!`] marked, in the user's language and with `{name}` in it filled in.
#[macro_export]
macro_rules! tr_marked {
    ($id:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::fill(
            &$crate::translate($id),
            &[$((::std::stringify!($name), &$value)),+],
        )
    };
}

/// A literal that is a key of the catalogues, to be translated where it is shown.
#[macro_export]
macro_rules! msgid {
    ($id:literal) => {
        $id
    };
}

/// Takes the language of messages from the environment, for this program and all its libraries. To be called first of all in a
/// program. In the C locale, where there is none of the name, and once another thread runs, everything stays as it is.
pub fn use_language_of_environment() {
    if !is_alone() {
        return;
    }
    // SAFETY: C strings, and no other thread that could use the locale meanwhile.
    unsafe {
        let name = libc::setlocale(libc::LC_MESSAGES, c"".as_ptr());
        if name.is_null() || [c"C", c"POSIX"].contains(&CStr::from_ptr(name)) {
            return;
        }
        // The character set in which other libraries give their messages.
        libc::setlocale(libc::LC_CTYPE, c"".as_ptr());
    }
}

/// Whether this thread is the only one of the process, which another one could not change.
fn is_alone() -> bool {
    std::fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1)
}

/// Tells the C library where the catalogues are: in the directory that the environment names, else where they are installed.
/// The first translation does it, too.
pub fn bind() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let directory = std::env::var_os(DIRECTORY_VARIABLE);
        let directory = directory.unwrap_or_else(|| INSTALLED_DIRECTORY.into());
        let directory = CString::new(directory.into_vec()).unwrap_or_default();
        // SAFETY: C strings that are copied.
        unsafe {
            bindtextdomain(DOMAIN.as_ptr(), directory.as_ptr());
            bind_textdomain_codeset(DOMAIN.as_ptr(), c"UTF-8".as_ptr());
        }
    });
}

/// What the user reads instead of `id`, which may be `id` itself.
pub fn translate(id: &str) -> String {
    translation(id).unwrap_or_else(|| id.to_owned())
}

/// What the catalogue of the user's language has for `id`.
pub fn translation(id: &str) -> Option<String> {
    bind();
    // The catalogue's own description has the empty key.
    if id.is_empty() {
        return None;
    }
    let text = glib::dgettext(DOMAIN.to_str().ok(), id);
    (text != id).then(|| text.into())
}

/// Puts the values in the places that a translation has for them. `{{` and `}}` are braces; a name that nobody gave stays.
pub fn fill(text: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        filled.push_str(&rest[..at]);
        let (brace, after) = rest[at..].split_at(1);
        rest = after;
        if let Some(after) = rest.strip_prefix(brace) {
            filled.push_str(brace);
            rest = after;
            continue;
        }
        let given = rest.split_once('}').and_then(|(name, after)| {
            let value = values.iter().find(|(given, _)| *given == name)?.1;
            Some((value, after))
        });
        match given {
            Some((value, after)) if brace == "{" => {
                // Writing to a string fails only where a Display does.
                let _ = write!(filled, "{value}");
                rest = after;
            }
            _ => filled.push_str(brace),
        }
    }
    filled + rest
}

/// The values that [`fill`] put into `id` to get `text`, or none where it did not come about so.
pub fn unfill<'a>(id: &'a str, text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let mut places = id.split('{');
    let mut rest = text.strip_prefix(places.next()?)?;
    let mut values = Vec::new();
    for place in places {
        let (name, literal) = place.split_once('}')?;
        let end = match literal {
            "" => rest.len(),
            _ => rest.find(literal)?,
        };
        values.push((name, &rest[..end]));
        rest = &rest[end + literal.len()..];
    }
    rest.is_empty().then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_where_the_translation_has_them() {
        let values: [(&str, &dyn Display); 2] = [("path", &"/a"), ("count", &7)];
        assert_eq!(fill("{count} in {path}, {path}", &values), "7 in /a, /a");
        assert_eq!(fill("{{path}} is {path}", &values), "{path} is /a");
        assert_eq!(fill("{other} {", &values), "{other} {");
        assert_eq!(fill("}a{ä}", &values), "}a{ä}");
    }

    #[test]
    fn what_is_filled_in_is_no_text_to_fill() {
        assert_eq!(fill("{a}{b}", &[("a", &"{b}"), ("b", &"x")]), "{b}x");
    }

    #[test]
    fn values_are_found_again() {
        let id = "can't {action}: {reason}";
        let values = vec![("action", "mount /a"), ("reason", "b: c")];
        assert_eq!(unfill(id, "can't mount /a: b: c"), Some(values));
        assert_eq!(unfill(id, "can't"), None);
        assert_eq!(unfill("{a} left", "ä left"), Some(vec![("a", "ä")]));
        assert_eq!(unfill("{a} left", "x left behind"), None);
        assert_eq!(unfill("plain", "plain"), Some(Vec::new()));
    }

    #[test]
    fn without_a_translation_the_literal_is_said() {
        let path = "/a";
        assert_eq!(
            tr!("cannot read {path}: {source}", path, source = 7),
            "cannot read /a: 7"
        );
        assert_eq!(tr!("plain"), "plain");
        assert_eq!(translate(""), "");
    }
}
