//! libvirt's own connections.

use crate::ffi;

/// A reference to a connection of libvirt, to be given up.
pub(super) struct Handle(pub(super) ffi::virConnectPtr);

// SAFETY: libvirt's connections can be used by any thread, and are counted under a lock.
unsafe impl Send for Handle {}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the reference is ours.
        unsafe { ffi::virConnectClose(self.0) };
    }
}
