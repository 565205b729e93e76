//! What starting a sandbox would do, as text: nothing is started, and nothing is left.

use std::path::PathBuf;

use glib::prelude::*;
use libvirt_glib::gconfig::ToXml;
use thiserror::Error;

use super::start_error::StartError;
use super::{
    Context, ContextError, ContextExt, ContextInteractive, ContextService, interactive, plan_text,
    service, servicedir, statedir, trace,
};
use crate::builder::Builder;

/// What a sandbox would be made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRun {
    /// The XML that libvirt would get.
    pub domain: String,
    /// What the first process in the sandbox would do, in lines.
    pub plan: String,
}

/// Why it can't be told what a start would do.
#[derive(Debug, Error)]
pub enum DryRunError {
    /// The context was created without a configuration.
    #[error("{}", tr!("the context has no configuration, create it with one"))]
    NoConfig,
    /// The plan can't be told in words.
    #[error("{}", tr!("cannot describe the plan: {reason}", reason = .0))]
    Text(serde_json::Error),
}

impl From<DryRunError> for glib::Error {
    fn from(error: DryRunError) -> Self {
        let domain = glib::Quark::from_str("gvir-sandbox-context");
        Self::with_domain(domain, 0, &error.to_string())
    }
}

impl Context {
    /// Tells what starting the sandbox, or defining the service, would do.
    pub fn dry_run(&self) -> Result<DryRun, glib::Error> {
        let connection = self.required_connection()?;
        let driver = self.driver()?;
        let config = self.config().ok_or(DryRunError::NoConfig)?;
        let place = self.place()?;
        if self.is::<ContextInteractive>() {
            interactive::check(&config, &driver)?;
        } else {
            service::check(&config, &driver)?;
        }
        trace::check(&config)?;
        let builder = Builder::for_connection(&connection)?;
        let (domain, plan) = builder.describe(&config, &place)?;
        Ok(DryRun {
            domain: domain.to_xml().to_string(),
            plan: plan_text::describe(&plan).map_err(DryRunError::Text)?,
        })
    }

    /// Where the files of the sandbox would be.
    fn place(&self) -> Result<PathBuf, glib::Error> {
        let name = self.label();
        if self.is::<ContextInteractive>() {
            Ok(statedir::path_of(&name).map_err(StartError::from)?)
        } else if self.is::<ContextService>() {
            statedir::check_name(&name).map_err(StartError::from)?;
            Ok(servicedir::base().join(name).join("generation-XXXXXX"))
        } else {
            Err(ContextError::NotImplemented(name).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ConfigInteractive, ConfigServiceGeneric};
    use libvirt_glib::gobject::Connection;

    fn interactive(uri: &str) -> ContextInteractive {
        let config = ConfigInteractive::new(c"a<b");
        config.set_command(vec![c"/bin/echo".to_owned()]);
        ContextInteractive::new(&Connection::new(Some(uri)), &config)
    }

    #[test]
    fn what_can_not_be_started_is_refused_alike() {
        let refused = |uri| interactive(uri).upcast::<Context>().dry_run().unwrap_err();
        let error = refused("test:///default");
        assert!(error.message().contains("test:///default"), "{error}");
        let error = refused("lxc:///");
        assert!(
            error.message().contains("not a valid sandbox name"),
            "{error}"
        );
    }

    #[test]
    fn the_files_are_where_a_start_would_have_them() {
        let config = ConfigServiceGeneric::new(c"web");
        config.set_command(vec![c"/bin/sleep".to_owned()]);
        let connection = Connection::new(Some("lxc:///"));
        let context = ContextService::new(&connection, &config).upcast::<Context>();
        let place = context.place().unwrap();
        assert!(place.ends_with("libvirt-sandbox/services/web/generation-XXXXXX"));
    }
}
