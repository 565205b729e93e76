//! The ground that the classes stand on: the structs that C knows them by, the calls through the slots of class structs,
//! and what strings, lists, errors and references need to cross the boundary.
//!
//! Nothing here knows a class of the rooms above. What a slot takes or is filled with is a type parameter.
#![allow(
    unsafe_code,
    reason = "here raw pointers become references, and references raw pointers"
)]
#![allow(missing_docs, reason = "what a C caller can see carries its gtk-doc")]
#![allow(
    non_camel_case_types,
    reason = "the headers spell GLib's basic types in lower case"
)]

pub mod builder;
pub(crate) mod builder_slots;
mod class;
pub mod config;
pub mod config_mount;
pub mod config_network;
pub(crate) mod config_slots;
pub mod console;
pub(crate) mod console_slots;
pub mod context;
pub(crate) mod context_slots;
mod dispatch;
mod error;
pub(crate) mod guard;
mod marshal;
mod signal;
pub(crate) mod stdio;
mod table;
mod types;
mod weak;

pub(crate) use class::{imp_of, is_abstract, object_structs, subclassable};
pub(crate) use dispatch::Dispatch;
pub(crate) use error::{check, enum_or_error, or_null, string_or_null, succeed, variant_or_null};
pub(crate) use guard::{
    enum_or_return, imp_or_return, instance, instance_or_return, not_null_or_return,
    opt_instance_or_return, return_if_fail, return_val_if_fail, str_or_return,
};
pub(crate) use marshal::{list, object_list, opt_str, str_from_c, strv, strv_from_c, take_strv};
pub(crate) use signal::add_signal;
pub(crate) use table::StringTable;
pub(crate) use weak::AnyThreadWeak;

pub use types::{LIBVIRT_SANDBOX_CLASS_PADDING, gchar, gint, guint, guint64};
