//! A domain: a machine or container that libvirt knows.

use std::ffi::c_char;
use std::ptr;

use glib::SignalHandlerId;
use glib::bitflags::bitflags;
use glib::object::ObjectType;
use glib::translate::*;

use super::signal;
use super::{Stream, StreamFlags};
use crate::{ffi, gconfig, result};

glib::wrapper! {
    /// A domain: a machine or container that libvirt knows.
    pub struct Domain(Object<ffi::GVirDomain>);

    match fn {
        type_ => || ffi::gvir_domain_get_type(),
    }
}

bitflags! {
    /// How a domain is started.
    #[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
    pub struct DomainStartFlags: u32 {
        /// It waits to be resumed.
        const PAUSED = ffi::GVIR_DOMAIN_START_PAUSED;
        /// It ends together with the connection.
        const AUTODESTROY = ffi::GVIR_DOMAIN_START_AUTODESTROY;
        /// A saved state is read past the host's cache.
        const BYPASS_CACHE = ffi::GVIR_DOMAIN_START_BYPASS_CACHE;
        /// A saved state is thrown away.
        const FORCE_BOOT = ffi::GVIR_DOMAIN_START_FORCE_BOOT;
    }
}

bitflags! {
    /// What is deleted along with a domain.
    #[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
    pub struct DomainDeleteFlags: u32 {
        /// Its saved state.
        const SAVED_STATE = ffi::GVIR_DOMAIN_DELETE_SAVED_STATE;
        /// What libvirt knows of its snapshots.
        const SNAPSHOTS_METADATA = ffi::GVIR_DOMAIN_DELETE_SNAPSHOTS_METADATA;
        /// The content of its firmware's memory.
        const REMOVE_NVRAM = ffi::GVIR_DOMAIN_DELETE_REMOVE_NVRAM;
    }
}

bitflags! {
    /// Which configuration of a domain is asked for.
    #[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
    pub struct DomainXmlFlags: u32 {
        /// With its secrets.
        const SECURE = ffi::GVIR_DOMAIN_XML_SECURE;
        /// That of the next start.
        const INACTIVE = ffi::GVIR_DOMAIN_XML_INACTIVE;
        /// With the processor that results on this host.
        const UPDATE_CPU = ffi::GVIR_DOMAIN_XML_UPDATE_CPU;
    }
}

bitflags! {
    /// How a guest is asked to shut down.
    #[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
    pub struct DomainShutdownFlags: u32 {
        /// By its power button.
        const ACPI_POWER_BTN = ffi::GVIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN;
        /// Through the agent inside it.
        const GUEST_AGENT = ffi::GVIR_DOMAIN_SHUTDOWN_GUEST_AGENT;
    }
}

bitflags! {
    /// How a console is opened; libvirt-glib passes on libvirt's own numbers.
    #[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
    pub struct ConsoleFlags: u32 {
        /// Takes the console away from whoever has it open.
        const FORCE = 1 << 0;
        /// Fails when the driver can not keep two users apart.
        const SAFE = 1 << 1;
    }
}

/// What a domain is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DomainState {
    /// Nothing that libvirt could tell.
    None,
    /// It runs.
    Running,
    /// It waits for a resource.
    Blocked,
    /// It is paused.
    Paused,
    /// It is shutting down.
    Shutdown,
    /// It is off.
    Shutoff,
    /// It has crashed.
    Crashed,
    /// Its own power management suspended it.
    PmSuspended,
    /// A state that a newer libvirt has added.
    Unknown(u32),
}

impl From<ffi::GVirDomainState> for DomainState {
    fn from(state: ffi::GVirDomainState) -> Self {
        match state {
            ffi::GVIR_DOMAIN_STATE_NONE => Self::None,
            ffi::GVIR_DOMAIN_STATE_RUNNING => Self::Running,
            ffi::GVIR_DOMAIN_STATE_BLOCKED => Self::Blocked,
            ffi::GVIR_DOMAIN_STATE_PAUSED => Self::Paused,
            ffi::GVIR_DOMAIN_STATE_SHUTDOWN => Self::Shutdown,
            ffi::GVIR_DOMAIN_STATE_SHUTOFF => Self::Shutoff,
            ffi::GVIR_DOMAIN_STATE_CRASHED => Self::Crashed,
            ffi::GVIR_DOMAIN_STATE_PMSUSPENDED => Self::PmSuspended,
            other => Self::Unknown(other),
        }
    }
}

