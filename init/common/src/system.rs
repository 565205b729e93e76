//! Bare system calls: those for which nix and rustix have no safe function.
#![allow(
    unsafe_code,
    reason = "the calls take pointers and numbers that the compiler knows nothing of"
)]

use std::ffi::CString;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::libc;
use nix::sys::signal::SigSet;
use nix::sys::socket::{ControlMessageOwned, LinkAddr, RecvMsg, SockaddrLike};
use nix::unistd::{self, ForkResult, Pid};
use sandbox_plan::WindowSize;
use seccompiler::sock_filter;

/// `_LINUX_CAPABILITY_VERSION_3`
const CAPABILITY_VERSION: u32 = 0x2008_0522;

#[repr(C)]
struct CapabilityHeader {
    version: u32,
    pid: libc::c_int,
}

impl CapabilityHeader {
    const OWN: Self = Self {
        version: CAPABILITY_VERSION,
        pid: 0,
    };
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
struct CapabilityWord {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

/// `struct mount_attr` of the kernel.
#[repr(C)]
#[derive(Default)]
pub struct MountAttributes {
    pub set: u64,
    pub clear: u64,
    pub propagation: u64,
    pub user_namespace: u64,
}

/// Makes a process like the calling one.
pub fn fork() -> nix::Result<ForkResult> {
    // SAFETY: no first process of a sandbox has a second thread, so that the child may do everything.
    unsafe { unistd::fork() }
}

/// Ends the child without running what the parent registered for its own end.
pub fn exit(status: i32) -> ! {
    // SAFETY: _exit(2) has no preconditions.
    unsafe { libc::_exit(status) }
}

/// Reaps one dead child, if there is one: its process ID and raw status.
pub fn reap() -> Option<(Pid, i32)> {
    loop {
        let mut status = 0;
        // SAFETY: the status is a valid place for an int for as long as the call lasts.
        let result = Errno::result(unsafe { libc::waitpid(-1, &mut status, libc::WNOHANG) });
        match result {
            Ok(pid) if pid > 0 => return Some((Pid::from_raw(pid), status)),
            Err(Errno::EINTR) => {}
            _ => return None,
        }
    }
}

/// Sends signal `number`, which may be one without a name, to the processes of a group.
pub fn kill_group(leader: Pid, number: i32) -> nix::Result<()> {
    // SAFETY: kill(2) takes two numbers.
    Errno::result(unsafe { libc::kill(-leader.as_raw(), number) }).map(drop)
}

/// The set of the one signal with the `index`th number after those that have names.
pub fn real_time_signal(index: i32) -> SigSet {
    let mut set = *SigSet::empty().as_ref();
    // SAFETY: sigaddset(3) changes the initialized set that it is given, and the result is one.
    unsafe {
        libc::sigaddset(&mut set, libc::SIGRTMIN() + index);
        SigSet::from_sigset_t_unchecked(set)
    }
}

/// Gives every signal its default action.
pub fn reset_handlers() {
    /// What the kernel calls `struct sigaction`: handler, flags, restorer, mask.
    const DEFAULT: [usize; 4] = [libc::SIG_DFL, 0, 0, 0];
    const MASK_SIZE: usize = 8;
    let no_old = std::ptr::null::<usize>();
    for number in 1..=libc::SIGRTMAX() {
        // Not by the C library, which keeps two signals for itself.
        // SAFETY: the default action is no handler. Signals that can't be set are at their default.
        unsafe { libc::syscall(libc::SYS_rt_sigaction, number, &DEFAULT, no_old, MASK_SIZE) };
    }
}

/// Lets this process no longer interrupt others as soon as it has something to do. What it runs later inherits that.
pub fn wait_for_turn() {
    let param = libc::sched_param { sched_priority: 0 };
    // SAFETY: the parameter outlives the call. Without it everything works, only more slowly.
    unsafe { libc::sched_setscheduler(0, libc::SCHED_BATCH, &param) };
}

/// Gives the calling process a namespace of control groups.
pub fn leave_control_groups() -> nix::Result<()> {
    // SAFETY: the call has no preconditions.
    Errno::result(unsafe { libc::unshare(libc::CLONE_NEWCGROUP) }).map(drop)
}

/// Puts `mark` in front of the process's arguments, as others see them.
pub fn mark_arguments(mark: u8) {
    /// Which field of /proc/self/stat has the address of the arguments, counted behind the name.
    const ARGUMENTS: usize = 45;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let address = fields.split_whitespace().nth(ARGUMENTS);
    let address: Option<usize> = address.and_then(|address| address.parse().ok());
    if let Some(address) = address.filter(|address| *address != 0) {
        let first = std::ptr::with_exposed_provenance_mut::<u8>(address);
        // SAFETY: the kernel has put the arguments there, which are the process's own and may be written to; nothing refers to
        // them any more.
        unsafe { first.write_volatile(mark) };
    }
}

/// The capabilities that the calling process may use.
pub fn permitted_capabilities() -> nix::Result<u64> {
    let mut header = CapabilityHeader::OWN;
    let mut words = [CapabilityWord::default(); 2];
    // SAFETY: version 3 writes two words; header and words outlive the call.
    let result = unsafe { libc::syscall(libc::SYS_capget, &mut header, words.as_mut_ptr()) };
    Errno::result(result)?;
    Ok(u64::from(words[0].permitted) | u64::from(words[1].permitted) << 32)
}

/// Gives the calling process these capabilities, and what it executes as root those that can be inherited.
pub fn set_capabilities(mask: u64, inheritable: u64) -> nix::Result<()> {
    let header = CapabilityHeader::OWN;
    let word = |shift: u32| CapabilityWord {
        effective: (mask >> shift) as u32,
        permitted: (mask >> shift) as u32,
        inheritable: (inheritable >> shift) as u32,
    };
    let words = [word(0), word(32)];
    // SAFETY: version 3 reads two words; header and words outlive the call.
    let result = unsafe { libc::syscall(libc::SYS_capset, &header, words.as_ptr()) };
    Errno::result(result).map(drop)
}

/// Takes a capability out of the bounding set of the calling process.
pub fn drop_from_bounding_set(capability: u32) -> nix::Result<()> {
    prctl(libc::PR_CAPBSET_DROP, capability.into(), 0)
}

/// Clears the ambient capabilities of the calling process.
pub fn clear_ambient_set() -> nix::Result<()> {
    prctl(
        libc::PR_CAP_AMBIENT,
        libc::PR_CAP_AMBIENT_CLEAR_ALL as u64,
        0,
    )
}

/// Adds a capability to the ambient ones of the calling process.
pub fn raise_ambient(capability: u32) -> nix::Result<()> {
    let raise = libc::PR_CAP_AMBIENT_RAISE as u64;
    prctl(libc::PR_CAP_AMBIENT, raise, capability.into())
}

/// prctl(2) with its arguments as wide as the kernel takes them: it is variadic, so nothing else widens them.
fn prctl(operation: libc::c_int, first: u64, second: u64) -> nix::Result<()> {
    const NONE: libc::c_ulong = 0;
    let [first, second] = [first as libc::c_ulong, second as libc::c_ulong];
    // SAFETY: the operations that are asked for here take numbers by value, and no pointers.
    Errno::result(unsafe { libc::prctl(operation, first, second, NONE, NONE) }).map(drop)
}

/// Takes the system calls that `program` refuses away from the calling process, for good.
pub fn filter_calls(program: &[sock_filter]) -> nix::Result<()> {
    let program = libc::sock_fprog {
        len: u16::try_from(program.len()).map_err(|_| Errno::EINVAL)?,
        filter: program.as_ptr().cast::<libc::sock_filter>().cast_mut(),
    };
    // SAFETY: the kernel copies as many instructions as there are, which have its layout and outlive the call.
    let result = unsafe {
        libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            0,
            &program,
        )
    };
    Errno::result(result).map(drop)
}

/// Lets only those packets into a socket that `filter` takes.
pub fn filter_packets(socket: &OwnedFd, filter: &mut [libc::sock_filter]) -> nix::Result<()> {
    let program = libc::sock_fprog {
        len: u16::try_from(filter.len()).map_err(|_| Errno::EINVAL)?,
        filter: filter.as_mut_ptr(),
    };
    // SAFETY: the program points to as many instructions as it says, and the kernel copies both.
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_ATTACH_FILTER,
            (&raw const program).cast(),
            size_of_val(&program) as libc::socklen_t,
        )
    };
    Errno::result(result).map(drop)
}

