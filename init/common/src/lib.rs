//! What the first process of a sandbox does, on every driver: set up, run the program, relay its streams, end.

mod archive;
mod as_user;
mod attach;
mod batches;
mod channel;
mod container_root;
mod control_groups;
mod cover;
mod devices;
mod dhcp;
mod disks;
mod error;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod identity;
mod input_file;
mod kernel_files;
mod lease_keeper;
mod limits;
mod log;
mod mounts;
mod name_files;
mod netlink;
mod network;
mod nothing;
mod output;
mod overlay;
mod payload;
mod place;
mod program;
mod pty;
mod readiness;
mod relay;
mod sandbox;
mod seccomp;
mod service;
mod setup;
mod signals;
mod sources;
mod stdin;
mod stopwatch;
mod storage;

pub use attach::detach;
pub use channel::connect;
pub use container_root::{Room, assemble};
pub use control_groups::keep_own as keep_own_control_groups;
pub use error::{Error, OrError};
pub use log::Log;
pub use mounts::Options;
pub use network::bring_up_loopback;
pub use overlay::{hide, layer_name, leave_store, open_store, stack};
pub use sandbox::{kill_all, run};
pub use service::{run_service, run_system};
pub use sources::receive as receive_sources;
pub use stopwatch::{Part, Stopwatch};
