//! The root of a sandbox, once it is put together.

use std::os::fd::OwnedFd;
use std::path::Path;

use sandbox_plan::Plan;

use crate::error::{Error, OrError};
use crate::place::Places;
use crate::sources::Planted;

/// The root that the calling process is in, and what is to be mounted in it.
#[derive(Debug)]
pub struct Rootfs {
    /// The places below the root.
    pub places: Places,
    /// The trees of the plan's mounts.
    pub trees: Vec<Option<Planted>>,
    /// The root, where it is an image that has to be whole on the host at the end.
    pub settled: Option<OwnedFd>,
}

impl Rootfs {
    /// That of a virtual machine, whose root the calling process is in already.
    ///
    /// # Errors
    /// When its directories can't be opened.
    pub fn of_machine(plan: &Plan) -> Result<Self, Error> {
        let root = plan.machine.as_ref().map(|machine| &machine.root);
        let is_written_to = match &plan.overlay {
            Some(overlay) => overlay.is_kept(),
            None => root.is_some_and(|root| !root.read_only),
        };
        let action = || "open the root".to_owned();
        let mut places =
            Places::new(plan.program.identity.clone(), is_written_to).or_error(action)?;
        for path in ["/dev", "/run"] {
            let own = places.find(Path::new(path))?;
            places.add_own(own).or_error(action)?;
        }
        Ok(Self {
            places,
            trees: Vec::new(),
            settled: None,
        })
    }
}
