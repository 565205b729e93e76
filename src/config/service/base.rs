//! What every service has.

use crate::abi::subclassable;
use crate::config::{Config, ConfigImpl};

mod imp {
    use glib::subclass::prelude::*;

    use crate::abi::config::{GVirSandboxConfigService, GVirSandboxConfigServiceClass};
    use crate::abi::object_structs;
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

    object_structs!(ConfigService: GVirSandboxConfigService, GVirSandboxConfigServiceClass);

    impl ObjectImpl for ConfigService {}
    impl ConfigImpl for ConfigService {}
}

glib::wrapper! {
    /// The configuration of a sandbox that runs a service.
    pub struct ConfigService(ObjectSubclass<imp::ConfigService>)
        @extends Config;
}

subclassable!(ConfigService: ConfigImpl);
