//! The instance and class structs of the networks.

use glib::ffi::gpointer;
use glib::gobject_ffi::{GObject, GObjectClass};

use super::types::LIBVIRT_SANDBOX_CLASS_PADDING;

/// GVirSandboxConfigNetwork:
///
/// A network interface of a sandbox: the libvirt network that it is connected with, and how it gets its addresses.
#[repr(C)]
pub struct GVirSandboxConfigNetwork {
    parent: GObject,
    priv_: gpointer,
}

/// GVirSandboxConfigNetworkClass:
///
/// Class of #GVirSandboxConfigNetwork.
#[repr(C)]
pub struct GVirSandboxConfigNetworkClass {
    parent_class: GObjectClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxConfigNetworkAddress:
///
/// An IP address of a network interface.
#[repr(C)]
pub struct GVirSandboxConfigNetworkAddress {
    parent: GObject,
    priv_: gpointer,
}

/// GVirSandboxConfigNetworkAddressClass:
///
/// Class of #GVirSandboxConfigNetworkAddress.
#[repr(C)]
pub struct GVirSandboxConfigNetworkAddressClass {
    parent_class: GObjectClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxConfigNetworkFilterref:
///
/// A reference to one of libvirt's network filters (`virsh nwfilter-list`), which decides what packets may pass an
/// interface.
#[repr(C)]
pub struct GVirSandboxConfigNetworkFilterref {
    parent: GObject,
    priv_: gpointer,
}

/// GVirSandboxConfigNetworkFilterrefClass:
///
/// Class of #GVirSandboxConfigNetworkFilterref.
#[repr(C)]
pub struct GVirSandboxConfigNetworkFilterrefClass {
    parent_class: GObjectClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxConfigNetworkFilterrefParameter:
///
/// A parameter of a network filter.
#[repr(C)]
pub struct GVirSandboxConfigNetworkFilterrefParameter {
    parent: GObject,
    priv_: gpointer,
}

/// GVirSandboxConfigNetworkFilterrefParameterClass:
///
/// Class of #GVirSandboxConfigNetworkFilterrefParameter.
#[repr(C)]
pub struct GVirSandboxConfigNetworkFilterrefParameterClass {
    parent_class: GObjectClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}

/// GVirSandboxConfigNetworkRoute:
///
/// A route to a network behind a gateway.
#[repr(C)]
pub struct GVirSandboxConfigNetworkRoute {
    parent: GObject,
    priv_: gpointer,
}

/// GVirSandboxConfigNetworkRouteClass:
///
/// Class of #GVirSandboxConfigNetworkRoute.
#[repr(C)]
pub struct GVirSandboxConfigNetworkRouteClass {
    parent_class: GObjectClass,
    padding: [gpointer; LIBVIRT_SANDBOX_CLASS_PADDING],
}