/// The address of everybody on the network of an interface, for IP packets.
pub fn everyone(interface: u32) -> nix::Result<LinkAddr> {
    let address = libc::sockaddr_ll {
        sll_family: libc::AF_PACKET as u16,
        sll_protocol: (libc::ETH_P_IP as u16).to_be(),
        sll_ifindex: interface as i32,
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 6,
        sll_addr: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0],
    };
    let length = size_of_val(&address) as libc::socklen_t;
    // SAFETY: the address is a sockaddr_ll of that length, and is copied.
    let everyone = unsafe { LinkAddr::from_raw((&raw const address).cast(), Some(length)) };
    everyone.ok_or(Errno::EINVAL)
}

/// The descriptor that has come with a message, if one has.
pub fn descriptor(message: RecvMsg<'_, '_, ()>) -> nix::Result<Option<OwnedFd>> {
    let mut descriptor = None;
    for control in message.cmsgs()? {
        if let ControlMessageOwned::ScmRights(fds) = control {
            // SAFETY: the kernel has just made these descriptors, and nothing else owns them.
            descriptor = fds.first().map(|fd| unsafe { OwnedFd::from_raw_fd(*fd) });
        }
    }
    Ok(descriptor)
}

/// Closes the descriptors from `first` to `last`; what uses them must not be dropped any more.
pub fn close_range(first: RawFd, last: RawFd) -> nix::Result<()> {
    if first <= last {
        // SAFETY: nothing in this process uses the descriptors any more, as the caller knows.
        Errno::result(unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) })?;
    }
    Ok(())
}

