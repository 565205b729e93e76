//! The system calls that a container does not offer. docs/architecture.md gives the reasons.

use nix::libc;

/// Stands for a system call that one kind of program has not.
const NONE: i64 = -1;

/// A system call by its numbers, and the values of arguments with which alone it is meant.
pub struct Call {
    /// What 64-bit programs know it by.
    native: i64,
    /// What 32-bit programs on the same kernel know it by.
    compat: i64,
    /// None when the call is meant with any arguments; all have to have their value.
    pub only_with: [Option<Argument>; 3],
}

/// What an argument has to be.
#[derive(Clone, Copy)]
pub struct Argument {
    /// Counted from 0.
    pub index: u8,
    /// Its value.
    pub value: Value,
}

/// What a value has to be.
#[derive(Clone, Copy)]
pub enum Value {
    /// These bits of the lower half, which is all that the kernel looks at, are those.
    Bits {
        /// Which bits are compared.
        mask: u64,
        /// With what.
        value: u64,
    },
    /// This or more, of the lower half.
    AtLeast(u64),
    /// This or less, of the lower half.
    AtMost(u64),
    /// A pointer that leads nowhere.
    Null,
    /// A pointer that leads somewhere.
    Pointer,
}

impl Call {
    pub fn native(&self) -> Option<i64> {
        Some(self.native).filter(|number| *number != NONE)
    }

    pub fn compat(&self) -> Option<i64> {
        Some(self.compat).filter(|number| *number != NONE)
    }

    const fn with_flag(self, index: u8, flag: i32) -> Self {
        let flag = flag as u64;
        self.with(index, flag, flag)
    }

    const fn with_value(self, index: u8, value: u64) -> Self {
        self.with(index, u32::MAX as u64, value)
    }

    const fn with(self, index: u8, mask: u64, value: u64) -> Self {
        self.when(index, Value::Bits { mask, value })
    }

    const fn when(self, index: u8, value: Value) -> Self {
        let argument = Some(Argument { index, value });
        let only_with = match self.only_with {
            [None, ..] => [argument, None, None],
            [first, None, _] => [first, argument, None],
            [first, second, _] => [first, second, argument],
        };
        Self { only_with, ..self }
    }
}

/// 32-bit programs are i386's on x86-64, and Arm's on AArch64.
const fn call(native: libc::c_long, i386: i64, arm: i64) -> Call {
    let compat = if cfg!(target_arch = "x86_64") {
        i386
    } else {
        arm
    };
    Call {
        native,
        compat,
        only_with: [None; 3],
    }
}

/// A call that newer architectures do without.
const fn old(x86_64: i64, both: i64) -> Call {
    let native = if cfg!(target_arch = "x86_64") {
        x86_64
    } else {
        NONE
    };
    call(native, both, both)
}

/// From number 403 on a call has the same number everywhere.
const fn same(number: i64) -> Call {
    call(number, number, number)
}

/// What nobody in a container may do: what reaches the kernel that the host runs on, its clock,
/// its memory and its files. They fail with EPERM.
pub const OF_THE_HOST: &[Call] = &[
    // Another kernel, and code in this one.
    call(libc::SYS_kexec_load, 283, 347),
    call(libc::SYS_kexec_file_load, NONE, 401),
    call(libc::SYS_init_module, 128, 128),
    call(libc::SYS_finit_module, 350, 379),
    call(libc::SYS_delete_module, 129, 129),
    call(libc::SYS_bpf, 357, 386),
    // What the kernel and other processes do.
    call(libc::SYS_perf_event_open, 336, 364),
    call(libc::SYS_syslog, 103, 103),
    // Stops the kernel in the middle of a copy.
    call(libc::SYS_userfaultfd, 374, 388),
    // Opens files that are not below the root.
    call(libc::SYS_open_by_handle_at, 342, 371),
    // The host's devices and file systems.
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_iopl, 110, NONE),
    #[cfg(target_arch = "x86_64")]
    call(libc::SYS_ioperm, 101, NONE),
    call(libc::SYS_swapon, 87, 87),
    call(libc::SYS_swapoff, 115, 115),
    call(libc::SYS_acct, 51, 51),
    call(libc::SYS_quotactl, 131, 131),
    same(443), // quotactl_fd
    // The host's clock.
    call(libc::SYS_settimeofday, 79, 79),
    call(libc::SYS_clock_settime, 264, 262),
    call(NONE, 404, 404), // clock_settime64
    call(NONE, 25, NONE), // stime
    // The real mode of i386.
    call(NONE, 113, NONE), // vm86old
    call(NONE, 166, NONE), // vm86
];

