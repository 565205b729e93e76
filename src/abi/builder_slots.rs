//! The slots of `GVirSandboxBuilderClass`: how they are called, and how a class written in Rust fills them.

use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};
use std::ptr;

use glib::ffi::{GError, GFALSE, GList, gboolean};
use glib::object::ObjectType;
use glib::subclass::prelude::*;
use glib::translate::*;
use libvirt_glib::ffi::GVirConfigDomain;
use libvirt_glib::gconfig;

use super::builder::{GVirSandboxBuilder, GVirSandboxBuilderClass};
use super::config::{GVirSandboxConfig, GVirSandboxConfigDisk};
use super::{
    Dispatch, check, gchar, imp_or_return, instance_or_return, list, str_from_c, str_or_return,
    succeed,
};
use crate::cstring_cell::{as_path, to_cstring};

/// A slot `construct_*`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// All of it, in the steps that follow.
    Domain,
    Basic,
    Os,
    Features,
    Devices,
    Security,
}

/// A slot `clean_*`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Clean {
    PostStart,
    PostStop,
}

/// What a class written in Rust does when its slots are called.
pub(crate) trait BuilderSlots: ObjectSubclass {
    type Config: ObjectType<GlibType = GVirSandboxConfig>
        + FromGlibPtrBorrow<*mut GVirSandboxConfig>;
    type Disk: ObjectType<GlibType = GVirSandboxConfigDisk>
        + FromGlibPtrBorrow<*mut GVirSandboxConfigDisk>;

    fn construct(
        &self,
        step: Step,
        config: &Self::Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error>;

    fn clean(&self, slot: Clean, config: &Self::Config, statedir: &Path)
    -> Result<(), glib::Error>;

    fn disk_prefix(&self, config: &Self::Config, disk: &Self::Disk) -> Option<CString>;

    fn files_to_copy(&self, config: &Self::Config) -> Vec<PathBuf>;
}

/// Fills every slot.
pub(crate) fn install<T: BuilderSlots>(class: &mut GVirSandboxBuilderClass) {
    class.construct_domain = Some(construct_domain::<T>);
    class.construct_basic = Some(construct_basic::<T>);
    class.construct_os = Some(construct_os::<T>);
    class.construct_features = Some(construct_features::<T>);
    class.construct_devices = Some(construct_devices::<T>);
    class.construct_security = Some(construct_security::<T>);
    class.clean_post_start = Some(clean_post_start::<T>);
    class.clean_post_stop = Some(clean_post_stop::<T>);
    class.get_disk_prefix = Some(get_disk_prefix::<T>);
    class.get_files_to_copy = Some(get_files_to_copy::<T>);
}

/// A slot that a class left empty has nothing to add.
impl Dispatch<GVirSandboxBuilderClass> {
    /// Calls the slot `construct_*` of `step`.
    pub(crate) fn construct(
        &self,
        step: Step,
        config: &impl ObjectType<GlibType = GVirSandboxConfig>,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        let slot = match step {
            Step::Domain => self.class.construct_domain,
            Step::Basic => self.class.construct_basic,
            Step::Os => self.class.construct_os,
            Step::Features => self.class.construct_features,
            Step::Devices => self.class.construct_devices,
            Step::Security => self.class.construct_security,
        };
        let Some(construct) = slot else {
            return Ok(());
        };
        let statedir = to_cstring(statedir.as_os_str());
        let mut error = ptr::null_mut();
        // SAFETY: the slot belongs to a class of the instance; an error it leaves is ours.
        unsafe {
            let done = construct(
                self.instance(),
                config.as_ptr(),
                statedir.as_ptr(),
                domain.as_ptr(),
                &mut error,
            );
            check(done, error)
        }
    }

    /// Calls a slot `clean_*`.
    pub(crate) fn clean(
        &self,
        slot: Clean,
        config: &impl ObjectType<GlibType = GVirSandboxConfig>,
        statedir: &Path,
    ) -> Result<(), glib::Error> {
        let slot = match slot {
            Clean::PostStart => self.class.clean_post_start,
            Clean::PostStop => self.class.clean_post_stop,
        };
        let Some(clean) = slot else {
            return Ok(());
        };
        let statedir = to_cstring(statedir.as_os_str());
        let mut error = ptr::null_mut();
        // SAFETY: the slot belongs to a class of the instance; an error it leaves is ours.
        unsafe {
            let done = clean(
                self.instance(),
                config.as_ptr(),
                statedir.as_ptr(),
                &mut error,
            );
            check(done, error)
        }
    }

