//! Builds a virtual machine: a kernel of the host, an initrd made for it, and the host's root over 9p.

mod guest;

use std::path::Path;

use glib::prelude::*;
use glib::subclass::prelude::*;
use libvirt_glib::gconfig::{
    self, DomainController, DomainCpu, DomainLifecycleAction, DomainLifecycleEvent,
    DomainMemballoon, DomainOs, DomainSerial, DomainVirtType,
};
use libvirt_glib::gobject::Connection;
use nix::sys::utsname::uname;
use quick_xml::escape::escape;

use super::cache::Cache;
use super::elements::{
    Access, log_serial, make, read_only_filesys, root_dir, text, virtio_channel, virtio_serial,
};
use super::emulator::Emulator;
use super::kernel::{Kernel, KernelRequest, Places};
use super::modules::ModuleTree;
use super::plan;
use super::run::Run;
use super::shares::{Share, Shares};
use super::{
    Builder, BuilderError, BuilderExt, disks, files, filesystems, interfaces, names, overlay,
    ownership, resources, security, userns, virt, vmlinux,
};
use crate::config::{Config, ConfigExt, ConfigPropertiesExt, ConfigService};
use crate::driver::{Driver, Placement, embedded_root};

/// The mount tag of the root directory.
const ROOT_TAG: &str = "sandbox:root";

/// The virtio-serial port that guest and host talk on.
const PORT: &str = "org.libvirt.sandbox.app";

mod imp {
    use std::cell::RefCell;
    use std::ffi::CString;
    use std::path::Path;

    use glib::subclass::prelude::*;
    use libvirt_glib::gconfig;

    use crate::abi::builder::{GVirSandboxBuilderMachine, GVirSandboxBuilderMachineClass};
    use crate::abi::object_structs;
    use crate::builder::shares::Shares;
    use crate::builder::{Builder, BuilderImpl, BuilderImplExt, files};
    use crate::config::{Config, ConfigDisk};

    #[derive(Default)]
    pub struct BuilderMachine {
        /// What the machine that is being built gets of the host's files.
        pub(super) shares: RefCell<Option<Shares>>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for BuilderMachine {
        const NAME: &'static str = "GVirSandboxBuilderMachine";
        type Type = super::BuilderMachine;
        type ParentType = Builder;
        type Instance = GVirSandboxBuilderMachine;
        type Class = GVirSandboxBuilderMachineClass;
    }

    object_structs!(BuilderMachine: GVirSandboxBuilderMachine, GVirSandboxBuilderMachineClass);

    impl ObjectImpl for BuilderMachine {}

    impl BuilderImpl for BuilderMachine {
        fn construct_basic(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.parent_construct_basic(config, statedir, domain)?;
            Ok(super::construct_basic(config, domain)?)
        }

        fn construct_os(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            Ok(self.obj().construct_os(config, statedir, domain)?)
        }

        fn construct_features(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.parent_construct_features(config, statedir, domain)?;
            // The guest powers itself off.
            domain.set_features(&["acpi"]);
            Ok(())
        }

        fn construct_devices(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.parent_construct_devices(config, statedir, domain)?;
            Ok(self.obj().construct_devices(config, statedir, domain)?)
        }

        fn construct_security(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.parent_construct_security(config, statedir, domain)?;
            Ok(self.obj().construct_security(config, statedir, domain)?)
        }

        fn clean_post_start(&self, config: &Config, statedir: &Path) -> Result<(), glib::Error> {
            self.parent_clean_post_start(config, statedir)?;
            Ok(files::remove_kernel(statedir)?)
        }

        fn clean_post_stop(&self, config: &Config, statedir: &Path) -> Result<(), glib::Error> {
            self.parent_clean_post_stop(config, statedir)?;
            Ok(files::remove_outside(statedir)?)
        }

        fn disk_prefix(&self, _config: &Config, _disk: &ConfigDisk) -> Option<CString> {
            Some(c"vd".to_owned())
        }
    }
}

glib::wrapper! {
    /// Builds a virtual machine.
    pub struct BuilderMachine(ObjectSubclass<imp::BuilderMachine>)
        @extends Builder;
}

impl BuilderMachine {
    /// Creates a builder for `connection`.
    pub fn new(connection: &Connection) -> Self {
        glib::Object::builder()
            .property("connection", connection)
            .build()
    }

