//! The names in a state directory, and of what is beside it.

/// Held by whoever has the name. It goes last.
pub const LOCK: &str = "lock";

/// Who runs the sandbox.
pub const CLIENT: &str = "client.json";

/// The saved configuration.
pub const CONFIGURATION: &str = "sandbox.cfg";

/// What the guest, or the emulator, gets to see.
pub const GUEST: &str = "config";

/// The plan, in the guest's directory.
pub const PLAN: &str = "plan";

/// The socket that the guest connects to, in the guest's directory.
pub const SOCKET: &str = "app.sock";

/// The initial RAM disk of a machine.
pub const INITRD: &str = "initrd.img";

/// A machine's own copy of the kernel.
pub const KERNEL: &str = "vmlinuz";

/// What a machine's kernel and first process write.
pub const LOG: &str = "console.log";

/// The links to what the sandbox has elsewhere.
pub const OUTSIDE: &str = "outside";

/// What the names of embedded drivers' directories begin with, which are beside the state directories.
pub const EMBEDDED: &str = ".embed-";
