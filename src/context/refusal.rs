//! What a configuration can ask for and no running sandbox has.

use glib::prelude::*;

use super::start_error::StartError;
use crate::config::{Config, ConfigService};

/// What is asked for is given or refused, never left out in silence.
pub(super) fn refuse_what_is_missing(config: &Config) -> Result<(), StartError> {
    if config.is::<ConfigService>() {
        return Err(StartError::Service);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ConfigInteractive, ConfigServiceGeneric};

    #[test]
    fn a_service_is_refused() {
        let config = ConfigInteractive::new(c"box");
        refuse_what_is_missing(config.upcast_ref()).unwrap();
        let service = ConfigServiceGeneric::new(c"box");
        assert!(refuse_what_is_missing(service.upcast_ref()).is_err());
    }
}
