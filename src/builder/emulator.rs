//! The user that libvirt runs QEMU as, where it is another than the caller.

use std::path::Path;

use libvirt_glib::gconfig::{DomainSeclabel, ToXml};
use nix::unistd::{Gid, Uid, chown, geteuid};
use quick_xml::Reader;
use quick_xml::events::Event;

use super::elements::{Access, make};
use super::{Builder, BuilderError, files};
use crate::context::uri::{Driver, Placement};

/// The ids that QEMU runs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Emulator {
    uid: u32,
    gid: u32,
}

impl Emulator {
    /// Asks libvirt; `None` when QEMU runs as the caller.
    pub(crate) fn of(builder: &Builder, driver: &Driver) -> Result<Option<Self>, BuilderError> {
        let apart = match driver {
            Driver::Container | Driver::Machine(Placement::Session) => false,
            Driver::Machine(Placement::System) => true,
            Driver::Machine(Placement::Embedded { .. }) => geteuid().is_root(),
        };
        if !apart {
            return Ok(None);
        }
        Ok(base_label(&builder.capabilities()?.to_xml()))
    }

    /// How directories of the host are given to a machine: only root can create files for others.
    pub(crate) fn access(emulator: Option<Self>) -> Access {
        let root = emulator.map_or_else(|| geteuid().is_root(), |user| user.uid == 0);
        if root {
            Access::PassThrough
        } else {
            Access::Squash
        }
    }

    /// Lets QEMU use the files of this sandbox that are nobody else's business.
    pub(crate) fn take(self, statedir: &Path) -> Result<(), BuilderError> {
        for path in [
            files::initrd(statedir),
            files::own_kernel(statedir),
            files::socket(statedir),
            files::scratch_dirs(statedir),
        ] {
            if path.exists() {
                chown(
                    &path,
                    Some(Uid::from_raw(self.uid)),
                    Some(Gid::from_raw(self.gid)),
                )
                .map_err(|errno| BuilderError::write(&path)(errno.into()))?;
            }
        }
        Ok(())
    }

    /// Keeps libvirt from giving QEMU the kernel, which other sandboxes or the host itself boot, too. But then it gives QEMU
    /// no disk either.
    pub(crate) fn seclabel(self) -> Result<DomainSeclabel, BuilderError> {
        let Self { uid, gid } = self;
        make(&format!(
            "<seclabel type='static' model='dac' relabel='no'><label>+{uid}:+{gid}</label></seclabel>"
        ))
    }
}

/// Finds `<baselabel>+UID:+GID</baselabel>` of the model `dac` in libvirt's capabilities.
fn base_label(capabilities: &str) -> Option<Emulator> {
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
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_label_of_the_right_model() {
        let capabilities = "<capabilities><host><cpu><model>qemu64</model></cpu>\
            <secmodel><model>apparmor</model><doi>0</doi></secmodel>\
            <secmodel><model>dac</model><doi>0</doi>\n<baselabel type='kvm'>+64055:+109</baselabel></secmodel></host></capabilities>";
        assert_eq!(
            base_label(capabilities),
            Some(Emulator {
                uid: 64055,
                gid: 109
            })
        );
        assert_eq!(base_label("<capabilities><host/></capabilities>"), None);
        assert_eq!(parse("libvirt-qemu:kvm"), None);
    }
}
