//! What the first process of a sandbox does, on every driver: set up, run the program, relay its streams, end.

mod archive;
mod channel;
mod dhcp;
mod disks;
mod error;
mod identity;
mod input_file;
mod lease_keeper;
mod log;
mod mount_point;
mod mounts;
mod name_files;
mod netlink;
mod network;
mod output;
mod overlay;
mod program;
mod pty;
mod read_only;
mod readiness;
mod relay;
mod sandbox;
mod seccomp;
mod service;
mod setup;
mod signals;
mod stdin;
mod storage;

pub use channel::connect;
pub use error::{Error, OrError};
pub use log::Log;
pub use mounts::{Options, detach};
pub use network::bring_up_loopback;
pub use overlay::{hide, leave_store, open_store, replace_root, stack};
pub use sandbox::{kill_all, run};
pub use service::{run_service, run_system};