/// What libvirt says about a domain at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DomainInfo {
    /// What it is doing.
    pub state: DomainState,
    /// The most memory it may have, in KiB.
    pub max_memory: u64,
    /// The memory it has, in KiB.
    pub memory: u64,
    /// The number of its processors.
    pub vcpus: u16,
    /// The processor time it has used, in nanoseconds.
    pub cpu_time: u64,
}

impl Domain {
    /// The domain's name.
    pub fn name(&self) -> Option<glib::GString> {
        // SAFETY: the object is valid and keeps the string, which is copied here.
        unsafe { from_glib_none(ffi::gvir_domain_get_name(self.to_glib_none().0)) }
    }

    /// The domain's UUID.
    pub fn uuid(&self) -> Option<glib::GString> {
        // SAFETY: the object is valid and keeps the string, which is copied here.
        unsafe { from_glib_none(ffi::gvir_domain_get_uuid(self.to_glib_none().0)) }
    }

    /// The number of a running domain.
    pub fn id(&self) -> Result<u32, glib::Error> {
        let mut error = ptr::null_mut();
        // SAFETY: the object and the error pointer are valid, the error is the caller's.
        unsafe {
            let id = ffi::gvir_domain_get_id(self.to_glib_none().0, &mut error);
            u32::try_from(id).map_err(|_| result::failure(error))
        }
    }

    /// Whether the domain stays after it has stopped.
    pub fn is_persistent(&self) -> bool {
        // SAFETY: the object is valid.
        unsafe { from_glib(ffi::gvir_domain_get_persistent(self.to_glib_none().0)) }
    }

    /// What libvirt says about the domain now.
    pub fn info(&self) -> Result<DomainInfo, glib::Error> {
        let mut error = ptr::null_mut();
        // SAFETY: the object and the error pointer are valid; the record is read before it is
        // freed with the type it was made for.
        unsafe {
            let info = ffi::gvir_domain_get_info(self.to_glib_none().0, &mut error);
            if info.is_null() {
                return Err(result::failure(error));
            }
            let copy = DomainInfo {
                state: (*info).state.into(),
                max_memory: (*info).maxMem,
                memory: (*info).memory,
                vcpus: (*info).nrVirtCpu,
                cpu_time: (*info).cpuTime,
            };
            glib::gobject_ffi::g_boxed_free(ffi::gvir_domain_info_get_type(), info.cast());
            Ok(copy)
        }
    }

    /// The domain's configuration.
    pub fn config(&self, flags: DomainXmlFlags) -> Result<gconfig::Domain, glib::Error> {
        let mut error = ptr::null_mut();
        // SAFETY: the object and the error pointer are valid, the results are the caller's.
        unsafe {
            let config =
                ffi::gvir_domain_get_config(self.to_glib_none().0, flags.bits(), &mut error);
            result::full(config, error)
        }
    }

    /// Starts the domain.
    pub fn start(&self, flags: DomainStartFlags) -> Result<(), glib::Error> {
        let mut error = ptr::null_mut();
        // SAFETY: the object and the error pointer are valid, the error is the caller's.
        unsafe {
            let ok = ffi::gvir_domain_start(self.to_glib_none().0, flags.bits(), &mut error);
            result::done(ok, error)
        }
    }

    /// Has a domain go on that was started paused.
    pub fn resume(&self) -> Result<(), glib::Error> {
        let mut error = ptr::null_mut();
        // SAFETY: the object and the error pointer are valid, the error is the caller's.
        unsafe {
            let ok = ffi::gvir_domain_resume(self.to_glib_none().0, &mut error);
            result::done(ok, error)
        }
    }

    /// Ends the domain at once, without asking the guest.
    pub fn stop(&self) -> Result<(), glib::Error> {
        let mut error = ptr::null_mut();
        // SAFETY: the object and the error pointer are valid, the error is the caller's.
        unsafe {
            let ok = ffi::gvir_domain_stop(self.to_glib_none().0, 0, &mut error);
            result::done(ok, error)
        }
    }

