//! The command line: the one definition that the parser, the manual page and the completions come from.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use crate::{count, duration, size};

/// Run a program of this host in a sandbox: a KVM/QEMU virtual machine or an LXC container.
///
/// The program sees the host's root directory, read-only. Its input and output are those of virt-sandbox, and so is its
/// exit status.
#[derive(Debug, Parser)]
#[command(
    name = "virt-sandbox",
    version,
    disable_version_flag = true,
    after_help = "Exit status: that of COMMAND; 128+N when signal N killed it; 127 when it was not found, 126 when it could \
                  not be executed; 125 when the sandbox itself failed; 124 when --timeout ended it.\n\n\
                  Ctrl-] on a terminal leaves the program, which ends with the sandbox.\n\n\
                  Environment: LIBVIRT_SANDBOX_DEBUG shows what the library does; LIBVIRT_SANDBOX_INIT_DEBUG lets the sandbox's \
                  first process tell what it does, which --debug shows; LIBVIRT_SANDBOX_STRACE=1 runs COMMAND under the \
                  strace of the root directory, which writes to standard error, and any other value is an expression for its option -e."
)]
pub struct Args {
    /// Connect to this libvirt driver: lxc:///, qemu:///system, qemu:///session or qemu:///embed
    ///
    /// Without it: the environment's LIBVIRT_DEFAULT_URI, uri_default of libvirt.conf, a libvirt daemon that answers, or
    /// else the embedded QEMU driver, which needs no daemon.
    #[arg(short = 'c', long, value_name = "URI")]
    pub connect: Option<String>,

    /// Name the sandbox; otherwise sandbox, or sandbox-ID when that is taken
    #[arg(short, long, value_name = "NAME")]
    pub name: Option<String>,

    /// Use DIR as the root directory, read-only
    #[arg(short, long, value_name = "DIR")]
    pub root: Option<PathBuf>,

