//! `TYPE:TARGET=SOURCE[,format=FORMAT][,backing=allow][,ro]`: a mount.

use std::ffi::CStr;

use glib::prelude::*;

use super::{Grammar, image, shown, size, split, text};
use crate::config::{
    ConfigError, ConfigMount, ConfigMountFile, ConfigMountFilePropertiesExt, ConfigMountGuestBind,
    ConfigMountHostBind, ConfigMountHostImage, ConfigMountRam,
};

const GRAMMAR: Grammar = Grammar(msgid!(
    "host-bind:TARGET=SOURCE[,ro], host-image:TARGET=SOURCE[,format=FORMAT][,backing=allow][,ro], \
     guest-bind:TARGET=SOURCE[,ro] or ram:TARGET=SIZE[K|M|G|T]"
));

/// The mount that the option describes.
pub(in crate::config) fn parse(option: &CStr) -> Result<ConfigMount, ConfigError> {
    let (mount_type, rest) = split(option.to_bytes(), b':')
        .ok_or_else(|| GRAMMAR.error(tr!("no mount type"), option))?;
    let (target, source) =
        split(rest, b'=').ok_or_else(|| GRAMMAR.error(tr!("no mount source"), option))?;
    let target = text(target);
    let (mount, readonly): (ConfigMountFile, bool) = match mount_type {
        b"host-bind" => {
            let (path, readonly) = access(source);
            let mount = ConfigMountHostBind::new(&text(path), &target);
            (mount.upcast(), readonly)
        }
        b"guest-bind" => {
            let (path, readonly) = access(source);
            let mount = ConfigMountGuestBind::new(&text(path), &target);
            (mount.upcast(), readonly)
        }
        b"host-image" => {
            let (path, settings) = image::split_path(source);
            let (settings, readonly) = access(settings);
            let settings = image::settings(&path, settings, GRAMMAR, option)?;
            let mount = ConfigMountHostImage::new(&path, &target, settings.format);
            mount.set_backing(settings.backing);
            (mount.upcast(), readonly)
        }
        b"ram" => {
            let usage = str::from_utf8(source)
                .ok()
                .and_then(size::parse)
                .ok_or_else(|| {
                    GRAMMAR.error(tr!("wrong size '{source}'", source = shown(source)), option)
                })?;
            return Ok(ConfigMountRam::new(&target, usage).upcast());
        }
        _ => {
            let problem = tr!(
                "unknown mount type '{mount_type}'",
                mount_type = shown(mount_type)
            );
            return Err(GRAMMAR.error(problem, option));
        }
    };
    mount.set_readonly(readonly);
    Ok(mount.upcast())
}

/// What is before a `,ro` or `,rw` at the end, and whether that can only be read.
///
/// A path that ends in one of them is followed by another one.
fn access(source: &[u8]) -> (&[u8], bool) {
    match source.strip_suffix(b",ro") {
        Some(path) => (path, true),
        None => (source.strip_suffix(b",rw").unwrap_or(source), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_word_says_whether_it_can_be_written_to() {
        for (option, source, readonly) in [
            (c"host-bind:/t=/s", "/s", false),
            (c"host-bind:/t=/s,ro", "/s", true),
            (c"host-bind:/t=,ro", "", true),
            (c"host-bind:/t=/s,rw", "/s", false),
            (c"host-bind:/t=/s,ro,rw", "/s,ro", false),
            (c"host-bind:/t=/s,x", "/s,x", false),
            (c"guest-bind:/t=/a,b,ro", "/a,b", true),
            (c"host-image:/t=/i.img,ro", "/i.img", true),
            (c"host-image:/t=/i,format=qcow2,ro", "/i", true),
            (c"host-image:/t=/i.img,backing=allow,ro", "/i.img", true),
            (c"host-image:/t=/i\\,ro", "/i,ro", false),
        ] {
            let mount = parse(option).unwrap();
            let mount = mount.downcast_ref::<ConfigMountFile>().unwrap();
            assert_eq!(mount.source().unwrap().to_str(), Some(source), "{option:?}");
            assert_eq!(mount.readonly(), readonly, "{option:?}");
        }
        assert!(parse(c"host-image:/t=/i,ro,format=raw").is_err());
        assert!(parse(c"ram:/t=1M,ro").is_err());
    }
}
