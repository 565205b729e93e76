//! Elements of a domain description, as libvirt-gconfig objects made from XML.

use std::path::Path;

use libvirt_glib::gconfig::{
    DomainChannel, DomainController, DomainDiskFormat, DomainFilesys, DomainSerial, FromXml,
};
use quick_xml::escape::escape;

use crate::builder::BuilderError;

/// How a host directory is given to the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Bound into a container.
    Bind,
    /// Through a 9p server that gives new files the owner they have in the guest where its user may do that, and else its
    /// user. It does not go to other file systems that are mounted in the directory.
    Squash,
    /// The same, but it goes wherever paths lead.
    SquashAcross,
}

impl Access {
    /// The attributes of `<filesystem>`. What spans several file systems has `multidevs='remap'`: without it a virtual machine
    /// takes different files of them for the same.
    pub(crate) fn attributes(self) -> &'static str {
        match self {
            Self::Bind => "accessmode='passthrough'",
            Self::Squash => "accessmode='squash' multidevs='forbid'",
            Self::SquashAcross => "accessmode='squash' multidevs='remap'",
        }
    }
}

/// A host directory or file that the sandbox can only read.
pub(crate) fn read_only_filesys(
    source: &Path,
    target: &str,
    access: Access,
) -> Result<DomainFilesys, BuilderError> {
    mounted(source, target, access, "<readonly/>")
}

/// A directory or file of the host that the guest may write to.
pub(crate) fn filesys(
    source: &Path,
    target: &str,
    access: Access,
) -> Result<DomainFilesys, BuilderError> {
    mounted(source, target, access, "")
}

fn mounted(
    source: &Path,
    target: &str,
    access: Access,
    rights: &str,
) -> Result<DomainFilesys, BuilderError> {
    make(&format!(
        "<filesystem type='mount' {}><source dir='{}'/><target dir='{}'/>{rights}</filesystem>",
        access.attributes(),
        text(source)?,
        escape(target),
    ))
}

/// The serial port that the guest's kernel and init write to; what they write is also kept in the file `log`.
pub(crate) fn log_serial(log: &Path) -> Result<DomainSerial, BuilderError> {
    make(&format!(
        "<serial type='pty'><log file='{}' append='off'/></serial>",
        text(log)?
    ))
}

/// The controller of one virtio-serial port, after the one that is kept for consoles. By default it has 31, each with two queues
/// that the guest sets up and QEMU's main loop polls at each of its turns, whatever woke it.
pub(crate) fn virtio_serial() -> Result<DomainController, BuilderError> {
    make("<controller type='virtio-serial' index='0' ports='2'/>")
}

/// The virtio-serial port `name`; QEMU connects it with the Unix socket `socket` that this process listens on.
pub(crate) fn virtio_channel(socket: &Path, name: &str) -> Result<DomainChannel, BuilderError> {
    make(&format!(
        "<channel type='unix'><source mode='connect' path='{}'/><target type='virtio' name='{}'/></channel>",
        text(socket)?,
        escape(name),
    ))
}

/// The element that `xml` describes.
pub(crate) fn make<T: FromXml>(xml: &str) -> Result<T, BuilderError> {
    T::new_from_xml(xml).map_err(|source| BuilderError::Element {
        xml: xml.to_owned(),
        source,
    })
}

/// A path as XML holds it.
pub(crate) fn text(path: &Path) -> Result<String, BuilderError> {
    let plain = path
        .to_str()
        .filter(|text| !text.contains(|c: char| c.is_control()));
    plain
        .map(|text| escape(text).into_owned())
        .ok_or_else(|| BuilderError::Path(path.to_owned()))
}

/// The name of an image format in libvirt.
pub(crate) fn nick(format: DomainDiskFormat) -> String {
    format.nick().unwrap_or_else(|| "raw".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use libvirt_glib::gconfig::ToXml;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn odd_paths_stay_what_they_are() {
        let filesys = read_only_filesys(Path::new("/a'b<c>&\"d"), "/t", Access::Bind).unwrap();
        let xml = filesys.to_xml();
        assert!(xml.contains("&amp;") && xml.contains("&lt;c&gt;"), "{xml}");
    }

    #[test]
    fn what_xml_cannot_hold_is_refused() {
        for bytes in [&b"/a\xff"[..], b"/a\nb", b"/a\x01"] {
            let path = Path::new(OsStr::from_bytes(bytes));
            assert!(
                matches!(log_serial(path), Err(BuilderError::Path(_))),
                "{path:?}"
            );
        }
    }
}