/// How many bytes wait in a pipe or a terminal.
pub fn unread(fd: &OwnedFd) -> nix::Result<usize> {
    let mut bytes: libc::c_int = 0;
    // SAFETY: FIONREAD writes one int, which outlives the call.
    Errno::result(unsafe { libc::ioctl(fd.as_raw_fd(), libc::FIONREAD, &mut bytes) })?;
    Ok(usize::try_from(bytes).unwrap_or(0))
}

/// Sets the size of a terminal, which signals the processes on it.
pub fn resize(master: &OwnedFd, size: WindowSize) -> nix::Result<()> {
    let size = libc::winsize {
        ws_row: size.rows,
        ws_col: size.columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: TIOCSWINSZ reads one winsize, which outlives the call.
    Errno::result(unsafe { libc::ioctl(master.as_raw_fd(), libc::TIOCSWINSZ, &size) }).map(drop)
}

/// Makes a terminal the controlling one of the calling session leader.
pub fn take_terminal(terminal: &OwnedFd) -> nix::Result<()> {
    // SAFETY: TIOCSCTTY takes an int by value.
    Errno::result(unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCSCTTY, 0) }).map(drop)
}

/// Opens the program's side of the terminal `master`.
pub fn open_slave(master: &OwnedFd, flags: OFlag) -> nix::Result<OwnedFd> {
    let unlocked: libc::c_int = 0;
    // SAFETY: TIOCSPTLCK reads one int, which outlives the call.
    Errno::result(unsafe { libc::ioctl(master.as_raw_fd(), libc::TIOCSPTLCK, &unlocked) })?;
    // SAFETY: TIOCGPTPEER takes open flags by value and returns a new descriptor.
    let fd = unsafe { libc::ioctl(master.as_raw_fd(), libc::TIOCGPTPEER, flags.bits()) };
    let fd = Errno::result(fd)?;
    // SAFETY: the call above returned this descriptor and nothing else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Changes the attributes of a mount, with AT_RECURSIVE in `flags` also of those below it.
pub fn set_mount_attributes(
    mount: BorrowedFd<'_>,
    flags: i32,
    attributes: &MountAttributes,
) -> nix::Result<()> {
    let empty = CString::default();
    // SAFETY: the path is a C string, the structure has the size that is given; both outlive the call.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            mount.as_raw_fd(),
            empty.as_ptr(),
            flags,
            std::ptr::from_ref(attributes),
            size_of::<MountAttributes>(),
        )
    };
    Errno::result(result).map(drop)
}
