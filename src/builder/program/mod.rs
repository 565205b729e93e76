//! What runs in a sandbox, and the plan that its first process carries out.

pub(crate) mod plan;
pub(crate) mod requests;
pub(crate) mod system;
pub(crate) mod trace;
