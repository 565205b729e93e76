//! What the first process of a sandbox does, on every driver: set up, run the program, relay its streams, end.

mod archive;
mod batches;
mod channel;
mod dhcp;
mod disks;
mod error;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod identity;
mod input_file;
mod isolation;
mod lease_keeper;
mod log;
mod mount_point;
mod mounts;
mod name_files;
mod netlink;
mod network;
mod output;
mod overlay;
mod payload;
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
mod stopwatch;
mod storage;

pub use channel::connect;
pub use error::{Error, OrError};
pub use isolation::isolate_root;
pub use log::Log;
pub use mounts::{Options, detach};
pub use network::bring_up_loopback;
pub use overlay::{hide, leave_store, open_store, replace_root, stack};
pub use read_only::{below as make_read_only, seal_root};
pub use sandbox::{kill_all, run};
pub use service::{run_service, run_system};
pub use stopwatch::{Part, Stopwatch};
