//! Builds a virtual machine: a kernel of the host, an initrd made for it, and the host's root over 9p.

use std::path::Path;
use std::rc::Rc;

use glib::prelude::*;
use libvirt_glib::gconfig::{
    self, DomainController, DomainCpu, DomainLifecycleAction, DomainLifecycleEvent,
    DomainMemballoon, DomainOs, DomainSerial, DomainVirtType,
};
use libvirt_glib::gobject::Connection;
use quick_xml::escape::escape;

use super::elements::{log_serial, make, text, virtio_channel, virtio_serial};
use super::prepared::Prepared;
use super::spec::{Guest, Machine, PORT, Spec};
use super::storage::{disks, filesystems, overlay};
use super::{Builder, BuilderError, BuilderExt, files};
use crate::config::Config;
use crate::context::uri::{Driver, UriError};

mod imp {
    use std::ffi::CString;
    use std::path::Path;

    use glib::prelude::*;
    use glib::subclass::prelude::*;
    use libvirt_glib::gconfig;

    use crate::builder::{Builder, BuilderImpl, BuilderImplExt, files};
    use crate::capi::builder_machine::{GVirSandboxBuilderMachine, GVirSandboxBuilderMachineClass};
    use crate::config::{Config, ConfigDisk};

    #[derive(Default)]
    pub struct BuilderMachine;

    #[glib::object_subclass]
    impl ObjectSubclass for BuilderMachine {
        const NAME: &'static str = "GVirSandboxBuilderMachine";
        type Type = super::BuilderMachine;
        type ParentType = Builder;
        type Instance = GVirSandboxBuilderMachine;
        type Class = GVirSandboxBuilderMachineClass;
    }

    impl ObjectImpl for BuilderMachine {}

    impl BuilderImpl for BuilderMachine {
        fn construct_basic(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.parent_construct_basic(config, statedir, domain)?;
            let prepared = self.obj().prepared(config, statedir)?;
            Ok(super::construct_basic(&prepared.spec, domain)?)
        }

        fn construct_os(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            let prepared = self.obj().prepared(config, statedir)?;
            Ok(super::construct_os(&prepared, statedir, domain)?)
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
            let builder = self.obj();
            let prepared = builder.prepared(config, statedir)?;
            let disks = builder.upcast_ref::<Builder>().device_names(config)?;
            Ok(super::construct_devices(
                &prepared, &disks, statedir, domain,
            )?)
        }

        fn construct_security(
            &self,
            config: &Config,
            statedir: &Path,
            domain: &gconfig::Domain,
        ) -> Result<(), glib::Error> {
            self.parent_construct_security(config, statedir, domain)?;
            let prepared = self.obj().prepared(config, statedir)?;
            Ok(super::construct_security(&prepared.spec, domain)?)
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

    fn prepared(&self, config: &Config, statedir: &Path) -> Result<Rc<Prepared>, BuilderError> {
        let builder = self.upcast_ref::<Builder>();
        let driver = builder.driver()?;
        if driver == Driver::Container {
            let uri = builder.connection().and_then(|connection| connection.uri());
            let uri = uri.map(String::from).unwrap_or_default();
            return Err(UriError::Unsupported(uri).into());
        }
        builder.prepared(config, statedir, &driver)
    }
}

fn machine(spec: &Spec) -> Result<&Machine, BuilderError> {
    match &spec.guest {
        Guest::Machine(machine) => Ok(machine),
        // Nobody prepares one for this builder.
        Guest::Container(_) => Err(BuilderError::NotConnected),
    }
}

fn construct_basic(spec: &Spec, domain: &gconfig::Domain) -> Result<(), BuilderError> {
    let virt_type = machine(spec)?.virt_type;
    spec.add_basics(domain)?;
    domain.set_virt_type(virt_type);
    let arch = spec.arch.to_string_lossy();
    domain.set_cpu(&make::<DomainCpu>(cpu(virt_type, &arch))?);
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

fn construct_os(
    prepared: &Prepared,
    statedir: &Path,
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    let spec = &prepared.spec;
    let machine = machine(spec)?;
    let kernel = prepared.kernel.as_deref().unwrap_or(Path::new(""));
    domain.set_os(&make::<DomainOs>(&format!(
        "<os><type arch='{}'>hvm</type><kernel>{}</kernel><initrd>{}</initrd><cmdline>{}</cmdline></os>",
        text(&spec.arch)?,
        text(kernel)?,
        text(&files::initrd(statedir))?,
        escape(&machine.boot.command_line),
    ))?);
    Ok(())
}

fn construct_devices(
    prepared: &Prepared,
    disks: &[String],
    statedir: &Path,
    domain: &gconfig::Domain,
) -> Result<(), BuilderError> {
    let Prepared { spec, made, .. } = prepared;
    let machine = machine(spec)?;
    let storage = &spec.storage;
    filesystems::add_root_to_machine(storage, &machine.shares, domain)?;
    disks::add_disks(storage, disks, domain)?;
    filesystems::add_to_machine(storage, made, &machine.shares, domain)?;
    disks::add_images(storage, domain)?;
    overlay::add_to_machine(storage, domain)?;
    spec.add_devices(domain)?;
    domain.add_device(&make::<DomainMemballoon>("<memballoon model='none'/>")?);
    domain.add_device(&make::<DomainController>(
        "<controller type='usb' model='none'/>",
    )?);
    domain.add_device(&match machine.keeps_log {
        true => log_serial(&files::log(statedir))?,
        false => make::<DomainSerial>("<serial type='pty'/>")?,
    });
    if spec.program.shell {
        domain.add_device(&make::<DomainSerial>("<serial type='pty'/>")?);
    }
    // A service talks with nobody.
    if !spec.program.kind.is_service() {
        let socket = files::real_guest_dir(statedir).join(files::SOCKET);
        domain.add_device(&virtio_serial()?);
        domain.add_device(&virtio_channel(&socket, PORT)?);
    }
    Ok(())
}

fn construct_security(spec: &Spec, domain: &gconfig::Domain) -> Result<(), BuilderError> {
    if let Some(confinement) = &spec.confinement {
        confinement.add_to(domain)?;
    }
    let emulator = machine(spec)?.emulator;
    let label = emulator.map(|emulator| emulator.seclabel(spec.storage.need_disks()));
    if let Some(label) = label.transpose()?.flatten() {
        domain.add_seclabel(&label);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
