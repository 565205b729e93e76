//! What a builder class written in Rust overrides, and how it chains up.

use std::ffi::CString;
use std::path::{Path, PathBuf};

use glib::prelude::*;
use glib::subclass::prelude::*;
use libvirt_glib::gconfig;

use super::Builder;
use crate::abi::builder_slots::{self, BuilderSlots, Clean, Step};
use crate::abi::{Dispatch, subclassable};
use crate::config::{Config, ConfigDisk};

/// What a builder class written in Rust can override.
pub trait BuilderImpl: ObjectImpl + ObjectSubclass<Type: IsA<Builder>> {
    /// Fills in the whole configuration of the domain, in the steps that follow.
    fn construct_domain(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        self.parent_construct_domain(config, statedir, domain)
    }

    /// Fills in the name, the memory and the like.
    fn construct_basic(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        self.parent_construct_basic(config, statedir, domain)
    }

    /// Fills in what the domain boots.
    fn construct_os(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        self.parent_construct_os(config, statedir, domain)
    }

    /// Fills in the features of its hardware.
    fn construct_features(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        self.parent_construct_features(config, statedir, domain)
    }

    /// Adds its devices.
    fn construct_devices(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        self.parent_construct_devices(config, statedir, domain)
    }

    /// Fills in how it is confined.
    fn construct_security(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        self.parent_construct_security(config, statedir, domain)
    }

    /// Removes what is not needed any more once the sandbox runs.
    fn clean_post_start(&self, config: &Config, statedir: &Path) -> Result<(), glib::Error> {
        self.parent_clean_post_start(config, statedir)
    }

    /// Removes what is left of a sandbox that was stopped.
    fn clean_post_stop(&self, config: &Config, statedir: &Path) -> Result<(), glib::Error> {
        self.parent_clean_post_stop(config, statedir)
    }

    /// What the name of a block device in the sandbox starts with.
    fn disk_prefix(&self, config: &Config, disk: &ConfigDisk) -> Option<CString> {
        self.parent_disk_prefix(config, disk)
    }

    /// The host files that the sandbox gets a copy of.
    fn files_to_copy(&self, config: &Config) -> Vec<PathBuf> {
        self.parent_files_to_copy(config)
    }
}

/// What an override written in Rust chains up to.
pub trait BuilderImplExt: BuilderImpl {
    /// Chains up to the parent class.
    fn parent_construct_domain(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        Dispatch::above::<_, Builder>(self).construct(Step::Domain, config, statedir, domain)
    }

    /// Chains up to the parent class.
    fn parent_construct_basic(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        Dispatch::above::<_, Builder>(self).construct(Step::Basic, config, statedir, domain)
    }

    /// Chains up to the parent class.
    fn parent_construct_os(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        Dispatch::above::<_, Builder>(self).construct(Step::Os, config, statedir, domain)
    }

    /// Chains up to the parent class.
    fn parent_construct_features(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        Dispatch::above::<_, Builder>(self).construct(Step::Features, config, statedir, domain)
    }

    /// Chains up to the parent class.
    fn parent_construct_devices(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        Dispatch::above::<_, Builder>(self).construct(Step::Devices, config, statedir, domain)
    }

    /// Chains up to the parent class.
    fn parent_construct_security(
        &self,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        Dispatch::above::<_, Builder>(self).construct(Step::Security, config, statedir, domain)
    }

    /// Chains up to the parent class.
    fn parent_clean_post_start(&self, config: &Config, statedir: &Path) -> Result<(), glib::Error> {
        Dispatch::above::<_, Builder>(self).clean(Clean::PostStart, config, statedir)
    }

    /// Chains up to the parent class.
    fn parent_clean_post_stop(&self, config: &Config, statedir: &Path) -> Result<(), glib::Error> {
        Dispatch::above::<_, Builder>(self).clean(Clean::PostStop, config, statedir)
    }

    /// Chains up to the parent class.
    fn parent_disk_prefix(&self, config: &Config, disk: &ConfigDisk) -> Option<CString> {
        Dispatch::above::<_, Builder>(self).disk_prefix(config, disk)
    }

    /// Chains up to the parent class.
    fn parent_files_to_copy(&self, config: &Config) -> Vec<PathBuf> {
        Dispatch::above::<_, Builder>(self).files_to_copy(config)
    }
}

impl<T: BuilderImpl> BuilderImplExt for T {}

impl<T: BuilderImpl> BuilderSlots for T {
    type Config = Config;
    type Disk = ConfigDisk;

    fn construct(
        &self,
        step: Step,
        config: &Config,
        statedir: &Path,
        domain: &gconfig::Domain,
    ) -> Result<(), glib::Error> {
        match step {
            Step::Domain => self.construct_domain(config, statedir, domain),
            Step::Basic => self.construct_basic(config, statedir, domain),
            Step::Os => self.construct_os(config, statedir, domain),
            Step::Features => self.construct_features(config, statedir, domain),
            Step::Devices => self.construct_devices(config, statedir, domain),
            Step::Security => self.construct_security(config, statedir, domain),
        }
    }

    fn clean(&self, slot: Clean, config: &Config, statedir: &Path) -> Result<(), glib::Error> {
        match slot {
            Clean::PostStart => self.clean_post_start(config, statedir),
            Clean::PostStop => self.clean_post_stop(config, statedir),
        }
    }

    fn disk_prefix(&self, config: &Config, disk: &ConfigDisk) -> Option<CString> {
        BuilderImpl::disk_prefix(self, config, disk)
    }

    fn files_to_copy(&self, config: &Config) -> Vec<PathBuf> {
        BuilderImpl::files_to_copy(self, config)
    }
}

subclassable!(Builder: BuilderImpl, builder_slots::install);
