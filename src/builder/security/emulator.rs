//! The user that libvirt runs QEMU as, where it is another than the caller.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, lchown};
use std::path::Path;

use libvirt_glib::gconfig::{DomainSeclabel, ToXml};
use nix::unistd::{Uid, geteuid};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::builder::domain::xml::make;
use crate::builder::host::Host;
use crate::builder::storage::Storage;
use crate::builder::{BuilderError, files};
use crate::config::{Config, ConfigPropertiesExt};
use crate::driver::Driver;

/// The ids that QEMU runs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Emulator {
    uid: u32,
    gid: u32,
    whose: Rights,
}

/// Whose rights QEMU has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rights {
    /// Those of the user that libvirt has for it.
    Libvirt,
    Caller,
    Program,
}

impl Emulator {
    /// Whom libvirt has to run QEMU as; `None` when QEMU runs as the caller by itself.
    ///
    /// A caller who is not root has QEMU run with no more than the caller's own rights. Root's QEMU runs as libvirt's user,
    /// unless it is to write to directories of the host: then as the program's user, whose files they are to be. The group
    /// is libvirt's in any case, for the sake of /dev/kvm.
    pub(crate) fn look_up(
        config: &Config,
        host: &Host<'_>,
        storage: &Storage,
    ) -> Result<Option<Self>, BuilderError> {
        if *host.driver == Driver::Container {
            return Ok(None);
        }
        // A driver without rights has no label to give, and one with rights may be behind a session's URI.
        let libvirt = base_label(&host.capabilities()?.to_xml());
        let uid = config.uid();
        let are_written_to = storage.are_written_to();
        Ok(libvirt.map(|libvirt| libvirt.instead_for(geteuid(), uid, are_written_to)))
    }

    #[cfg(test)]
    pub(crate) fn with_ids((uid, gid): (u32, u32)) -> Self {
        let whose = Rights::Libvirt;
        Self { uid, gid, whose }
    }

    /// Whom it is instead for a caller, a program's user, and whether directories of the host are written to.
    fn instead_for(self, caller: Uid, uid: u32, are_written_to: bool) -> Self {
        if !caller.is_root() {
            Self {
                uid: caller.as_raw(),
                whose: Rights::Caller,
                ..self
            }
        } else if are_written_to {
            Self {
                uid,
                whose: Rights::Program,
                ..self
            }
        } else {
            self
        }
    }

    /// The user and the group.
    pub(crate) fn ids(self) -> (u32, u32) {
        (self.uid, self.gid)
    }

    /// Lets QEMU use the files of this sandbox that are nobody else's business: by its group. They never become its user's,
    /// who may be the program's, or that of all machines of the host: other processes of that user would have them, too,
    /// and a QEMU that is broken into could change what is booted next. A caller who is not root needs no group.
    pub(crate) fn admit(self, statedir: &Path) -> Result<(), BuilderError> {
        if self.whose == Rights::Caller {
            return Ok(());
        }
        let shared = files::for_reader(statedir).into_iter().map(|path| {
            let mode = if path.is_dir() { 0o750 } else { 0o640 };
            (path, mode)
        });
        let own = [
            (files::initrd(statedir), 0o640),
            (files::own_kernel(statedir), 0o640),
            (files::socket(statedir), 0o660),
            // What leads to them is opened last.
            (files::real_guest_dir(statedir), 0o710),
            (statedir.to_owned(), 0o710),
        ];
        for (path, mode) in shared.chain(own).filter(|(path, _)| path.exists()) {
            let open = || {
                lchown(&path, Some(geteuid().as_raw()), Some(self.gid))?;
                fs::set_permissions(&path, Permissions::from_mode(mode))
            };
            open().map_err(BuilderError::write(&path))?;
        }
        Ok(())
    }

