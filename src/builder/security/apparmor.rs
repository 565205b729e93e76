//! What AppArmor wants of a container: a profile of its own, and sources that libvirt's helper takes.
//!
//! libvirt makes a profile for each domain from a template, unless there is one with the domain's UUID. The one that is made
//! here is that template with what the first process mounts: no other container of the host is allowed any of it.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use libvirt_glib::gconfig::Domain;
use sandbox_plan::Plan;

use crate::builder::BuilderError;
use crate::builder::storage::trees::Trees;

/// What the first process may mount. It is installed with this library.
const RULES: &str = "/etc/apparmor.d/abstractions/libvirt-sandbox";

/// How a profile refers to it.
const INCLUDE: &str = "  #include <abstractions/libvirt-sandbox>";

/// Where libvirt has the profiles of its domains.
const PROFILES: &str = "/etc/apparmor.d/libvirt";

/// The name in the template that stands for a domain's own.
const TEMPLATE_NAME: &str = "LIBVIRT_TEMPLATE";

/// What libvirt's helper does not let a container have, though a container has all of `/` that holds it.
const REFUSED: [&str; 16] = [
    "/bin/",
    "/etc/",
    "/lib",
    "/lost+found/",
    "/proc/",
    "/sbin/",
    "/selinux/",
    "/sys/",
    "/usr/bin/",
    "/usr/lib",
    "/usr/local/bin/",
    "/usr/local/etc/",
    "/usr/local/lib",
    "/usr/local/sbin/",
    "/usr/sbin/",
    "/usr/share/",
];

/// Whether the host's kernel has it on.
pub(crate) fn is_on() -> bool {
    let enabled = fs::read_to_string("/sys/module/apparmor/parameters/enabled");
    enabled.is_ok_and(|enabled| enabled.starts_with('Y'))
}

/// Whether libvirt's helper lets a container have the directory or file.
pub(crate) fn takes(path: &Path) -> bool {
    let text = path.to_string_lossy();
    !text.contains('"') && !REFUSED.iter().any(|refused| text.starts_with(refused))
}

/// The nearest directory that `path` is in, or that itself, which libvirt's helper takes.
pub(crate) fn taken(path: &Path) -> &Path {
    let mut places = path.ancestors();
    places.find(|place| takes(place)).unwrap_or(path)
}

/// Refuses a service what libvirt does not mount: nobody is there to send it.
pub(crate) fn check_service(trees: &Trees) -> Result<(), BuilderError> {
    match trees.paths().find(|path| !takes(path)) {
        Some(path) => Err(BuilderError::Source {
            path: path.to_owned(),
            problem: tr!(
                "libvirt refuses it to services on this host, where AppArmor is on: take a copy of it elsewhere, for example below /srv"
            ),
        }),
        None => Ok(()),
    }
}

/// Gives the container the UUID that its profile belongs to: what stays of it is used by the next sandbox of that name.
pub(crate) fn set_uuid(domain: &Domain, is_service: bool) {
    if domain.uuid().is_none() {
        let name = domain.name().unwrap_or_default();
        domain.set_uuid(&uuid_of(&name, is_service));
    }
}

/// Writes the profile of the domain with this UUID.
pub(crate) fn write_profile(uuid: &str) -> Result<(), BuilderError> {
    if !Path::new(RULES).exists() {
        return Err(BuilderError::Security(tr!(
            "AppArmor confines containers on this host, and {path} is missing, which allows what their first process mounts: install it, it comes with libvirt-sandbox",
            path = RULES
        )));
    }
    let template = Path::new(PROFILES).join("TEMPLATE.lxc");
    let text = fs::read_to_string(&template).map_err(BuilderError::read(&template))?;
    let text = profile(&text, uuid).ok_or_else(|| {
        BuilderError::Security(tr!(
            "{path} is no template for a profile of AppArmor",
            path = template.display()
        ))
    })?;
    let path = Path::new(PROFILES).join(format!("libvirt-{uuid}"));
    if fs::read_to_string(&path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    replace(&path, &text).map_err(BuilderError::write(&path))
}

fn replace(path: &PathBuf, text: &str) -> io::Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(".libvirt-sandbox-")
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(PROFILES)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// The profile, or none if the template is not one.
fn profile(template: &str, uuid: &str) -> Option<String> {
    if !template.contains(TEMPLATE_NAME) {
        return None;
    }
    let (before, after) = template.rsplit_once("\n}")?;
    let before = before.replacen(TEMPLATE_NAME, &format!("libvirt-{uuid}"), 1);
    Some(format!("{before}\n{INCLUDE}\n}}{after}"))
}

/// The UUID of all containers of a name, which is not that of a service of the same name.
fn uuid_of(name: &str, is_service: bool) -> String {
    let kind = if is_service { "service" } else { "sandbox" };
    let hash = Plan::hash(format!("libvirt-sandbox/{kind}/{name}").as_bytes());
    // Version 8 is what is made in a way of one's own.
    format!(
        "{}-{}-8{}-8{}-{}",
        &hash[..8],
        &hash[8..12],
        &hash[12..15],
        &hash[15..18],
        &hash[18..30]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_the_template_and_the_rules() {
        let template = "#include <tunables/global>\n\nprofile LIBVIRT_TEMPLATE flags=(attach_disconnected) {\n  file,\n  mount fstype={a,\n  b},\n}\n";
        let made = profile(template, "1-2").unwrap();
        assert_eq!(
            made,
            "#include <tunables/global>\n\nprofile libvirt-1-2 flags=(attach_disconnected) {\n  file,\n  mount fstype={a,\n  b},\n  #include <abstractions/libvirt-sandbox>\n}\n"
        );
        assert_eq!(profile("profile x {\n}\n", "1-2"), None);
        assert_eq!(profile("profile LIBVIRT_TEMPLATE {}", "1-2"), None);
    }

    #[test]
    fn a_name_has_one_uuid_and_its_service_another() {
        let uuid = uuid_of("box", false);
        assert_eq!(uuid, uuid_of("box", false));
        assert_ne!(uuid, uuid_of("box", true));
        assert_ne!(uuid, uuid_of("boy", false));
        let lengths: Vec<_> = uuid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
    }

    #[test]
    fn what_is_refused_is_given_by_a_directory_above() {
        for (path, place) in [
            ("/usr/lib/x86_64-linux-gnu/libvirt-sandbox/init", "/usr"),
            ("/usr/local/libexec/init", "/usr/local"),
            ("/lib64/init", "/"),
            ("/etc", "/etc"),
            ("/etc/skel", "/etc"),
            ("/srv/a\"b/c", "/srv"),
            ("/opt/init", "/opt/init"),
        ] {
            assert_eq!(taken(Path::new(path)), Path::new(place));
        }
    }
}
