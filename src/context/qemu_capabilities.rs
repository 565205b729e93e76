//! What libvirt learned about QEMU, which takes it seconds: kept from one embedded driver to the next.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sandbox_state::check_own;
use tempfile::NamedTempFile;

/// Where libvirt looks below the root directory of a driver.
const PLACE: &str = "cache/qemu/capabilities";

/// What a file says where QEMU could open /dev/kvm while libvirt looked.
const KVM: &str = "<flag name='kvm'/>";

/// What a file says where QEMU can filter its own system calls. All that are used can; without it libvirt would start none.
const SECCOMP: &str = "<flag name='seccomp-sandbox'/>";

/// When a file was modified that libvirt has left as it was lent.
const LENT: SystemTime = SystemTime::UNIX_EPOCH;

/// A driver's own copy of the files that all drivers of this user learn from.
///
/// libvirt writes such a file in place and removes one that it finds outdated or unfinished, so two drivers must not work
/// on the same one: files come and go as copies, whole.
#[derive(Debug)]
pub struct QemuCapabilities {
    /// None where there is no such place.
    shared: Option<PathBuf>,
    own: PathBuf,
    lent: Vec<(PathBuf, Vec<u8>)>,
}

impl QemuCapabilities {
    /// Gives the driver in `root` what is known in `shared`.
    pub fn lend(shared: Option<&Path>, root: &Path) -> io::Result<Self> {
        let all = Self {
            shared: shared.map(Path::to_owned),
            own: root.join(PLACE),
            // Where nothing is known yet, libvirt finds it out. What others can write to is not known.
            lent: shared
                .filter(|shared| check_own(shared).is_ok())
                .and_then(|shared| files(shared).ok())
                .unwrap_or_default()
                .into_iter()
                .filter(|(_, content)| has_filter(content))
                .collect(),
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&all.own)?;
        for (name, content) in &all.lent {
            let mut file = File::create(all.own.join(name))?;
            file.write_all(content)?;
            file.set_modified(LENT)?;
        }
        Ok(all)
    }