    fn construct_devices(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), BuilderError> {
        let is_service = config.is::<ConfigService>();
        files::make_guest_dir(statedir)?;
        let shares = self.shares(config)?;
        if !names::has_root(config) {
            let root = root_dir(config)?;
            let share = shares.root();
            let access = share.map_or(Access::Squash, Share::access);
            domain.add_device(&read_only_filesys(&root, ROOT_TAG, access)?);
            for below in share.into_iter().flat_map(|share| &share.below) {
                domain.add_device(&read_only_filesys(
                    &below.source,
                    &below.tag,
                    Access::Squash,
                )?);
            }
        }
        disks::add_disks(self.upcast_ref(), config, domain)?;
        let run = Run {
            config,
            statedir,
            rehearses: self.rehearses(),
        };
        filesystems::add_to_machine(run, &shares, domain)?;
        disks::add_images(config, domain)?;
        overlay::add_to_machine(config, self.rehearses(), domain)?;
        interfaces::add(config, interfaces::Kind::Machine, domain)?;
        domain.add_device(&make::<DomainMemballoon>("<memballoon model='none'/>")?);
        domain.add_device(&make::<DomainController>(
            "<controller type='usb' model='none'/>",
        )?);
        domain.add_device(&match self.driver()? {
            // That of a service on an embedded driver would grow for ever.
            Driver::Machine(placement)
                if placement.keeps_logs()
                    && !(is_service && matches!(placement, Placement::Embedded { .. })) =>
            {
                let log = files::log(statedir);
                // Whoever the daemon runs as: its owner can read it.
                if is_service && !self.rehearses() {
                    files::write_private(&log, b"")?;
                }
                log_serial(&log)?
            }
            _ => make::<DomainSerial>("<serial type='pty'/>")?,
        });
        if config.shell() {
            domain.add_device(&make::<DomainSerial>("<serial type='pty'/>")?);
        }
        // A service talks with nobody.
        if !is_service {
            let socket = files::real_guest_dir(statedir).join(files::SOCKET);
            domain.add_device(&virtio_serial()?);
            domain.add_device(&virtio_channel(&socket, PORT)?);
        }
        Ok(())
    }

    fn rehearses(&self) -> bool {
        self.upcast_ref::<Builder>().rehearses()
    }

    /// What the plan knows of, if it is made: the host's mounts may change meanwhile.
    fn shares(&self, config: &Config) -> Result<Shares, BuilderError> {
        match self.imp().shares.take() {
            Some(shares) => Ok(shares),
            None => Shares::of(config, self.emulator(config)?),
        }
    }

    fn driver(&self) -> Result<Driver, BuilderError> {
        let connection = self.connection().ok_or(BuilderError::NotConnected)?;
        Ok(Driver::from_uri(&connection.uri().unwrap_or_default())?)
    }

    fn emulator(&self, config: &Config) -> Result<Option<Emulator>, BuilderError> {
        Emulator::of(self.upcast_ref(), &self.driver()?, config)
    }

    fn construct_security(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), BuilderError> {
        security::confine(self.upcast_ref(), config, domain)?;
        if let Some(emulator) = self.emulator(config)? {
            emulator.admit(statedir)?;
            if let Driver::Machine(Placement::Embedded { root }) = self.driver()? {
                embedded_root::let_emulator_through(&root).map_err(BuilderError::write(&root))?;
            }
            if let Some(label) = emulator.seclabel(config)? {
                domain.add_seclabel(&label);
            }
        }
        Ok(())
    }

