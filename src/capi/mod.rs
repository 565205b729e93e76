//! The C ABI: one file a class, `extern "C"` functions with their gtk-doc.
//!
//! The safety contract of every function here is C's: a pointer is NULL or points to what its type says. NULL and
//! instances of the wrong class are caught and reported as `g_return_if_fail` reports them.
#![allow(unsafe_code, reason = "C calls these functions with raw pointers")]
#![allow(
    clippy::missing_safety_doc,
    reason = "the contract is the same for every function, see above"
)]
#![allow(missing_docs, reason = "what a C caller can see carries its gtk-doc")]
#![allow(
    non_camel_case_types,
    reason = "the headers spell GLib's basic types in lower case"
)]

pub mod builder;
pub mod builder_container;
pub mod builder_initrd;
pub mod builder_machine;
pub mod config;
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
pub mod console_raw;
pub mod console_rpc;
pub mod context;
pub mod context_interactive;
pub mod context_service;
pub mod list;
pub mod main;
pub mod util;