    /// Keeps what the driver has learned.
    pub fn keep(&self) -> io::Result<()> {
        let Some(shared) = &self.shared else {
            return Ok(());
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(shared)?;
        if check_own(shared).is_err() {
            return Ok(());
        }
        for (name, mut content) in files(&self.own)? {
            if self.own.join(&name).metadata()?.modified()? == LENT {
                continue;
            }
            let is_what_was_lent =
                |(lent, known): &(PathBuf, _)| *lent == name && *known == content;
            if self.lent.iter().any(is_what_was_lent) {
                content = without_kvm(content);
            }
            let mut file = NamedTempFile::new_in(shared)?;
            file.write_all(&content)?;
            file.persist(shared.join(name))?;
        }
        Ok(())
    }
}

/// Has libvirt believe what it has learned in the driver of `root`, whose QEMU can't open /dev/kvm: it looks into the files again
/// before it starts a QEMU to find out anew.
pub(super) fn settle(root: &Path) -> io::Result<()> {
    let own = root.join(PLACE);
    for (name, content) in files(&own)? {
        let settled = without_kvm(content.clone());
        if settled != content {
            let mut file = NamedTempFile::new_in(&own)?;
            file.write_all(&settled)?;
            file.persist(own.join(name))?;
        }
    }
    Ok(())
}

fn has_filter(content: &[u8]) -> bool {
    content
        .windows(SECCOMP.len())
        .any(|window| window == SECCOMP.as_bytes())
}

/// What libvirt believes that found out the same once more: it lets QEMU open /dev/kvm when it looks for what QEMU can do, but
/// then sees that QEMU's user can't, and would look again for every device of every machine, seconds each time.
fn without_kvm(content: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(content) {
        Ok(text) => text.replace(KVM, "").into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

/// The files that libvirt wrote, with their contents.
fn files(directory: &Path) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(directory)? {
        let name = PathBuf::from(entry?.file_name());
        if name.extension().is_some_and(|extension| extension == "xml") {
            let content = fs::read(directory.join(&name))?;
            all.push((name, content));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn learn(root: &Path, content: &str) {
        let content = format!("{SECCOMP}{content}");
        fs::write(root.join(PLACE).join("hash.xml"), content).unwrap();
    }

    fn known(root: &Path) -> Option<String> {
        let content = fs::read_to_string(root.join(PLACE).join("hash.xml")).ok()?;
        content.strip_prefix(SECCOMP).map(str::to_owned)
    }

    #[test]
    fn a_file_that_takes_the_filter_away_is_not_lent() {
        let base = tempfile::tempdir().unwrap();
        let shared = base.path().join("shared");
        fs::create_dir(&shared).unwrap();
        fs::write(shared.join("hash.xml"), "<qemuCaps/>").unwrap();
        QemuCapabilities::lend(Some(&shared), base.path()).unwrap();
        assert_eq!(fs::read_dir(base.path().join(PLACE)).unwrap().count(), 0);
    }

    #[test]
    fn the_next_driver_knows_what_one_has_learned() {
        let base = tempfile::tempdir().unwrap();
        let shared = base.path().join("shared");
        let roots = ["a", "b", "c"].map(|name| base.path().join(name));
        let first = QemuCapabilities::lend(Some(&shared), &roots[0]).unwrap();
        let second = QemuCapabilities::lend(Some(&shared), &roots[1]).unwrap();
        assert_eq!(known(&roots[0]), None);
        learn(&roots[0], "old");
        first.keep().unwrap();
        assert_eq!(known(&roots[1]), None, "it works on files of its own");
        learn(&roots[1], "new");
        second.keep().unwrap();
        assert_eq!(known(&roots[0]).as_deref(), Some("old"));

        QemuCapabilities::lend(Some(&shared), &roots[2]).unwrap();
        assert_eq!(known(&roots[2]).as_deref(), Some("new"));
        // libvirt removes what it finds outdated; the others keep theirs.
        fs::remove_file(roots[2].join(PLACE).join("hash.xml")).unwrap();
        assert_eq!(known(&roots[1]).as_deref(), Some("new"));
        let left = fs::read_dir(&shared).unwrap().count();
        assert_eq!(left, 1, "nothing unfinished stays");
    }

    #[test]
    fn what_others_can_write_to_is_not_believed() {
        let base = tempfile::tempdir().unwrap();
        let shared = base.path().join("shared");
        let root = |name: &str| base.path().join(name);
        let first = QemuCapabilities::lend(Some(&shared), &root("a")).unwrap();
        learn(&root("a"), "learned");
        first.keep().unwrap();
        fs::set_permissions(&shared, Permissions::from_mode(0o777)).unwrap();
        let second = QemuCapabilities::lend(Some(&shared), &root("b")).unwrap();
        assert_eq!(known(&root("b")), None);
        learn(&root("b"), "learned again");
        second.keep().unwrap();
        let kept = fs::read_to_string(shared.join("hash.xml")).unwrap();
        assert!(kept.ends_with("learned"), "{kept}");
    }

    #[test]
    fn drivers_that_run_at_once_spoil_nothing() {
        let base = tempfile::tempdir().unwrap();
        let shared = base.path().join("shared");
        let found = "<flag name='kvm'/>";
        let lend =
            |name: &str| QemuCapabilities::lend(Some(&shared), &base.path().join(name)).unwrap();
        let (first, second) = (lend("a"), lend("b"));
        learn(&base.path().join("a"), found);
        learn(&base.path().join("b"), found);
        first.keep().unwrap();
        second.keep().unwrap();
        let (idle, busy) = (lend("c"), lend("d"));
        assert_eq!(known(&base.path().join("c")).as_deref(), Some(found));
        learn(&base.path().join("d"), "newer");
        busy.keep().unwrap();
        idle.keep().unwrap();
        lend("e");
        assert_eq!(known(&base.path().join("e")).as_deref(), Some("newer"));
    }

    #[test]
    fn what_a_driver_has_learned_is_settled() {
        let base = tempfile::tempdir().unwrap();
        QemuCapabilities::lend(None, base.path()).unwrap();
        learn(base.path(), "<a/><flag name='kvm'/><b/>");
        for _ in 0..2 {
            settle(base.path()).unwrap();
            assert_eq!(known(base.path()).as_deref(), Some("<a/><b/>"));
        }
    }

    #[test]
    fn what_libvirt_does_not_believe_is_kept_without_kvm() {
        let base = tempfile::tempdir().unwrap();
        let shared = base.path().join("shared");
        let found = "<a/><flag name='kvm'/><b/>";
        let run = |name: &str, finds_out: bool| {
            let root = base.path().join(name);
            let lent = QemuCapabilities::lend(Some(&shared), &root).unwrap();
            let before = known(&root);
            if finds_out {
                learn(&root, found);
            }
            lent.keep().unwrap();
            before
        };
        assert_eq!(run("a", true), None);
        assert_eq!(run("b", false).as_deref(), Some(found));
        assert_eq!(run("c", true).as_deref(), Some(found), "it was believed");
        assert_eq!(run("d", true).as_deref(), Some("<a/><b/>"));
        assert_eq!(
            run("e", false).as_deref(),
            Some(found),
            "now QEMU can open it"
        );
    }
}
