//! The virtual functions of `GVirSandboxBuilder`: defaults and dispatch.

use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};
use std::ptr;

use glib::ffi::{GError, GFALSE, GList, GTRUE, gboolean};
use glib::prelude::*;
use libvirt_glib::ffi::GVirConfigDomain;
use libvirt_glib::gconfig;

use super::builder::{GVirSandboxBuilder, GVirSandboxBuilderClass};
use super::config::GVirSandboxConfig;
use super::config_disk::GVirSandboxConfigDisk;
use super::{check, class_of, gchar, instance_or_return, str_from_c, str_or_return, succeed};
use crate::builder::Builder;
use crate::config::{Config, ConfigDisk};
use crate::cstring_cell::{as_path, to_cstring};

pub(super) type Construct = unsafe extern "C" fn(
    *mut GVirSandboxBuilder,
    *mut GVirSandboxConfig,
    *const gchar,
    *mut GVirConfigDomain,
    *mut *mut GError,
) -> gboolean;

pub(super) type Clean = unsafe extern "C" fn(
    *mut GVirSandboxBuilder,
    *mut GVirSandboxConfig,
    *const gchar,
    *mut *mut GError,
) -> gboolean;

pub(super) type DiskPrefix = unsafe extern "C" fn(
    *mut GVirSandboxBuilder,
    *mut GVirSandboxConfig,
    *mut GVirSandboxConfigDisk,
) -> *const gchar;

pub(super) type FilesToCopy =
    unsafe extern "C" fn(*mut GVirSandboxBuilder, *mut GVirSandboxConfig) -> *mut GList;

/// Fills the slots that the base class implements itself.
pub(crate) fn install_defaults(class: &mut GVirSandboxBuilderClass) {
    class.construct_domain = Some(default_construct_domain);
    class.construct_basic = Some(default_construct_basic);
    class.construct_os = Some(construct_nothing);
    class.construct_features = Some(construct_nothing);
    class.construct_devices = Some(construct_nothing);
    class.construct_security = Some(construct_nothing);
    class.clean_post_start = Some(clean_nothing);
    class.clean_post_stop = Some(clean_nothing);
    class.get_disk_prefix = Some(default_get_disk_prefix);
    class.get_files_to_copy = Some(default_get_files_to_copy);
}

/// Calls the `construct_domain` of the most derived class.
pub(crate) fn construct_domain(
    builder: &Builder,
    config: &Config,
    statedir: &Path,
    domain: &gconfig::Domain,
) -> Result<(), glib::Error> {
    let slot = class_of(builder).construct_domain;
    call_construct(slot, builder, config, statedir, domain)
}

/// Calls the steps of the most derived class, in their order.
pub(crate) fn construct_steps(
    builder: &Builder,
    config: &Config,
    statedir: &Path,
    domain: &gconfig::Domain,
) -> Result<(), glib::Error> {
    let class = class_of(builder);
    [
        class.construct_basic,
        class.construct_os,
        class.construct_features,
        class.construct_devices,
        class.construct_security,
    ]
    .into_iter()
    .try_for_each(|step| call_construct(step, builder, config, statedir, domain))
}

/// Calls the `clean_post_start` of the most derived class.
pub(crate) fn clean_post_start(
    builder: &Builder,
    config: &Config,
    statedir: &Path,
) -> Result<(), glib::Error> {
    call_clean(
        class_of(builder).clean_post_start,
        builder,
        config,
        statedir,
    )
}

/// Calls the `clean_post_stop` of the most derived class.
pub(crate) fn clean_post_stop(
    builder: &Builder,
    config: &Config,
    statedir: &Path,
) -> Result<(), glib::Error> {
    call_clean(class_of(builder).clean_post_stop, builder, config, statedir)
}

/// Calls the `get_disk_prefix` of the most derived class.
pub(crate) fn disk_prefix(
    builder: &Builder,
    config: &Config,
    disk: &ConfigDisk,
) -> Option<CString> {
    call_disk_prefix(class_of(builder).get_disk_prefix, builder, config, disk)
}

/// Calls the `get_files_to_copy` of the most derived class.
pub(crate) fn files_to_copy(builder: &Builder, config: &Config) -> Vec<PathBuf> {
    call_files_to_copy(class_of(builder).get_files_to_copy, builder, config)
}

