//! What every service has.

use crate::config::Config;

mod imp {
    use glib::subclass::prelude::*;

    use crate::capi::config_service::{GVirSandboxConfigService, GVirSandboxConfigServiceClass};
    use crate::config::{Config, ConfigImpl};

    #[derive(Default)]
    pub struct ConfigService;

    #[glib::object_subclass]
    impl ObjectSubclass for ConfigService {
        const NAME: &'static str = "GVirSandboxConfigService";
        const ABSTRACT: bool = true;
        type Type = super::ConfigService;
        type ParentType = Config;
        type Instance = GVirSandboxConfigService;
        type Class = GVirSandboxConfigServiceClass;
    }

    impl ObjectImpl for ConfigService {}
    impl ConfigImpl for ConfigService {}
}

glib::wrapper! {
    /// The configuration of a sandbox that runs a service.
    pub struct ConfigService(ObjectSubclass<imp::ConfigService>)
        @extends Config;
}
