//! A sandbox's network interfaces, and the hosts and name servers that it knows.

mod hosts;
pub(crate) mod hosts_file;
pub(crate) mod interfaces;
pub(crate) mod networks;
