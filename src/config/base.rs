//! What every sandbox configuration has, whatever runs in it.

pub use imp::ConfigPropertiesExt;

pub(super) mod imp {
    #![allow(
        missing_docs,
        reason = "the macro writes the trait of the properties without documentation"
    )]

    use std::cell::{Cell, RefCell};
    use std::ffi::{CString, OsString};
    use std::os::unix::ffi::OsStringExt;

    use glib::prelude::*;
    use glib::subclass::prelude::*;
    use nix::sys::utsname;
    use nix::unistd::{getegid, geteuid};

    use crate::abi::config::{GVirSandboxConfig, GVirSandboxConfigClass};
    use crate::abi::config_slots;
    use crate::abi::object_structs;
    use crate::config::{ConfigDisk, ConfigMount, ConfigNetwork, VirtType};
    use crate::cstring_cell::CStringCell;

    #[derive(glib::Properties)]
    #[properties(wrapper_type = super::Config, ext_trait = ConfigPropertiesExt)]
    pub struct Config {
        /// The name of the sandbox, and of its domain; `sandbox` when it is not set.
        #[property(get, construct_only, nullable)]
        pub name: CStringCell,
        /// The UUID of the sandbox's domain; libvirt chooses one when it is not set.
        #[property(get, construct_only, nullable)]
        pub uuid: CStringCell,
        /// The host directory that is the sandbox's root, `/` by default.
        #[property(get, set, nullable)]
        pub root: CStringCell,
        /// The architecture of the sandbox, as `uname -m` prints it; that of the host by default.
        #[property(get, set, nullable)]
        pub arch: CStringCell,
        /// The version of the kernel of a virtual machine, as `uname -r` prints it; the newest that fits when it is not set.
        #[property(get, set, nullable)]
        pub kernrelease: CStringCell,
        /// The host path of the kernel of a virtual machine; found from its version when it is not set.
        #[property(get, set, nullable)]
        pub kernpath: CStringCell,
        /// The host directory that has the kernel modules, a directory for each version; `/lib/modules` when it is not set.
        #[property(get, set, nullable)]
        pub kmodpath: CStringCell,
        /// Whether the sandbox has a console with a shell for debugging.
        #[property(get, set)]
        pub shell: Cell<bool>,
        /// The user id that the program runs with, the caller's by default.
        #[property(get, set, default = geteuid().as_raw())]
        pub uid: Cell<u32>,
        /// The group id that the program runs with, the caller's by default.
        #[property(get, set, default = getegid().as_raw())]
        pub gid: Cell<u32>,
        /// The name of the user that the program runs as, the caller's by default.
        #[property(get, set, nullable, default = glib::user_name().to_str())]
        pub username: CStringCell,
        /// The home directory of the user that the program runs as, the caller's by default.
        #[property(get, set, nullable, default = glib::home_dir().to_str())]
        pub homedir: CStringCell,
        /// The security label of the sandbox, an SELinux context or an AppArmor profile; chosen by libvirt when it is not set.
        #[property(get, set, nullable)]
        pub security_label: CStringCell,
        /// Whether libvirt chooses the security label, as it does by default, or takes it as it is.
        #[property(get, set, default = true)]
        pub security_dynamic: Cell<bool>,
        /// The memory of the sandbox in bytes; 512 MiB when it is 0.
        ///
        /// Since: 0.9.0
        #[property(get, set)]
        pub memory: Cell<u64>,
        /// The number of processors that the sandbox can use; when it is 0, one of a virtual machine, and all time there is of a
        /// container.
        ///
        /// Since: 0.9.0
        #[property(get, set)]
        pub vcpus: Cell<u32>,
        /// How much time of processors a container can use, in thousandths of one; all that those have which it can use when it is
        /// 0. A virtual machine has whole processors.
        ///
        /// Since: 0.9.0
        #[property(get, set)]
        pub cpu_limit: Cell<u32>,
        /// The directory of the sandbox that the program is started in; the home directory, or else `/`, when it is not set.
        ///
        /// Since: 0.9.0
        #[property(get, set, nullable)]
        pub workdir: CStringCell,
        /// The host name of the sandbox; the name of the sandbox when it is not set.
        ///
        /// Since: 0.9.0
        #[property(get, set, nullable)]
        pub hostname: CStringCell,
        /// How long the program may run, in milliseconds; as long as it needs when it is 0.
        ///
        /// Since: 0.9.0
        #[property(get, set)]
        pub timeout: Cell<u64>,
        /// Whether the program keeps the capabilities that root has in its kind of sandbox.
        ///
        /// Since: 0.9.0
        #[property(get, set)]
        pub privileged: Cell<bool>,
        /// Whether the program of a container is kept from system calls that no ordinary program needs, as it is by default.
        ///
        /// Since: 0.9.0
        #[property(get, set, default = true)]
        pub seccomp: Cell<bool>,
        /// Whether root of a container, and all other users but that of the program, are users of the host without any rights.
        ///
        /// Since: 0.9.0
        #[property(get, set)]
        pub userns: Cell<bool>,
        /// Whether the root directory can be written to; what is written is thrown away at the end.
        ///
        /// Since: 0.9.0
        #[property(get, set)]
        pub overlay: Cell<bool>,
        /// The host directory that keeps what is written to the root directory, which can be written to if this is set.
        ///
        /// Since: 0.9.0
        #[property(get, set, nullable)]
        pub overlay_dir: CStringCell,
        /// How many bytes can be written to the root directory before they are thrown away; half of the memory when it is 0.
        ///
        /// Since: 0.9.0
        #[property(get, set)]
        pub overlay_size: Cell<u64>,
        pub debug: Cell<bool>,
        pub verbose: Cell<bool>,
        pub virt_type: Cell<Option<VirtType>>,
        pub envs: RefCell<Vec<(CString, CString)>>,
        pub mounts: RefCell<Vec<ConfigMount>>,
        /// What is copied into the root directory itself: a path below it, and one of the host.
        pub root_includes: RefCell<Vec<(CString, CString)>>,
        pub disks: RefCell<Vec<ConfigDisk>>,
        pub networks: RefCell<Vec<ConfigNetwork>>,
    }

    impl Default for Config {
        fn default() -> Self {
            Self {
                name: CStringCell::default(),
                uuid: CStringCell::default(),
                root: CStringCell::new(c"/"),
                arch: CStringCell::from_os(host_arch()),
                kernrelease: CStringCell::default(),
                kernpath: CStringCell::default(),
                kmodpath: CStringCell::default(),
                shell: Cell::default(),
                uid: Cell::new(geteuid().as_raw()),
                gid: Cell::new(getegid().as_raw()),
                username: CStringCell::from_os(Some(glib::user_name())),
                homedir: CStringCell::from_os(Some(glib::home_dir().into())),
                security_label: CStringCell::default(),
                security_dynamic: Cell::new(true),
                memory: Cell::default(),
                vcpus: Cell::default(),
                cpu_limit: Cell::default(),
                workdir: CStringCell::default(),
                hostname: CStringCell::default(),
                timeout: Cell::default(),
                privileged: Cell::default(),
                seccomp: Cell::new(true),
                userns: Cell::default(),
                overlay: Cell::default(),
                overlay_dir: CStringCell::default(),
                overlay_size: Cell::default(),
                debug: Cell::default(),
                verbose: Cell::default(),
                virt_type: Cell::default(),
                envs: RefCell::default(),
                mounts: RefCell::default(),
                root_includes: RefCell::default(),
                disks: RefCell::default(),
                networks: RefCell::default(),
            }
        }
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Config {
        const NAME: &'static str = "GVirSandboxConfig";
        const ABSTRACT: bool = true;
        type Type = super::Config;
        type Instance = GVirSandboxConfig;
        type Class = GVirSandboxConfigClass;

        fn class_init(class: &mut Self::Class) {
            config_slots::install_base::<Self>(class);
        }
    }

    object_structs!(Config: GVirSandboxConfig, GVirSandboxConfigClass);

    #[glib::derived_properties]
    impl ObjectImpl for Config {
        fn constructed(&self) {
            self.parent_constructed();
            // A construct-only property is always set, to NULL when the caller gave no name.
            if self.name.get().is_none() {
                self.name.set(Some(c"sandbox".to_owned()));
            }
        }
    }

    fn host_arch() -> Option<OsString> {
        let system = utsname::uname().ok()?;
        Some(OsString::from_vec(system.machine().to_owned().into_vec()))
    }
}

