//! What SELinux has to know of sandboxes: the types that the host's policy has for them, and the label of their sockets.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::net::UnixListener;
use std::path::Path;

use nix::errno::Errno;

const CONTEXT_CHECK: &str = "/sys/fs/selinux/context";
const OWN_CONTEXT: &str = "/proc/thread-self/attr/current";
const SOCKET_CONTEXT: &str = "/proc/thread-self/attr/sockcreate";

/// What the first process of a container and a machine's QEMU may connect to, as the policy module of this project has it.
const CHANNEL_TYPE: &str = "libvirt_sandbox_channel_t";

/// Where the policy modules of this project are installed.
const MODULES: &str = match option_env!("SANDBOX_SELINUX_DIR") {
    Some(path) => path,
    None => "/usr/share/selinux/packages",
};

/// What libvirt labels a container's `/dev` with.
const CONTAINER_FILES: &str = "system_u:object_r:container_file_t:s0";

/// The command that loads the policy modules that sandboxes need. What sandboxes have made before has other labels.
pub(crate) fn loading_command() -> String {
    let mut command = format!("semodule -i {MODULES}/libvirt-sandbox.cil");
    if knows(CONTAINER_FILES) == Some(false) {
        command += &format!(" {MODULES}/libvirt-sandbox-container.cil");
    }
    command + " && restorecon -RFi /run/libvirt-sandbox /var/cache/libvirt-sandbox"
}

/// Whether the host's kernel has it on, also where it only tells what it would deny.
pub(crate) fn is_on() -> bool {
    Path::new("/sys/fs/selinux/enforce").exists()
}

/// Whether the host's policy has a context; none where it can't be asked.
pub(crate) fn knows(context: &str) -> Option<bool> {
    let mut file = OpenOptions::new().write(true).open(CONTEXT_CHECK).ok()?;
    match file.write_all(format!("{context}\0").as_bytes()) {
        Ok(()) => Some(true),
        Err(error) if error.raw_os_error() == Some(Errno::EINVAL as i32) => Some(false),
        Err(_) => None,
    }
}

/// Makes a socket at `path` that sandboxes may connect to. By the caller's own label they could not: that would be every socket
/// of the caller's, and has categories that no sandbox has.
pub(crate) fn listen(path: &Path) -> io::Result<UnixListener> {
    let Some(context) = channel_context() else {
        return UnixListener::bind(path);
    };
    let set = |context: &str| {
        let mut file = OpenOptions::new().write(true).open(SOCKET_CONTEXT)?;
        file.write_all(context.as_bytes())
    };
    set(&context)?;
    let listener = UnixListener::bind(path);
    // Nothing at all would not be written; a line break is nothing to the kernel.
    set("\n")?;
    listener
}

/// The label of a channel, if the policy has it.
fn channel_context() -> Option<String> {
    if !is_on() {
        return None;
    }
    let own = fs::read_to_string(OWN_CONTEXT).ok()?;
    let context = channel_context_of(&own)?;
    (knows(&context) == Some(true)).then_some(context)
}

/// Only the user that a process has may be that of what it makes.
fn channel_context_of(own: &str) -> Option<String> {
    let (user, rest) = own.split_once(':')?;
    // A policy without levels has none here, either.
    let level = if rest.split(':').count() > 2 {
        ":s0"
    } else {
        ""
    };
    Some(format!("{user}:object_r:{CHANNEL_TYPE}{level}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_has_the_user_of_its_maker_and_no_category() {
        for (own, channel) in [
            (
                "unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023\0",
                "unconfined_u:object_r:libvirt_sandbox_channel_t:s0",
            ),
            (
                "system_u:system_r:initrc_t:s0",
                "system_u:object_r:libvirt_sandbox_channel_t:s0",
            ),
            (
                "root:sysadm_r:sysadm_t",
                "root:object_r:libvirt_sandbox_channel_t",
            ),
        ] {
            assert_eq!(channel_context_of(own).as_deref(), Some(channel));
        }
        // What AppArmor writes there.
        assert_eq!(channel_context_of("unconfined\n"), None);
    }
}
