//! How libvirt's security drivers confine a sandbox.

use libvirt_glib::gconfig::{self, Capabilities, DomainSeclabel, DomainVirtType};

use super::apparmor;
use crate::builder::BuilderError;
use crate::builder::domain::xml::{make, text};
use crate::builder::host::Host;
use crate::builder::storage::ownership;
use crate::config::{Config, ConfigPropertiesExt};
use crate::selinux;

/// A security model that sandboxes can be confined with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Model {
    SeLinux,
    AppArmor,
}

/// How libvirt's security drivers confine a sandbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Confinement {
    model: Model,
    /// The element of the domain.
    label: String,
}

impl Confinement {
    /// Looks up what the configuration and the host's security model call for.
    pub(crate) fn look_up(
        config: &Config,
        host: &Host<'_>,
        virt_type: DomainVirtType,
    ) -> Result<Option<Self>, BuilderError> {
        // The question costs a look at every emulator of the host, and the answer is known where the kernel has no such model.
        let model = if host.knows_capabilities || kernel_has_model() {
            Model::of(&host.capabilities()?)
        } else {
            None
        };
        let asks = !config.security_dynamic() || config.security_label().is_some();
        match model {
            Some(model) => Ok(Some(Self {
                model,
                label: model.seclabel(config, virt_type)?,
            })),
            None if asks => Err(BuilderError::Security(tr!(
                "libvirt on this host has neither SELinux nor AppArmor"
            ))),
            None => Ok(None),
        }
    }

    /// Whether AppArmor confines the sandbox.
    pub(crate) fn is_by_apparmor(&self) -> bool {
        self.model == Model::AppArmor
    }

    /// Tells libvirt.
    pub(crate) fn add_to(&self, domain: &gconfig::Domain) -> Result<(), BuilderError> {
        domain.add_seclabel(&make::<DomainSeclabel>(&self.label)?);
        Ok(())
    }
}

fn kernel_has_model() -> bool {
    selinux::is_on() || apparmor::is_on()
}

impl Model {
    /// The model that libvirt uses; SELinux where it has both.
    pub(crate) fn of(capabilities: &Capabilities) -> Option<Self> {
        let models = capabilities.host().map(|host| host.secmodels());
        let models: Vec<_> = models
            .unwrap_or_default()
            .iter()
            .filter_map(|model| model.model())
            .collect();
        [Self::SeLinux, Self::AppArmor]
            .into_iter()
            .find(|known| models.iter().any(|model| model == known.name()))
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SeLinux => "selinux",
            Self::AppArmor => "apparmor",
        }
    }

    fn seclabel(self, config: &Config, virt_type: DomainVirtType) -> Result<String, BuilderError> {
        let label = config
            .security_label()
            .map(|label| text(&label))
            .transpose()?;
        let content = match (config.security_dynamic(), self, label) {
            (false, _, Some(label)) => format!("<label>{label}</label>"),
            (false, _, None) => {
                return Err(BuilderError::Security(tr!(
                    "a static security label has to be given: static,label=LABEL"
                )));
            }
            (true, Self::SeLinux, label) => {
                let writes = !ownership::given(config).is_empty();
                let default = || default_label(virt_type, writes, selinux::knows);
                let label = label.map_or_else(default, |label| Ok(Some(label)))?;
                let element = |label| format!("<baselabel>{label}</baselabel>");
                label.map(element).unwrap_or_default()
            }
            // AppArmor's profiles are made from a template of libvirt's own.
            (true, Self::AppArmor, _) => String::new(),
        };
        let kind = if config.security_dynamic() {
            "dynamic"
        } else {
            "static"
        };
        Ok(format!(
            "<seclabel type='{kind}' model='{}'>{content}</seclabel>",
            self.name()
        ))
    }
}

