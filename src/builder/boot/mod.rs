//! What a virtual machine boots: a kernel of the host, its modules, and the archive that they come in.

pub mod cache;
pub(crate) mod decompress;
pub mod initrd;
pub mod kernel;
pub mod modules;
pub(crate) mod release;
pub(crate) mod virt;
pub mod vmlinux;

use std::path::{Path, PathBuf};

use nix::sys::utsname::uname;
use sandbox_plan::Driver;

use self::cache::Cache;
use self::kernel::{Kernel, KernelRequest, Places};
use self::modules::ModuleTree;
use super::part::Modules;
use super::storage::{Storage, images};
use super::{BuilderError, files};
use crate::config::{Config, ConfigPropertiesExt};
use crate::helpers::Helper;

/// What a virtual machine boots, as it was found on the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Boot {
    kernel: Kernel,
    /// Whether the kernel is copied: others have another owner, or may be gone at the next start.
    is_copied: bool,
    /// The files of all modules.
    files: Vec<PathBuf>,
    /// The modules that the guest loads first, by their names there, in that order.
    pub modules: Vec<String>,
    /// Those that it loads for a file system of an image.
    drivers: Vec<images::DriverFiles>,
    /// What the kernel is told.
    pub command_line: String,
}

/// What a machine needs drivers for.
#[derive(Clone, Debug)]
pub(crate) struct Needs {
    pub parts: Vec<Modules>,
    pub service: bool,
    pub debug: bool,
    /// Whether libvirt gives QEMU all files that the domain names.
    pub gives_files: bool,
}

impl Boot {
    /// Looks up the kernel of a configuration, and the modules that it needs.
    pub(crate) fn look_up(
        config: &Config,
        storage: &Storage,
        needs: &Needs,
    ) -> Result<Self, BuilderError> {
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
        let tree = ModuleTree::open(&kernel.modules)?;
        let needed = modules::NEEDED
            .into_iter()
            .chain(storage.need_disks().then_some("virtio_blk"))
            .chain(storage.overlay.is_some().then_some("overlay"))
            .chain(needs.parts.iter().flat_map(|part| part.needed).copied());
        let wanted = needs.parts.iter().flat_map(|part| part.wanted).copied();
        // Without them a service is not asked to end.
        let power = ["button", "evdev"].into_iter().filter(|_| needs.service);
        let mut files = tree.resolve(needed, wanted.chain(power))?;
        let modules = guest_names(&files);
        let drivers = images::drivers(config, storage, &tree)?;
        for driver in &drivers {
            let is_new = |file: &&PathBuf| !files.contains(file);
            let new: Vec<PathBuf> = driver.files.iter().filter(is_new).cloned().collect();
            files.extend(new);
        }
        let arch = config.arch().unwrap_or_default();
        Ok(Self {
            kernel,
            is_copied: needs.service || needs.gives_files,
            files,
            modules,
            drivers,
            command_line: command_line(&arch, needs.debug),
        })
    }

    /// The drivers as the guest knows them.
    pub(crate) fn guest_drivers(&self) -> Vec<Driver> {
        let drivers = self.drivers.iter().map(|driver| Driver {
            fstype: driver.fstype.to_owned(),
            modules: guest_names(&driver.files),
        });
        drivers.collect()
    }

    /// Makes the files that the machine boots, and gives the path of the kernel. The archive has the first process and `plan`.
    pub(crate) fn make(&self, plan: &[u8], statedir: &Path) -> Result<PathBuf, BuilderError> {
        let init = init()?;
        let cache = Cache::open(statedir);
        let image = vmlinux::prepare(&self.kernel.image, &cache)?;
        let image = match self.is_copied {
            true => files::copy_kernel(image.path(), statedir)?,
            false => image.path().to_owned(),
        };
        let base = initrd::cached_base(&cache, &init, &self.files)?;
        initrd::add_plan(&base, plan, &files::initrd(statedir))?;
        Ok(image)
    }

    /// Tells where the kernel would be.
    pub(crate) fn imagine(&self, statedir: &Path) -> Result<PathBuf, BuilderError> {
        init()?;
        Ok(match self.is_copied {
            true => files::own_kernel(statedir),
            false => vmlinux::known(&self.kernel.image),
        })
    }
}

fn init() -> Result<PathBuf, BuilderError> {
    let init = Helper::InitQemu.path();
    match init.exists() {
        true => Ok(init),
        false => Err(BuilderError::Helper(init)),
    }
}

fn guest_names(files: &[PathBuf]) -> Vec<String> {
    files
        .iter()
        .map(|path| modules::guest_file_name(path))
        .collect()
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
fn command_line(arch: &Path, debug: bool) -> String {
    let log = if debug {
        "loglevel=7 earlyprintk=ttyS0"
    } else {
        "quiet loglevel=1"
    };
    let more = match &*arch.to_string_lossy() {
        "x86_64" | "i686" => X86_OPTIONS,
        _ => "",
    };
    format!("console=ttyS0 {log} {KERNEL_OPTIONS}{more}")
}

/// What a host with an ordinary kernel gives: nothing is looked up.
#[cfg(test)]
pub(crate) fn recorded() -> Boot {
    Boot {
        kernel: Kernel {
            release: "6.1.0".into(),
            image: "/boot/vmlinuz-6.1.0".into(),
            modules: "/lib/modules/6.1.0".into(),
            why: String::new(),
        },
        is_copied: false,
        files: Vec::new(),
        modules: vec!["9p.ko".into()],
        drivers: Vec::new(),
        command_line: command_line(Path::new("x86_64"), false),
    }
}
