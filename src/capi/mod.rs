//! The C ABI: one file a class, `extern "C"` functions with their gtk-doc, and what they all share.
//!
//! The safety contract of every function here is C's: a pointer is NULL or points to what its type says. NULL and
//! instances of the wrong class are caught and reported as `g_return_if_fail` reports them.
#![allow(
    clippy::missing_safety_doc,
    reason = "the contract is the same for every function, see above"
)]
#![allow(missing_docs, reason = "what a C caller can see carries its gtk-doc")]
#![allow(
    non_camel_case_types,
    reason = "the headers spell GLib's basic types in lower case"
)]

mod class;
mod error;
mod guard;
mod marshal;
mod signal;
mod table;
mod weak;

pub mod builder;
pub(crate) mod builder_class;
pub mod builder_container;
pub(crate) mod builder_impl;
pub mod builder_initrd;
pub mod builder_machine;
pub mod config;
pub(crate) mod config_class;
pub mod config_core;
pub mod config_disk;
pub mod config_disks;
pub mod config_env;
pub mod config_file;
pub mod config_identity;
pub mod config_includes;
pub mod config_initrd;
pub mod config_interactive;
pub mod config_kernel;
pub mod config_mount;
pub mod config_mount_file;
pub mod config_mount_guest_bind;
pub mod config_mount_host_bind;
pub mod config_mount_host_image;
pub mod config_mount_ram;
pub mod config_mounts;
pub mod config_network;
pub mod config_network_address;
pub mod config_network_filterref;
pub mod config_network_filterref_parameter;
pub mod config_network_route;
pub mod config_networks;
pub mod config_overlay;
pub mod config_resources;
pub mod config_security;
pub mod config_service;
pub mod config_service_generic;
pub mod config_service_systemd;
pub mod console;
pub(crate) mod console_class;
pub mod console_raw;
pub mod console_rpc;
pub mod context;
pub(crate) mod context_class;
pub mod context_interactive;
pub mod context_service;
pub(crate) mod context_service_class;
pub mod list;
pub mod main;
pub mod util;

pub(crate) use class::{class_of, imp_of, is_abstract, object_structs, parent_class};
pub(crate) use error::{check, enum_or_error, or_null, string_or_null, succeed, variant_or_null};
pub(crate) use guard::{
    enum_or_return, imp_or_return, instance, instance_or_return, not_null_or_return,
    opt_instance_or_return, return_if_fail, return_val_if_fail, str_or_return,
};
pub(crate) use marshal::{list, object_list, opt_str, str_from_c, strv, strv_from_c, take_strv};
pub(crate) use signal::add_signal;
pub(crate) use table::StringTable;
pub(crate) use weak::AnyThreadWeak;

/// LIBVIRT_SANDBOX_CLASS_PADDING:
///
/// The reserved slots at the end of every class struct.
pub const LIBVIRT_SANDBOX_CLASS_PADDING: usize = 20;

pub type gchar = std::ffi::c_char;
pub type gint = std::ffi::c_int;
pub type guint = std::ffi::c_uint;
pub type guint64 = u64;
