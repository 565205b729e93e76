//! Runs any program of the host inside a virtual machine or a container, through libvirt.

pub mod abi;
pub mod builder;
pub mod capi;
pub mod config;
pub mod console;
pub mod context;
mod cstring_cell;
pub mod driver;
mod event;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod helpers;
mod log;
mod phases;
mod prepare;
mod selinux;

#[macro_use]
extern crate sandbox_gettext;

pub use cstring_cell::CStringCell;
pub use log::LOG_DOMAIN;
pub use prepare::{init, init_without_events};
