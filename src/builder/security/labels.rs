//! How libvirt's security drivers confine a sandbox.

use std::path::Path;

use libvirt_glib::gconfig::{self, Capabilities, DomainSeclabel, DomainVirtType};

use super::apparmor;
use crate::builder::BuilderError;
use crate::builder::domain::elements::{make, text};
use crate::builder::host::Host;
use crate::config::{Config, ConfigPropertiesExt};

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
    Path::new("/sys/fs/selinux/enforce").exists() || apparmor::is_on()
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
                let label = label.unwrap_or_else(|| default_label(virt_type).to_owned());
                format!("<baselabel>{label}</baselabel>")
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

/// The SELinux types that the policy has for sandboxes.
fn default_label(virt_type: DomainVirtType) -> &'static str {
    match virt_type {
        DomainVirtType::Lxc => "system_u:system_r:svirt_lxc_net_t:s0",
        DomainVirtType::Kvm => "system_u:system_r:svirt_t:s0",
        _ => "system_u:system_r:svirt_tcg_t:s0",
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
