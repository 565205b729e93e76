//! Overrides of the virtual functions of `GVirSandboxBuilder` that are written in Rust.

use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};
use std::ptr;

use glib::ffi::{GError, GFALSE, GList, gboolean};
use glib::prelude::*;
use glib::subclass::prelude::*;
use libvirt_glib::ffi::GVirConfigDomain;
use libvirt_glib::gconfig;

use super::builder::GVirSandboxBuilder;
use super::builder_class::{call_clean, call_construct, call_disk_prefix, call_files_to_copy};
use super::config::GVirSandboxConfig;
use super::config_disk::GVirSandboxConfigDisk;
use super::{gchar, imp_or_return, instance_or_return, list, parent_class, str_or_return, succeed};
use crate::builder::{Builder, BuilderImpl};
use crate::config::{Config, ConfigDisk};
use crate::cstring_cell::{as_path, to_cstring};

/// What an override written in Rust chains up to.
pub trait BuilderImplExt: BuilderImpl {
    /// Chains up to the parent class.
    fn parent_construct_domain(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        let slot = parent_class::<Self, Builder>().construct_domain;
        call_construct(slot, self.obj().upcast_ref(), config, statedir, domain)
    }

    /// Chains up to the parent class.
    fn parent_construct_basic(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        let slot = parent_class::<Self, Builder>().construct_basic;
        call_construct(slot, self.obj().upcast_ref(), config, statedir, domain)
    }

    /// Chains up to the parent class.
    fn parent_construct_os(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        let slot = parent_class::<Self, Builder>().construct_os;
        call_construct(slot, self.obj().upcast_ref(), config, statedir, domain)
    }

    /// Chains up to the parent class.
    fn parent_construct_features(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        let slot = parent_class::<Self, Builder>().construct_features;
        call_construct(slot, self.obj().upcast_ref(), config, statedir, domain)
    }

    /// Chains up to the parent class.
    fn parent_construct_devices(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        let slot = parent_class::<Self, Builder>().construct_devices;
        call_construct(slot, self.obj().upcast_ref(), config, statedir, domain)
    }

    /// Chains up to the parent class.
    fn parent_construct_security(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        let slot = parent_class::<Self, Builder>().construct_security;
        call_construct(slot, self.obj().upcast_ref(), config, statedir, domain)
    }

    /// Chains up to the parent class.
    fn parent_clean_post_start(&self, config: &Config, statedir: &Path) -> Result<(), glib::Error> {
        let slot = parent_class::<Self, Builder>().clean_post_start;
        call_clean(slot, self.obj().upcast_ref(), config, statedir)
    }

    /// Chains up to the parent class.
    fn parent_clean_post_stop(&self, config: &Config, statedir: &Path) -> Result<(), glib::Error> {
        let slot = parent_class::<Self, Builder>().clean_post_stop;
        call_clean(slot, self.obj().upcast_ref(), config, statedir)
    }

    /// Chains up to the parent class.
    fn parent_disk_prefix(&self, config: &Config, disk: &ConfigDisk) -> Option<CString> {
        let slot = parent_class::<Self, Builder>().get_disk_prefix;
        call_disk_prefix(slot, self.obj().upcast_ref(), config, disk)
    }

    /// Chains up to the parent class.
    fn parent_files_to_copy(&self, config: &Config) -> Vec<PathBuf> {
        let slot = parent_class::<Self, Builder>().get_files_to_copy;
        call_files_to_copy(slot, self.obj().upcast_ref(), config)
    }
}

impl<T: BuilderImpl> BuilderImplExt for T {}

// SAFETY: the class struct of a subclass starts with GVirSandboxBuilderClass.
unsafe impl<T: BuilderImpl> IsSubclassable<T> for Builder {
    fn class_init(class: &mut glib::Class<Self>) {
        Self::parent_class_init::<T>(class);
        let class = class.as_mut();
        class.construct_domain = Some(override_construct_domain::<T>);
        class.construct_basic = Some(override_construct_basic::<T>);
        class.construct_os = Some(override_construct_os::<T>);
        class.construct_features = Some(override_construct_features::<T>);
        class.construct_devices = Some(override_construct_devices::<T>);
        class.construct_security = Some(override_construct_security::<T>);
        class.clean_post_start = Some(override_clean_post_start::<T>);
        class.clean_post_stop = Some(override_clean_post_stop::<T>);
        class.get_disk_prefix = Some(override_get_disk_prefix::<T>);
        class.get_files_to_copy = Some(override_get_files_to_copy::<T>);
    }
}

/// The trampolines of the slots `construct_*`.
macro_rules! construct_overrides {
    ($($method:ident => $function:ident;)*) => {
        $(unsafe extern "C" fn $function<T: BuilderImpl>(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            domain: *mut GVirConfigDomain,
            error: *mut *mut GError,
        ) -> gboolean {
            let imp = imp_or_return!(builder: T, GFALSE);
            let config = instance_or_return!(config: Config, GFALSE);
            let statedir = as_path(str_or_return!(statedir, GFALSE));
            let domain = instance_or_return!(domain: gconfig::Domain, GFALSE);
            // SAFETY: the caller lends a place for the error.
            unsafe { succeed(imp.$method(&config, statedir, &domain), error) }
        })*
    };
}

construct_overrides! {
    construct_domain => override_construct_domain;
    construct_basic => override_construct_basic;
    construct_os => override_construct_os;
    construct_features => override_construct_features;
    construct_devices => override_construct_devices;
    construct_security => override_construct_security;
}

/// The trampolines of the slots `clean_*`.
macro_rules! clean_overrides {
    ($($method:ident => $function:ident;)*) => {
        $(unsafe extern "C" fn $function<T: BuilderImpl>(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            error: *mut *mut GError,
        ) -> gboolean {
            let imp = imp_or_return!(builder: T, GFALSE);
            let config = instance_or_return!(config: Config, GFALSE);
            let statedir = as_path(str_or_return!(statedir, GFALSE));
            // SAFETY: the caller lends a place for the error.
            unsafe { succeed(imp.$method(&config, statedir), error) }
        })*
    };
}

clean_overrides! {
    clean_post_start => override_clean_post_start;
    clean_post_stop => override_clean_post_stop;
}

unsafe extern "C" fn override_get_disk_prefix<T: BuilderImpl>(
    builder: *mut GVirSandboxBuilder,
    config: *mut GVirSandboxConfig,
    disk: *mut GVirSandboxConfigDisk,
) -> *const gchar {
    let imp = imp_or_return!(builder: T, ptr::null());
    let config = instance_or_return!(config: Config, ptr::null());
    let disk = instance_or_return!(disk: ConfigDisk, ptr::null());
    let prefix = imp.disk_prefix(&config, &disk);
    // The C caller never frees it, and there are only a few different ones.
    prefix.map_or(ptr::null(), |prefix| interned(&prefix))
}

fn interned(text: &CStr) -> *const gchar {
    // SAFETY: a C string that is copied, once for each different one.
    unsafe { glib::ffi::g_intern_string(text.as_ptr()) }
}

unsafe extern "C" fn override_get_files_to_copy<T: BuilderImpl>(
    builder: *mut GVirSandboxBuilder,
    config: *mut GVirSandboxConfig,
) -> *mut GList {
    let imp = imp_or_return!(builder: T, ptr::null_mut());
    let config = instance_or_return!(config: Config, ptr::null_mut());
    let files = imp.files_to_copy(&config);
    list(files.iter().map(|file| {
        let path = to_cstring(file.as_os_str());
        // SAFETY: a C string that is copied.
        unsafe { glib::ffi::g_strdup(path.as_ptr()) }.cast()
    }))
}
