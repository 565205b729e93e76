//! The domain of a sandbox whose client is gone: it ends before another one starts under its name.

use std::path::Path;

use libvirt_glib::gconfig;
use libvirt_glib::gobject::{Connection, Domain, DomainStartFlags};

use super::{qemu_rights, service, stale_domain};
use crate::driver::Driver;

/// How many domains may be in the way, one after the other.
const FORMER: usize = 4;

/// Starts `domain`, whose files are in `statedir`.
///
/// The state directory may have had an owner whose domain libvirt is still ending. Nobody else refers to it, and the
/// name is the caller's now: so the wait is for libvirt, and not for a sandbox that runs. When that domain is gone another one may
/// come up, which a client asked for that was killed before libvirt had an answer for it.
pub(super) fn start_domain(
    connection: &Connection,
    name: &str,
    domain: &gconfig::Domain,
    flags: DomainStartFlags,
    driver: &Driver,
    statedir: &Path,
) -> Result<Domain, glib::Error> {
    let start = || {
        if qemu_rights::are_ours(driver) {
            connection.start_domain_after(domain, flags, qemu_rights::renounce)
        } else {
            connection.start_domain(domain, flags)
        }
    };
    for _ in 0..FORMER {
        match start() {
            Err(refused) if Connection::refused_for_existing_domain() => {
                if !is_over(connection, name, statedir) {
                    return Err(refused);
                }
            }
            started => return started,
        }
    }
    start()
}

/// Ends the domain `name` if it is a former one of `statedir`; whether the name is free then. What libvirt can't tell about is
/// somebody else's.
fn is_over(connection: &Connection, name: &str, statedir: &Path) -> bool {
    let Ok(found) = find(connection, name) else {
        return false;
    };
    let Some(domain) = found else {
        return true;
    };
    match service::mentions(&domain, statedir) {
        Ok(true) => {
            // libvirt may end it meanwhile, so that the outcome tells nothing.
            let _ = domain.stop();
            is_free(connection, name) || stale_domain::forget(connection, name)
        }
        Ok(false) => false,
        // It may have ended since.
        Err(_) => is_free(connection, name),
    }
}

fn is_free(connection: &Connection, name: &str) -> bool {
    find(connection, name).is_ok_and(|found| found.is_none())
}

fn find(connection: &Connection, name: &str) -> Result<Option<Domain>, glib::Error> {
    connection.fetch_domains()?;
    Ok(connection.find_domain_by_name(name))
}
