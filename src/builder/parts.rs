//! The list of what a sandbox can have.

use std::sync::Arc;

use super::part::{Asked, Part};
use super::{BuilderError, network, resources};

/// All parts, in the order in which they are looked up and added.
const PARTS: [LookUp; 2] = [resources::look_up, network::look_up];

/// Looks a part up.
type LookUp = fn(&Asked<'_>) -> Result<Arc<dyn Part>, BuilderError>;

/// Looks up all parts.
pub(crate) fn look_up(asked: &Asked<'_>) -> Result<Vec<Arc<dyn Part>>, BuilderError> {
    PARTS.iter().map(|look_up| look_up(asked)).collect()
}
