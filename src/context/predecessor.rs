//! The domain of a sandbox whose client is gone: it ends before another one starts under its name.

use std::path::Path;

use libvirt_glib::gconfig;
use libvirt_glib::gobject::{Connection, Domain, DomainStartFlags};

use super::{remains, service};

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
    statedir: &Path,
) -> Result<Domain, glib::Error> {
    for _ in 0..FORMER {
        match connection.start_domain(domain, flags) {
            Err(refused) if Connection::refused_for_existing_domain() => {
                if !is_over(connection, name, statedir)? {
                    return Err(refused);
                }
            }
            started => return started,
        }
    }
    connection.start_domain(domain, flags)
}

/// Ends the domain `name` if it is a former one of `statedir`; whether the name is free then.
fn is_over(connection: &Connection, name: &str, statedir: &Path) -> Result<bool, glib::Error> {
    let find = || {
        connection.fetch_domains()?;
        Ok::<_, glib::Error>(connection.find_domain_by_name(name))
    };
    let Some(domain) = find()? else {
        return Ok(true);
    };
    match service::mentions(&domain, statedir) {
        Ok(false) => Ok(false),
        // libvirt may end it meanwhile, so that the outcome tells nothing.
        _ => {
            let _ = domain.stop();
            Ok(find()?.is_none() || remains::forget(connection, name))
        }
    }
}