    /// Has libvirt run QEMU as this user. Without disks it is kept from giving QEMU the kernel, which other sandboxes or the
    /// host itself boot, too. `None` where libvirt does the right thing by itself.
    pub(crate) fn seclabel(self, has_disks: bool) -> Result<Option<DomainSeclabel>, BuilderError> {
        let Self { uid, gid, whose } = self;
        let relabel = match (self.is_given_disks(has_disks), whose) {
            (true, Rights::Libvirt) => return Ok(None),
            (true, _) => "yes",
            (false, _) => "no",
        };
        make(&format!(
            "<seclabel type='static' model='dac' relabel='{relabel}'><label>+{uid}:+{gid}</label></seclabel>"
        ))
        .map(Some)
    }

    /// Whether libvirt gives QEMU all files that the domain names, because there are disks among them. Their owner changes
    /// for as long as the machine runs; a caller who is not root has to do with the own rights.
    pub(crate) fn is_given_disks(self, has_disks: bool) -> bool {
        self.whose != Rights::Caller && has_disks
    }
}

/// Finds `<baselabel>+UID:+GID</baselabel>` of the model `dac` in libvirt's capabilities.
pub(crate) fn base_label(capabilities: &str) -> Option<Emulator> {
    let mut reader = Reader::from_str(capabilities);
    let (mut element, mut model) = (Vec::new(), String::new());
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => element = start.name().as_ref().to_vec(),
            Event::End(_) => element.clear(),
            Event::Text(text) => {
                let text = text.decode().ok()?;
                match element.as_slice() {
                    b"model" => model = text.trim().to_owned(),
                    b"baselabel" if model == "dac" => return parse(text.trim()),
                    _ => (),
                }
            }
            Event::Eof => return None,
            _ => (),
        }
    }
}

fn parse(label: &str) -> Option<Emulator> {
    let (uid, gid) = label.split_once(':')?;
    let number = |text: &str| text.strip_prefix('+')?.parse().ok();
    Some(Emulator {
        uid: number(uid)?,
        gid: number(gid)?,
        whose: Rights::Libvirt,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::storage::recorded;

    const LIBVIRT: Emulator = Emulator {
        uid: 64055,
        gid: 109,
        whose: Rights::Libvirt,
    };

    #[test]
    fn qemu_has_the_rights_of_whom_the_written_files_are_to_belong_to() {
        let uid = |caller: u32, are_written_to: bool| {
            LIBVIRT
                .instead_for(Uid::from_raw(caller), 1000, are_written_to)
                .uid
        };
        assert_eq!((uid(0, false), uid(1001, false)), (64055, 1001));
        assert_eq!((uid(0, true), uid(1001, true)), (1000, 1001));
        assert!(!recorded(&[c"ram:/tmp=1M"]).are_written_to());
        assert!(recorded(&[c"host-bind:/mnt=/mnt"]).are_written_to());
    }

    #[test]
    fn only_disks_of_root_change_their_owner() {
        let relabels = |caller: u32, has_disks: bool| {
            let user = LIBVIRT.instead_for(Uid::from_raw(caller), 1000, true);
            let label = user.seclabel(has_disks).unwrap().unwrap();
            label.to_xml().contains("relabel=\"yes\"")
        };
        assert_eq!((relabels(0, false), relabels(1001, false)), (false, false));
        assert_eq!((relabels(0, true), relabels(1001, true)), (true, false));
        assert_eq!(LIBVIRT.seclabel(true).unwrap(), None);
    }

    #[test]
    fn finds_the_label_of_the_right_model() {
        let capabilities = "<capabilities><host><cpu><model>qemu64</model></cpu>\
            <secmodel><model>apparmor</model><doi>0</doi></secmodel>\
            <secmodel><model>dac</model><doi>0</doi>\n<baselabel type='kvm'>+64055:+109</baselabel></secmodel></host></capabilities>";
        assert_eq!(base_label(capabilities), Some(LIBVIRT));
        assert_eq!(base_label("<capabilities><host/></capabilities>"), None);
        assert_eq!(parse("libvirt-qemu:kvm"), None);
    }
}
