//! The exit statuses that are not those of the program.

/// The program ran for too long.
pub const TIMED_OUT: u8 = 124;

/// The sandbox itself failed.
pub const SANDBOX_FAILED: u8 = 125;