    /// Asks the guest to shut down.
    pub fn shutdown(&self, flags: DomainShutdownFlags) -> Result<(), glib::Error> {
        let mut error = ptr::null_mut();
        // SAFETY: the object and the error pointer are valid, the error is the caller's.
        unsafe {
            let ok = ffi::gvir_domain_shutdown(self.to_glib_none().0, flags.bits(), &mut error);
            result::done(ok, error)
        }
    }

    /// Deletes the configuration of a domain that stays.
    pub fn delete(&self, flags: DomainDeleteFlags) -> Result<(), glib::Error> {
        let mut error = ptr::null_mut();
        // SAFETY: the object and the error pointer are valid, the error is the caller's.
        unsafe {
            let ok = ffi::gvir_domain_delete(self.to_glib_none().0, flags.bits(), &mut error);
            result::done(ok, error)
        }
    }

    /// Opens a console, the one with this device name or the first, as a stream.
    ///
    /// libvirt-glib's own function takes a stream that exists already, and complains about it when nothing was attached to it.
    pub fn open_console(
        &self,
        device: Option<&str>,
        stream_flags: StreamFlags,
        flags: ConsoleFlags,
    ) -> Result<Stream, glib::Error> {
        let device = device.map(str::to_glib_none);
        // SAFETY: the domain's handle, which keeps its connection, is ours until it is freed, and so is the stream's, unless
        // it becomes that of the new object, which takes the reference over.
        unsafe {
            let domain = self.handle();
            let stream = ffi::virStreamNew(ffi::virDomainGetConnect(domain), stream_flags.bits());
            let name = device.as_ref().map_or(ptr::null(), |device| device.0);
            let opened = !stream.is_null()
                && ffi::virDomainOpenConsole(domain, name, stream, flags.bits()) == 0;
            let result = if opened {
                Ok(from_glib_full(
                    glib::gobject_ffi::g_object_new(
                        ffi::gvir_stream_get_type(),
                        c"handle".as_ptr(),
                        stream,
                        ptr::null::<c_char>(),
                    )
                    .cast::<ffi::GVirStream>(),
                ))
            } else {
                Err(result::last_error())
            };
            if !opened && !stream.is_null() {
                ffi::virStreamFree(stream);
            }
            if !domain.is_null() {
                ffi::virDomainFree(domain);
            }
            result
        }
    }

    /// Sends a signal to the first process of a container. The number is Linux's.
    pub fn signal_init(&self, number: u32) -> Result<(), glib::Error> {
        // SAFETY: the domain's handle is ours until it is freed.
        unsafe {
            let domain = self.handle();
            let sent = ffi::virDomainSendProcessSignal(domain, 1, number, 0) == 0;
            let result = if sent {
                Ok(())
            } else {
                Err(result::last_error())
            };
            if !domain.is_null() {
                ffi::virDomainFree(domain);
            }
            result
        }
    }

    /// libvirt's own object, for the caller to free.
    fn handle(&self) -> ffi::virDomainPtr {
        let mut domain: ffi::virDomainPtr = ptr::null_mut();
        // SAFETY: the property has this type, and the place for it outlives the call.
        unsafe {
            glib::gobject_ffi::g_object_get(
                self.as_ptr().cast(),
                c"handle".as_ptr(),
                &raw mut domain,
                ptr::null::<c_char>(),
            );
        }
        domain
    }

    /// Calls `callback` after the domain has started.
    pub fn connect_started(&self, callback: impl Fn(&Self) + 'static) -> SignalHandlerId {
        signal::connect(self, "started", callback)
    }

    /// Calls `callback` after the domain has stopped, for whatever reason, in whichever thread runs the default main context.
    pub fn connect_stopped(&self, callback: impl Fn() + Send + Sync + 'static) -> SignalHandlerId {
        signal::connect_from_any_thread(self, "stopped", callback)
    }

    /// Calls `callback` after the domain was suspended.
    pub fn connect_suspended(&self, callback: impl Fn(&Self) + 'static) -> SignalHandlerId {
        signal::connect(self, "suspended", callback)
    }

    /// Calls `callback` after the domain was resumed.
    pub fn connect_resumed(&self, callback: impl Fn(&Self) + 'static) -> SignalHandlerId {
        signal::connect(self, "resumed", callback)
    }
}