    /// Let the program write to the root directory, which does not change on the host: what is written is thrown away at the
    /// end, or kept in DIR for the next sandbox
    ///
    /// Without DIR it is in memory, and at most as much as --overlay-size says. With it containers keep their files in
    /// DIR/container, and virtual machines an image, DIR/machine.img: each sees what its kind has written. One sandbox at a
    /// time can use DIR.
    #[arg(
        long,
        value_name = "DIR",
        num_args = 0..=1,
        require_equals = true
    )]
    pub overlay: Option<Option<PathBuf>>,

    /// Let at most this much be written to the root directory: a number of bytes, or with K, M, G or T
    ///
    /// Without it: half of the memory. With --overlay=DIR it is the size of the image of virtual machines when that is made,
    /// otherwise 16G, which takes only what is written; the files of containers have no limit.
    #[arg(long, value_name = "SIZE", value_parser = size::parse)]
    pub overlay_size: Option<u64>,

    /// Set a variable of the program's environment; can be given several times
    #[arg(short, long, value_name = "KEY=VALUE")]
    pub env: Vec<OsString>,

    /// Mount something in the sandbox; can be given several times, in any order
    ///
    /// - host-bind:DIR=SOURCE: a directory or file of the host, which the program can write to; what it writes belongs to its
    ///   user. Without SOURCE it is an empty directory that is removed afterwards.
    ///
    /// - host-image:DIR=IMAGE[,format=FORMAT][,backing=allow]: the file system in a disk image of the host: ext2, ext3, ext4,
    ///   xfs, btrfs, squashfs, erofs, iso9660 or vfat; FORMAT is raw or, for virtual machines, such as qcow2. With
    ///   ,backing=allow the image may refer to other files, devices and servers, which the sandbox reaches through it.
    ///
    /// - guest-bind:DIR=SOURCE: another directory of the sandbox.
    ///
    /// - ram:DIR=SIZE[K|M|G|T]: a file system in memory.
    ///
    /// With ,ro at the end of the first three nobody in the sandbox can write to it. DIR need not exist on the host. A relative
    /// path of the host is one from the directory that virt-sandbox runs in.
    #[arg(short, long, value_name = "TYPE:DIR=SOURCE")]
    pub mount: Vec<OsString>,

    /// Mount a directory or file of the host, as --mount host-bind:DIR=SOURCE does
    #[arg(long, value_name = "DIR=SOURCE")]
    pub host_bind: Vec<OsString>,

    /// Mount the file system in a disk image of the host, as --mount host-image:DIR=IMAGE does
    #[arg(long, value_name = "DIR=IMAGE")]
    pub host_image: Vec<OsString>,

    /// Mount another directory of the sandbox, as --mount guest-bind:DIR=SOURCE does
    #[arg(long, value_name = "DIR=SOURCE")]
    pub guest_bind: Vec<OsString>,

    /// Copy a file or directory of the host to GUEST, below a ram mount or a host-bind without a source, or anywhere with
    /// --overlay; can be given several times
    #[arg(short, long, value_name = "GUEST[=HOST]")]
    pub include: Vec<OsString>,

    /// Copy the files that the lines of FILE name, as --include does
    #[arg(short = 'I', long, value_name = "FILE")]
    pub includefile: Option<PathBuf>,

    /// Give the sandbox a disk as /dev/disk/by-tag/TAG, which the program can write to; can be given several times
    ///
    /// - file:TAG=IMAGE[,format=FORMAT][,backing=allow]: an image; FORMAT is raw or, where the extension of IMAGE does not tell
    ///   it, such as qcow2; ,backing=allow as for mounts.
    ///
    /// - block:TAG=DEVICE: a block device of the host.
    #[arg(long, value_name = "TYPE:TAG=SOURCE[,format=FORMAT]")]
    pub disk: Vec<OsString>,

    /// Give the sandbox a network interface; can be given several times. Without one it has no network
    ///
    /// - dhcp: ask a DHCP server for an address.
    ///
    /// - source=NETWORK: connect it with this network of libvirt; otherwise a virtual machine has user-mode networking and a
    ///   container the network 'default'.
    ///
    /// - mac=ADDRESS: its hardware address.
    ///
    /// - address=IP[/PREFIX][%BROADCAST], route=IP[/PREFIX]%GATEWAY: an address and a route, IPv4 or IPv6; can be there several
    ///   times, but not together with dhcp. PREFIX is a number of bits or, for IPv4, a mask such as 255.255.255.0.
    ///
    /// - filter=NAME, filter.PARAMETER=VALUE: a network filter of libvirt, and what it needs to know.
    ///
    /// The interfaces are eth0, eth1 and so on, ready before the command runs; one that isn't within half a minute is an error.
    /// The first one has the default route. Name servers are those that DHCP tells about, or the host's; an /etc/resolv.conf
    /// of your own is a matter of --mount.
    #[arg(short = 'N', long, value_name = "SETTING,...")]
    pub network: Vec<OsString>,

    /// Confine the sandbox with a label of the host's security module, SELinux or AppArmor
    ///
    /// - dynamic: with one that libvirt makes, which is the default where the host has such a module.
    ///
    /// - static,label=LABEL: with this one.
    ///
    /// - inherit: with that of virt-sandbox.
    ///
    /// The label can also come before the mode.
    #[arg(short, long, value_name = "MODE[,label=LABEL]")]
    pub security: Option<OsString>,

    /// Let the program make every system call (containers)
    ///
    /// Without it those fail that no ordinary program needs, for root as for anybody: mounting; user namespaces, which
    /// Chromium and bubblewrap make; loading of kernels, modules and BPF programs; performance counters, the kernel's log and
    /// keys; setting the clock; swap, accounting and quotas; io_uring; typing into a terminal (TIOCSTI).
    #[arg(long)]
    pub no_seccomp: bool,

    /// Let root of a container be a user of the host without any rights
    ///
    /// Its users are those of a range that /etc/subuid and /etc/subgid give to libvirt-sandbox or to you, or else the 65536 from
    /// 1879048192 on. Only the program's user and groups are the same as on the host, unless they are root.
    #[arg(long)]
    pub userns: bool,

    /// Run the program as root, with the capabilities the driver allows
    #[arg(short, long, conflicts_with = "switchto")]
    pub privileged: bool,

    /// Run the program as this user, and with this group; both can be numbers
    ///
    /// A number that the host knows no user for is a user all the same: without GROUP in the group 65534, and at home in /.
    #[arg(short = 'S', long, value_name = "USER[:GROUP]")]
    pub switchto: Option<String>,

    /// Also run a shell, as the program's user, on a console of its own; how to reach it is told on standard error
    #[arg(short = 'l', long)]
    pub shell: bool,

    /// Use the shell of SANDBOX, one of yours that runs and was started with --shell; Ctrl-] leaves it
    ///
    /// With the embedded driver a shell is reached only as --shell tells.
    #[arg(long, value_name = "SANDBOX", conflicts_with_all = ["connect", "config", "save", "list", "dry_run", "command"])]
    pub attach: Option<String>,

    /// Give the sandbox this much memory; 512M without it
    ///
    /// SIZE is a number of bytes, or has a unit, K, M, G or T, and then can have a point: 1.5G. What a container keeps in file systems in memory counts, too.
    #[arg(long, value_name = "SIZE", value_parser = size::parse)]
    pub memory: Option<u64>,

    /// Give the sandbox this many processors
    ///
    /// Without it a virtual machine has one, and a container all that the host has. A container sees all of them, and gets as
    /// much time as N would have: with 0.5 half of that of one.
    #[arg(long, value_name = "N", value_parser = count::parse)]
    pub cpus: Option<u32>,

    /// Run the program in this directory of the sandbox; otherwise in the home directory of its user, or else in /
    #[arg(long, value_name = "DIR")]
    pub workdir: Option<PathBuf>,

    /// Call the sandbox so; otherwise by its name
    #[arg(long, value_name = "NAME")]
    pub hostname: Option<OsString>,

    /// Boot this kernel version, as uname -r prints it (virtual machines)
    #[arg(long, value_name = "VERSION")]
    pub kernver: Option<OsString>,

    /// Boot this kernel image (virtual machines)
    #[arg(long, value_name = "FILE")]
    pub kernpath: Option<PathBuf>,

    /// Take kernel modules from below this directory (virtual machines)
    #[arg(long, value_name = "DIR")]
    pub kmodpath: Option<PathBuf>,

    /// End the sandbox this long after its start, and exit with 124: a number of seconds, or with ms, s, m, h or d, also several
    /// as in 1h30m
    ///
    /// The program gets SIGTERM; five seconds later everything in the sandbox ends.
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    pub timeout: Option<Duration>,

    /// Begin with the configuration in FILE; the other options are added to it or take its place
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Write the configuration to FILE instead of running anything
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,

    /// Print the XML of the domain and what would be done in the sandbox, and start nothing
    #[arg(long, conflicts_with = "save")]
    pub dry_run: bool,

    /// List the sandboxes that run and the services that are defined, of this user, on all drivers
    ///
    /// UNKNOWN is a service whose connection can't be opened, UNDEFINED one that libvirt does not know any more.
    #[arg(long)]
    pub list: bool,

    /// Print the list as JSON: an array of objects with name, kind, uri, driver, state, pid, since and command
    #[arg(long, requires = "list")]
    pub json: bool,

    /// Tell on standard error what is done
    #[arg(short, long)]
    pub verbose: bool,

    /// Also show what the sandbox's kernel and first process write
    #[arg(short, long)]
    pub debug: bool,

    /// Print how long each phase took, on standard error at the end
    ///
    /// Each phase begins where the one before has ended; times are in milliseconds. After a failure there are those that were
    /// reached.
    ///
    /// - load: this process, before it did anything.
    ///
    /// - connect: the connection to libvirt.
    ///
    /// - build: what the sandbox is made from.
    ///
    /// - create: libvirt's start of it.
    ///
    /// - kernel: until the first process of a virtual machine runs.
    ///
    /// - init, modules, mounts, network: what the first process does, by the sandbox's own clock.
    ///
    /// - program: COMMAND.
    ///
    /// - drain: the rest of its output.
    ///
    /// - stop: what is removed.
    ///
    /// - disconnect: from libvirt.
    #[arg(long)]
    pub trace_phases: bool,

    /// Print the version
    #[arg(short = 'V', long)]
    pub version: bool,

    /// The program and its arguments
    #[arg(
        value_name = "COMMAND",
        required_unless_present_any = ["version", "config", "save", "list", "attach"],
        trailing_var_arg = true
    )]
    pub command: Vec<OsString>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn options_end_at_the_command() {
        let args = Args::parse_from([
            "virt-sandbox",
            "-c",
            "lxc:///",
            "ls",
            "-d",
            "--name",
            "x",
            "/tmp",
        ]);
        assert_eq!(args.command, ["ls", "-d", "--name", "x", "/tmp"]);
        assert!(!args.debug && args.name.is_none());
        let args = Args::parse_from(["virt-sandbox", "-n", "x", "--", "--odd-program", "--", "-c"]);
        assert_eq!(args.command, ["--odd-program", "--", "-c"]);
        assert_eq!(args.name.as_deref(), Some("x"));
    }

    #[test]
    fn contradictions_are_refused() {
        assert!(Args::try_parse_from(["virt-sandbox", "-p", "-S", "nobody", "id"]).is_err());
        assert!(Args::try_parse_from(["virt-sandbox"]).is_err());
        assert!(Args::try_parse_from(["virt-sandbox", "--nonsense", "id"]).is_err());
    }
}
