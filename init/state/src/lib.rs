//! What a sandbox has on the host: where it is, who holds it, and how it is removed; and its log, how long that gets. The library and
//! the static programs share it.
#![forbid(unsafe_code)]

pub mod layout;
mod lock;
pub mod log;
mod place;
pub mod scratch;
mod tree;

pub use lock::{Claim, LockError, NameLock, Step, discard, is_abandoned, is_held};
pub use place::{Unfit, allow, check_holder, check_own, give};