/// What only the init system of a host or a container manager does. They fail with EPERM.
pub const OF_A_MANAGER: &[Call] = &[
    call(libc::SYS_reboot, 88, 88),
    // Mounts.
    call(libc::SYS_mount, 21, 21),
    call(libc::SYS_umount2, 52, 52),
    call(NONE, 22, NONE), // umount
    call(libc::SYS_pivot_root, 217, 218),
    same(428), // open_tree
    same(429), // move_mount
    same(430), // fsopen
    same(431), // fsconfig
    same(432), // fsmount
    same(433), // fspick
    same(442), // mount_setattr
    same(467), // open_tree_attr
    // A user namespace gives whoever makes it all capabilities in it, and so most of the kernel to talk to.
    call(libc::SYS_unshare, 310, 337).with_flag(0, libc::CLONE_NEWUSER),
    call(libc::SYS_clone, 120, 120).with_flag(0, libc::CLONE_NEWUSER),
    call(libc::SYS_setns, 346, 375),
    // Types into the terminal of another program.
    call(libc::SYS_ioctl, 54, 54).with_value(1, libc::TIOCSTI),
    call(libc::SYS_ioctl, 54, 54).with_value(1, TIOCLINUX),
    // Makes a modem, a bus or a network interface of a terminal; whoever asks for it has the module loaded.
    call(libc::SYS_ioctl, 54, 54).with_value(1, libc::TIOCSETD),
    // Makes sockets of a family that is in memory, where a filter can't read. It may be AF_VSOCK.
    call(NONE, 102, NONE).with_value(0, SYS_SOCKET), // socketcall
    // The first process's limits: with some it would end before what was written is on the disks.
    limits_of_another().with_value(0, FIRST_PROCESS),
    // What was asked for can be told only where the limit of core dumps is not set as well.
    limits_of_another()
        .with_value(1, CORE)
        .when(2, Value::Pointer)
        .when(3, Value::Pointer),
];

/// What programs do without when the kernel does not know it. They fail with ENOSYS.
pub const PROBED: &[Call] = &[
    // Its flags are in memory, where a filter can't read; the C libraries fall back to clone.
    same(435), // clone3
    // Keys belong to users, and the host's users are those of the container.
    call(libc::SYS_add_key, 286, 309),
    call(libc::SYS_request_key, 287, 310),
    call(libc::SYS_keyctl, 288, 311),
    // Does what system calls do, past the filter.
    same(425), // io_uring_setup
    same(426), // io_uring_enter
    same(427), // io_uring_register
    // There is one number of such requests for the host and all of its users.
    call(libc::SYS_io_setup, 245, 243),
    // A user has few groups of it on all of the host; programs fall back to inotify.
    call(libc::SYS_fanotify_init, 338, 367),
    // Its flags are in memory, and may ask for huge pages; the C libraries use mmap2.
    call(NONE, 90, NONE), // mmap
];

/// What sets the limit of core dumps, which stays as it is: see `limits`. Nobody is told, since programs that have secrets
/// set it to 0 and end when they can't.
pub const CORE_LIMIT: &[Call] = &[
    call(libc::SYS_setrlimit, 75, 75).with_value(0, CORE),
    limits_of_another()
        .with_value(1, CORE)
        .when(2, Value::Pointer)
        .when(3, Value::Null),
];

/// What takes the host's huge pages, which no control group counts that libvirt has. They fail with ENOMEM, as where there
/// are none.
pub const HUGE_PAGES: &[Call] = &[
    call(libc::SYS_mmap, 192, 192).with_flag(3, libc::MAP_HUGETLB), // mmap2
    call(libc::SYS_memfd_create, 356, 385).with_flag(1, libc::MFD_HUGETLB as i32),
    call(libc::SYS_shmget, 395, 307).with_flag(2, libc::SHM_HUGETLB),
    call(NONE, 117, NONE)
        .with(0, 0xffff, SHMGET)
        .with_flag(3, libc::SHM_HUGETLB), // ipc
];

