//! The names of classes, as headers and macros have them.

/// `GVirSandboxConfigDisk` as `config-disk`.
pub fn kebab(class: &str) -> String {
    let name = upper_snake(class).to_lowercase().replace('_', "-");
    name.trim_start_matches("gvir-sandbox-").into()
}

/// `GVirSandboxConfigDisk` as `GVIR_SANDBOX_CONFIG_DISK`.
pub fn upper_snake(class: &str) -> String {
    let mut name = String::from("GVIR");
    for letter in class.trim_start_matches("GVir").chars() {
        if letter.is_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_names_become_macro_names() {
        assert_eq!(
            upper_snake("GVirSandboxConfigNetworkFilterrefParameter"),
            "GVIR_SANDBOX_CONFIG_NETWORK_FILTERREF_PARAMETER"
        );
    }
}