/// A slot that a class left empty has nothing to add.
pub(super) fn call_construct(
    slot: Option<Construct>,
    builder: &Builder,
    config: &Config,
    statedir: &Path,
    domain: &gconfig::Domain,
) -> Result<(), glib::Error> {
    let Some(construct) = slot else {
        return Ok(());
    };
    let statedir = to_cstring(statedir.as_os_str());
    let mut error = ptr::null_mut();
    // SAFETY: the slot belongs to a class of the instance; an error it leaves is ours.
    unsafe {
        let done = construct(
            builder.as_ptr(),
            config.as_ptr(),
            statedir.as_ptr(),
            domain.as_ptr(),
            &mut error,
        );
        check(done, error)
    }
}

pub(super) fn call_clean(
    slot: Option<Clean>,
    builder: &Builder,
    config: &Config,
    statedir: &Path,
) -> Result<(), glib::Error> {
    let Some(clean) = slot else {
        return Ok(());
    };
    let statedir = to_cstring(statedir.as_os_str());
    let mut error = ptr::null_mut();
    // SAFETY: the slot belongs to a class of the instance; an error it leaves is ours.
    unsafe {
        let done = clean(
            builder.as_ptr(),
            config.as_ptr(),
            statedir.as_ptr(),
            &mut error,
        );
        check(done, error)
    }
}

pub(super) fn call_disk_prefix(
    slot: Option<DiskPrefix>,
    builder: &Builder,
    config: &Config,
    disk: &ConfigDisk,
) -> Option<CString> {
    // SAFETY: the slot belongs to a class of the instance, which keeps the string; it is copied here.
    unsafe {
        let prefix = slot?(builder.as_ptr(), config.as_ptr(), disk.as_ptr());
        (!prefix.is_null()).then(|| CStr::from_ptr(prefix).to_owned())
    }
}

pub(super) fn call_files_to_copy(
    slot: Option<FilesToCopy>,
    builder: &Builder,
    config: &Config,
) -> Vec<PathBuf> {
    let Some(files_to_copy) = slot else {
        return Vec::new();
    };
    let mut paths = Vec::new();
    // SAFETY: the slot belongs to a class of the instance; the list and its strings are ours.
    unsafe {
        let files = files_to_copy(builder.as_ptr(), config.as_ptr());
        let mut next = files;
        while !next.is_null() {
            paths.extend(str_from_c((*next).data.cast()).map(Path::to_path_buf));
            next = (*next).next;
        }
        glib::ffi::g_list_free_full(files, Some(glib::ffi::g_free));
    }
    paths
}

/// The default of a slot `construct_*`, and the same for overrides written in Rust.
macro_rules! construct_default {
    ($method:ident => $function:ident) => {
        unsafe extern "C" fn $function(
            builder: *mut GVirSandboxBuilder,
            config: *mut GVirSandboxConfig,
            statedir: *const gchar,
            domain: *mut GVirConfigDomain,
            error: *mut *mut GError,
        ) -> gboolean {
            let builder = instance_or_return!(builder: Builder, GFALSE);
            let config = instance_or_return!(config: Config, GFALSE);
            let statedir = as_path(str_or_return!(statedir, GFALSE));
            let domain = instance_or_return!(domain: gconfig::Domain, GFALSE);
            // SAFETY: the caller lends a place for the error.
            unsafe { succeed(builder.$method(&config, statedir, &domain), error) }
        }
    };
}

construct_default!(run_steps => default_construct_domain);
construct_default!(fill_in_basics => default_construct_basic);

unsafe extern "C" fn construct_nothing(
    _builder: *mut GVirSandboxBuilder,
    _config: *mut GVirSandboxConfig,
    _statedir: *const gchar,
    _domain: *mut GVirConfigDomain,
    _error: *mut *mut GError,
) -> gboolean {
    GTRUE
}

unsafe extern "C" fn clean_nothing(
    _builder: *mut GVirSandboxBuilder,
    _config: *mut GVirSandboxConfig,
    _statedir: *const gchar,
    _error: *mut *mut GError,
) -> gboolean {
    GTRUE
}

unsafe extern "C" fn default_get_disk_prefix(
    _builder: *mut GVirSandboxBuilder,
    _config: *mut GVirSandboxConfig,
    _disk: *mut GVirSandboxConfigDisk,
) -> *const gchar {
    ptr::null()
}

unsafe extern "C" fn default_get_files_to_copy(
    _builder: *mut GVirSandboxBuilder,
    _config: *mut GVirSandboxConfig,
) -> *mut GList {
    ptr::null_mut()
}