/// Sockets of all families but the local one, those of the internet, netlink and packets. Some know no network namespaces, as
/// AF_VSOCK and AF_QIPCRTR; of most the kernel loads the module when somebody asks for one. And the host's audit log. They fail
/// with EAFNOSUPPORT, as where the kernel has none: to programs that ask for passwords any other error of the latter is one.
pub const SOCKETS: &[Call] = &[
    between(socket(), libc::AF_INET + 1, libc::AF_INET6 - 1),
    between(socket(), libc::AF_INET6 + 1, libc::AF_NETLINK - 1),
    socket().when(0, Value::AtLeast(AFTER_PACKET)),
    between(socketpair(), libc::AF_INET + 1, libc::AF_INET6 - 1),
    between(socketpair(), libc::AF_INET6 + 1, libc::AF_NETLINK - 1),
    socketpair().when(0, Value::AtLeast(AFTER_PACKET)),
    socket()
        .with_value(0, libc::AF_NETLINK as u64)
        .with_value(2, libc::NETLINK_AUDIT as u64),
];

/// AF_NETLINK comes right before AF_PACKET.
const AFTER_PACKET: u64 = libc::AF_PACKET as u64 + 1;

const fn socket() -> Call {
    call(libc::SYS_socket, 359, 281)
}

const fn socketpair() -> Call {
    call(libc::SYS_socketpair, 360, 288)
}

/// The call for a family from `first` to `last`.
const fn between(call: Call, first: i32, last: i32) -> Call {
    call.when(0, Value::AtLeast(first as u64))
        .when(0, Value::AtMost(last as u64))
}

const fn limits_of_another() -> Call {
    call(libc::SYS_prlimit64, 340, 369)
}

/// The number of a sandbox's first process.
const FIRST_PROCESS: u64 = 1;

/// The limit of core dumps.
const CORE: u64 = libc::RLIMIT_CORE as u64;

/// What ipc calls shmget.
const SHMGET: u64 = 23;

/// What socketcall calls a new socket.
const SYS_SOCKET: u64 = 1;

/// Pastes and selects in a text console.
const TIOCLINUX: u64 = 0x541c;

/// What gives a file a setuid or setgid bit: in a directory of the host that the program can write to, such a file runs
/// with the rights of its owner for everybody on the host. They fail with EPERM.
pub const RIGHTS_OF_FILES: &[Call] = &[
    old(90, 15).with_flag(1, SETUID), // chmod
    old(90, 15).with_flag(1, SETGID),
    call(libc::SYS_fchmod, 94, 94).with_flag(1, SETUID),
    call(libc::SYS_fchmod, 94, 94).with_flag(1, SETGID),
    call(libc::SYS_fchmodat, 306, 333).with_flag(2, SETUID),
    call(libc::SYS_fchmodat, 306, 333).with_flag(2, SETGID),
    same(452).with_flag(2, SETUID), // fchmodat2
    same(452).with_flag(2, SETGID),
    old(133, 14).with_flag(1, SETUID), // mknod
    old(133, 14).with_flag(1, SETGID),
    call(libc::SYS_mknodat, 297, 324).with_flag(2, SETUID),
    call(libc::SYS_mknodat, 297, 324).with_flag(2, SETGID),
    old(85, 8).with_flag(1, SETUID), // creat
    old(85, 8).with_flag(1, SETGID),
    // The mode counts only for a file that is made.
    old(2, 5).with_flag(1, libc::O_CREAT).with_flag(2, SETUID), // open
    old(2, 5).with_flag(1, libc::O_CREAT).with_flag(2, SETGID),
    old(2, 5).with_flag(1, UNNAMED).with_flag(2, SETUID),
    old(2, 5).with_flag(1, UNNAMED).with_flag(2, SETGID),
    openat().with_flag(2, libc::O_CREAT).with_flag(3, SETUID),
    openat().with_flag(2, libc::O_CREAT).with_flag(3, SETGID),
    openat().with_flag(2, UNNAMED).with_flag(3, SETUID),
    openat().with_flag(2, UNNAMED).with_flag(3, SETGID),
];

/// What does the same where no filter can see it. They fail with ENOSYS, and programs fall back to others.
pub const PAST_A_FILTER: &[Call] = &[
    same(437), // openat2
    same(425), // io_uring_setup
    same(426), // io_uring_enter
    same(427), // io_uring_register
];

const fn openat() -> Call {
    call(libc::SYS_openat, 295, 322)
}

const SETUID: i32 = libc::S_ISUID as i32;
const SETGID: i32 = libc::S_ISGID as i32;

/// The bit of O_TMPFILE that O_DIRECTORY has not.
const UNNAMED: i32 = libc::O_TMPFILE & !libc::O_DIRECTORY;