    /// Calls `get_disk_prefix`.
    pub(crate) fn disk_prefix(
        &self,
        config: &impl ObjectType<GlibType = GVirSandboxConfig>,
        disk: &impl ObjectType<GlibType = GVirSandboxConfigDisk>,
    ) -> Option<CString> {
        let get_disk_prefix = self.class.get_disk_prefix?;
        // SAFETY: the slot belongs to a class of the instance, which keeps the string; it is copied here.
        unsafe {
            let prefix = get_disk_prefix(self.instance(), config.as_ptr(), disk.as_ptr());
            (!prefix.is_null()).then(|| CStr::from_ptr(prefix).to_owned())
        }
    }

    /// Calls `get_files_to_copy`.
    pub(crate) fn files_to_copy(
        &self,
        config: &impl ObjectType<GlibType = GVirSandboxConfig>,
    ) -> Vec<PathBuf> {
        let Some(get_files_to_copy) = self.class.get_files_to_copy else {
            return Vec::new();
        };
        let mut paths = Vec::new();
        // SAFETY: the slot belongs to a class of the instance; the list and its strings are ours.
        unsafe {
            let files = get_files_to_copy(self.instance(), config.as_ptr());
            let mut next = files;
            while !next.is_null() {
                paths.extend(str_from_c((*next).data.cast()).map(Path::to_path_buf));
                next = (*next).next;
            }
            glib::ffi::g_list_free_full(files, Some(glib::ffi::g_free));
        }
        paths
    }
}

/// What is in the slots `construct_*`.
macro_rules! construct_functions {
    ($($function:ident: $step:ident,)*) => {
        $(unsafe extern "C" fn $function<T: BuilderSlots>(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            domain: *mut GVirConfigDomain,
            error: *mut *mut GError,
        ) -> gboolean {
            let imp = imp_or_return!(builder: T, GFALSE);
            let config = instance_or_return!(config: T::Config, GFALSE);
            let statedir = as_path(str_or_return!(statedir, GFALSE));
            let domain = instance_or_return!(domain: gconfig::Domain, GFALSE);
            let constructed = imp.construct(Step::$step, &config, statedir, &domain);
            // SAFETY: the caller lends a place for the error.
            unsafe { succeed(constructed, error) }
        })*
    };
}

construct_functions! {
    construct_domain: Domain,
    construct_basic: Basic,
    construct_os: Os,
    construct_features: Features,
    construct_devices: Devices,
    construct_security: Security,
}

/// What is in the slots `clean_*`.
macro_rules! clean_functions {
    ($($function:ident: $slot:ident,)*) => {
        $(unsafe extern "C" fn $function<T: BuilderSlots>(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            error: *mut *mut GError,
        ) -> gboolean {
            let imp = imp_or_return!(builder: T, GFALSE);
            let config = instance_or_return!(config: T::Config, GFALSE);
            let statedir = as_path(str_or_return!(statedir, GFALSE));
            // SAFETY: the caller lends a place for the error.
            unsafe { succeed(imp.clean(Clean::$slot, &config, statedir), error) }
        })*
    };
}

clean_functions! {
    clean_post_start: PostStart,
    clean_post_stop: PostStop,
}

unsafe extern "C" fn get_disk_prefix<T: BuilderSlots>(
    builder: *mut GVirSandboxBuilder,
    config: *mut GVirSandboxConfig,
    disk: *mut GVirSandboxConfigDisk,
) -> *const gchar {
    let imp = imp_or_return!(builder: T, ptr::null());
    let config = instance_or_return!(config: T::Config, ptr::null());
    let disk = instance_or_return!(disk: T::Disk, ptr::null());
    let prefix = imp.disk_prefix(&config, &disk);
    // The C caller never frees it, and there are only a few different ones.
    prefix.map_or(ptr::null(), |prefix| interned(&prefix))
}

fn interned(text: &CStr) -> *const gchar {
    // SAFETY: a C string that is copied, once for each different one.
    unsafe { glib::ffi::g_intern_string(text.as_ptr()) }
}

unsafe extern "C" fn get_files_to_copy<T: BuilderSlots>(
    builder: *mut GVirSandboxBuilder,
    config: *mut GVirSandboxConfig,
) -> *mut GList {
    let imp = imp_or_return!(builder: T, ptr::null_mut());
    let config = instance_or_return!(config: T::Config, ptr::null_mut());
    let files = imp.files_to_copy(&config);
    list(files.iter().map(|file| {
        let path = to_cstring(file.as_os_str());
        // SAFETY: a C string that is copied.
        unsafe { glib::ffi::g_strdup(path.as_ptr()) }.cast()
    }))
}