glib::wrapper! {
    /// The configuration of a sandbox.
    pub struct Config(ObjectSubclass<imp::Config>);
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use glib::prelude::*;

    use super::*;
    use crate::config::{ConfigExt, ConfigInteractive};

    #[test]
    fn a_sandbox_without_a_name_is_called_sandbox() {
        let config: ConfigInteractive = glib::Object::new();
        assert_eq!(config.name().as_deref(), Some(Path::new("sandbox")));
    }

    #[test]
    fn starts_with_the_identity_of_the_process() {
        let config = ConfigInteractive::new(c"box");
        assert_eq!(config.uid(), nix::unistd::geteuid().as_raw());
        assert_eq!(config.gid(), nix::unistd::getegid().as_raw());
        assert_eq!(config.homedir(), Some(glib::home_dir()));
        assert_eq!(config.root().as_deref(), Some(Path::new("/")));
        assert!(config.security_dynamic());
        assert!(!config.shell() && !config.debug() && !config.verbose());
    }

    #[test]
    fn the_uuid_can_be_set_later_and_is_announced() {
        let config = ConfigInteractive::new(c"box");
        let seen = std::rc::Rc::new(std::cell::Cell::new(0));
        let count = seen.clone();
        config.connect_notify_local(Some("uuid"), move |_, _| count.set(count.get() + 1));
        config.set_uuid(Some(Path::new("c7a5fdbd-edaf-9455-926a-d65c16db1809")));
        assert!(config.uuid().is_some());
        assert_eq!(seen.get(), 1);
    }
}
