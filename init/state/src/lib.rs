//! What a sandbox has on the host: where it is, who holds it, and how it is removed. The library and the reaper share it.
#![forbid(unsafe_code)]

pub mod layout;
mod lock;
mod place;
pub mod scratch;
mod tree;

pub use lock::{Claim, LockError, NameLock, Step, discard, is_abandoned, is_held};
pub use place::{Unfit, allow, check_holder, check_own, give};
