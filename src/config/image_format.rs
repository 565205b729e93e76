//! The formats of disk images: by name, and by the name of the image.

use std::ffi::CStr;

use libvirt_glib::gconfig::DomainDiskFormat;

/// The error domain that C callers see; its only code is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, glib::ErrorDomain)]
#[error_domain(name = "gvir-sandbox-util")]
pub enum UtilErrorDomain {
    /// Whatever is wrong, the message says it.
    Failed,
}

/// Why the format of a disk image is not known.
#[derive(Debug, thiserror::Error)]
pub enum ImageFormatError {
    /// There is no format of that name.
    #[error("{}", tr!("unknown disk format '{format}'", format = .0))]
    Unknown(String),
    /// The file name says nothing.
    #[error(
        "{}",
        tr!(
            "the name of the disk image '{path}' has no extension to guess its format from",
            path = .0,
        )
    )]
    NoExtension(String),
}

impl From<ImageFormatError> for glib::Error {
    fn from(error: ImageFormatError) -> Self {
        Self::new(UtilErrorDomain::Failed, &error.to_string())
    }
}

/// The format called `name`.
pub fn disk_format_from_str(name: &CStr) -> Result<DomainDiskFormat, ImageFormatError> {
    name.to_str()
        .ok()
        .and_then(DomainDiskFormat::from_nick)
        .ok_or_else(|| ImageFormatError::Unknown(name.to_string_lossy().into_owned()))
}

/// The format that the extension of the image at `path` stands for.
pub fn guess_image_format(path: &CStr) -> Result<DomainDiskFormat, ImageFormatError> {
    let path = path.to_string_lossy();
    let file_name = path.rsplit('/').next().unwrap_or_default();
    match file_name.rsplit_once('.') {
        Some((_, "img")) => Ok(DomainDiskFormat::Raw),
        Some((_, extension)) => DomainDiskFormat::from_nick(extension)
            .ok_or_else(|| ImageFormatError::Unknown(extension.to_owned())),
        None => Err(ImageFormatError::NoExtension(path.into_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_from_the_file_name_alone() {
        assert_eq!(
            guess_image_format(c"/x.raw/d.qcow2").unwrap(),
            DomainDiskFormat::Qcow2
        );
        assert_eq!(guess_image_format(c"d.img").unwrap(), DomainDiskFormat::Raw);
        for unknown in [c"/x.qcow2/d", c"d.", c"", c"d.IMG", c"d.\xff"] {
            assert!(guess_image_format(unknown).is_err(), "{unknown:?}");
        }
    }

    #[test]
    fn the_error_is_what_c_expects() {
        let error = glib::Error::from(disk_format_from_str(c"zz").unwrap_err());
        assert_eq!(error.domain(), glib::Quark::from_str("gvir-sandbox-util"));
        assert_eq!(error.code(), 0);
        assert_eq!(error.message(), "unknown disk format 'zz'");
    }
}