    fn construct_os(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), BuilderError> {
        let kernel = choose_kernel(config)?;
        glib::g_info!(
            crate::log::LOG_DOMAIN,
            "{}",
            tr!(
                "booting {image}: {why}",
                image = kernel.image.display(),
                why = kernel.why,
            )
        );
        let cache = (!self.rehearses()).then(|| Cache::open(statedir));
        let mut image = match &cache {
            Some(cache) => vmlinux::prepare(&kernel.image, cache)?.path().to_owned(),
            None => vmlinux::known(&kernel.image),
        };
        // A service is started again when the cache, or the host, may have others. And where there are disks, libvirt
        // gives QEMU everything that the domain names, and only the disks are to change their owner.
        let is_given_disks = |emulator: Emulator| emulator.is_given_disks(config);
        if config.is::<ConfigService>() || self.emulator(config)?.is_some_and(is_given_disks) {
            image = match cache {
                Some(_) => files::copy_kernel(&image, statedir)?,
                None => files::own_kernel(statedir),
            };
        }
        let tree = ModuleTree::open(&kernel.modules)?;
        let shares = Shares::of(config, self.emulator(config)?)?;
        guest::write_initrd(config, &shares, statedir, cache.as_ref(), &tree)?;
        self.imp().shares.replace(Some(shares));

        let arch = config.arch().unwrap_or_default();
        domain.set_os(&make::<DomainOs>(&format!(
            "<os><type arch='{}'>hvm</type><kernel>{}</kernel><initrd>{}</initrd><cmdline>{}</cmdline></os>",
            text(&arch)?,
            text(&image)?,
            text(&files::initrd(statedir))?,
            escape(command_line(config)),
        ))?);
        Ok(())
    }
}

fn construct_basic(config: &Config, domain: &gconfig::Domain) -> Result<(), BuilderError> {
    ownership::refuse_exchangeable(config)?;
    resources::add_to_machine(config, domain)?;
    userns::refuse_in_machine(config)?;
    let virt_type = virt::choose(config.virt_type())?;
    domain.set_virt_type(virt_type);
    let arch = config.arch().unwrap_or_default();
    domain.set_cpu(&make::<DomainCpu>(cpu(virt_type, &arch.to_string_lossy()))?);
    // Whatever ends the guest ends the sandbox: nothing of it is started anew or kept.
    for event in [
        DomainLifecycleEvent::Poweroff,
        DomainLifecycleEvent::Reboot,
        DomainLifecycleEvent::Crash,
    ] {
        domain.set_lifecycle(event, DomainLifecycleAction::Destroy);
    }
    Ok(())
}

/// Under emulation the processor does not say that string instructions are fast: QEMU moves byte by byte what a kernel and a C
/// library that believe it would copy and clear with them.
fn cpu(virt_type: DomainVirtType, arch: &str) -> &'static str {
    match (virt_type, arch) {
        (DomainVirtType::Kvm, _) => "<cpu mode='host-passthrough'/>",
        (_, "x86_64" | "i686") => {
            "<cpu mode='maximum'><feature policy='disable' name='erms'/>\
             <feature policy='disable' name='fsrm'/></cpu>"
        }
        _ => "<cpu mode='maximum'/>",
    }
}

fn choose_kernel(config: &Config) -> Result<Kernel, BuilderError> {
    let running = uname()
        .map(|system| system.release().to_string_lossy().into_owned())
        .unwrap_or_default();
    let request = KernelRequest {
        release: config
            .kernrelease()
            .map(|release| release.to_string_lossy().into_owned()),
        path: config.kernpath(),
        module_dir: config.kmodpath(),
        running,
    };
    Ok(request.choose(&Places::default())?)
}

/// What every guest's kernel is told. A panic is to end the machine. No test of the timer: interrupts come late to an emulated
/// machine on a busy host, and the kernel would panic. The others save a third of the boot: the self-tests of the
/// cryptography, and the rewriting of code that one processor more would need again.
const KERNEL_OPTIONS: &str = "panic=-1 no_timer_check cryptomgr.notests noreplace-smp";

/// On x86. For each PCI device the kernel has the firmware's table of interrupts computed anew, which takes an emulated machine
/// 0.14 seconds; virtio devices don't use those interrupts. The power button goes on working.
const X86_OPTIONS: &str = " acpi=noirq";

/// The log is for failures, unless somebody wants to see everything.
fn command_line(config: &Config) -> String {
    let log = if plan::wants_debug(config) {
        "loglevel=7 earlyprintk=ttyS0"
    } else {
        "quiet loglevel=1"
    };
    let arch = config.arch().unwrap_or_default();
    let more = match &*arch.to_string_lossy() {
        "x86_64" | "i686" => X86_OPTIONS,
        _ => "",
    };
    format!("console=ttyS0 {log} {KERNEL_OPTIONS}{more}")
}

#[cfg(test)]
mod tests;