/// The SELinux context for sandboxes: of this project's policy module if that is loaded, else of the policies that have one;
/// none leaves it to libvirt. QEMU reads the host's files, and `writes` to them only where that is asked for.
fn default_label(
    virt_type: DomainVirtType,
    writes: bool,
    knows: impl Fn(&str) -> Option<bool>,
) -> Result<Option<String>, BuilderError> {
    let machine = if writes {
        "libvirt_sandbox_qemu_write_t"
    } else {
        "libvirt_sandbox_qemu_t"
    };
    let (own, usual) = match virt_type {
        DomainVirtType::Lxc => ("libvirt_sandbox_init_t", "svirt_lxc_net_t"),
        DomainVirtType::Kvm => (machine, "svirt_t"),
        _ => (machine, "svirt_tcg_t"),
    };
    let context = |name: &str| format!("system_u:system_r:{name}:s0");
    let [own, usual] = [own, usual].map(context);
    match (knows(&own), knows(&usual)) {
        (Some(true), _) => Ok(Some(own)),
        (_, Some(true) | None) => Ok(Some(usual)),
        // libvirt asks for a type that is not there either.
        _ if virt_type == DomainVirtType::Lxc => Err(BuilderError::Security(tr!(
            "the policy of SELinux on this host has no type for containers: load the module that comes with libvirt-sandbox, with '{command}'",
            command = selinux::loading_command()
        ))),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use glib::prelude::*;
    use libvirt_glib::gconfig::{FromXml, ToXml};

    use super::*;
    use crate::config::{ConfigExt, ConfigInteractive};
    use crate::driver::Driver;

    fn confined(models: &[&str], option: &std::ffi::CStr) -> Result<String, BuilderError> {
        let models: String = models
            .iter()
            .map(|model| format!("<secmodel><model>{model}</model><doi>0</doi></secmodel>"))
            .collect();
        let xml = format!("<capabilities><host>{models}</host></capabilities>");
        let capabilities = || Ok(Capabilities::new_from_xml(&xml).unwrap());
        let host = Host {
            driver: &Driver::Container,
            knows_capabilities: true,
            ask: &capabilities,
        };
        let config = ConfigInteractive::new(c"box");
        config.set_security_opts(option).unwrap();
        let domain = gconfig::Domain::new();
        if let Some(found) = Confinement::look_up(config.upcast_ref(), &host, DomainVirtType::Lxc)?
        {
            found.add_to(&domain)?;
        }
        Ok(domain.to_xml().to_string())
    }

    #[test]
    fn selinux_comes_before_apparmor() {
        let xml = confined(&["apparmor", "dac", "selinux"], c"dynamic").unwrap();
        assert!(xml.contains(r#"model="selinux""#), "{xml}");
        assert_eq!(xml.matches("<seclabel").count(), 1, "{xml}");
    }

    #[test]
    fn the_context_is_one_that_the_policy_has() {
        let default = |virt_type, writes, known: &[&str]| {
            let knows = |context: &str| Some(known.iter().any(|name| context.contains(name)));
            default_label(virt_type, writes, knows).map(Option::unwrap_or_default)
        };
        let (lxc, qemu) = (DomainVirtType::Lxc, DomainVirtType::Qemu);
        let own = ["libvirt_sandbox_", "svirt_"];
        assert_eq!(
            default(lxc, false, &own).unwrap(),
            "system_u:system_r:libvirt_sandbox_init_t:s0"
        );
        assert_eq!(
            default(qemu, false, &own).unwrap(),
            "system_u:system_r:libvirt_sandbox_qemu_t:s0"
        );
        assert_eq!(
            default(qemu, true, &own).unwrap(),
            "system_u:system_r:libvirt_sandbox_qemu_write_t:s0"
        );
        assert_eq!(
            default(lxc, false, &["svirt_"]).unwrap(),
            "system_u:system_r:svirt_lxc_net_t:s0"
        );
        assert_eq!(
            default(qemu, false, &["svirt_"]).unwrap(),
            "system_u:system_r:svirt_tcg_t:s0"
        );
        assert_eq!(default(qemu, false, &[]).unwrap(), "");
        let message = default(lxc, false, &[]).unwrap_err().to_string();
        assert!(message.contains("semodule -i /"), "{message}");
        let unasked = default_label(lxc, false, |_| None).unwrap();
        assert_eq!(
            unasked.as_deref(),
            Some("system_u:system_r:svirt_lxc_net_t:s0")
        );
    }

    #[test]
    fn a_label_that_cannot_be_had_is_an_error() {
        for option in [c"static,label=x", c"dynamic,label=x", c"static"] {
            let message = confined(&["none", "dac"], option).unwrap_err().to_string();
            assert!(
                message.contains("neither SELinux nor AppArmor"),
                "{message}"
            );
        }
        let message = confined(&["selinux"], c"static").unwrap_err().to_string();
        assert!(message.contains("static,label=LABEL"), "{message}");
        assert!(
            !confined(&["none"], c"dynamic")
                .unwrap()
                .contains("seclabel")
        );
    }
}
