//! Removes what libvirt remembers of a container that ended while its daemon was down.

use libvirt_glib::gobject::{Connection, Domain, DomainDeleteFlags, DomainState, DomainXmlFlags};

/// Has libvirt forget the domain `name`, if it is one that can neither run nor be removed otherwise; says whether it was there.
///
/// A domain that exists only as long as it runs is gone when it ends. But a daemon that was started again keeps the name of a
/// container that has ended since: it can be neither destroyed nor undefined, and nobody else can have the name.
pub(super) fn forget(connection: &Connection, name: &str) -> bool {
    let known = connection.fetch_domains();
    let domain = known
        .ok()
        .and_then(|()| connection.find_domain_by_name(name))
        .filter(has_ended);
    let Some(domain) = domain else {
        return false;
    };
    // What is defined is not only remembered.
    let forgotten = domain
        .config(DomainXmlFlags::empty())
        .and_then(|config| connection.create_domain(&config))
        .and_then(|domain| domain.delete(DomainDeleteFlags::empty()));
    if let Err(error) = &forgotten {
        glib::g_info!(
            crate::log::LOG_DOMAIN,
            "{}",
            tr!(
                "libvirt does not forget the domain {name}, which has ended: {error}",
                name,
                error
            )
        );
    }
    forgotten.is_ok()
}

fn has_ended(domain: &Domain) -> bool {
    let state = domain.info().map(|info| info.state);
    !domain.is_persistent() && state.is_ok_and(|state| state == DomainState::Shutoff)
}
