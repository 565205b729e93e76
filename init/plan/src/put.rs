//! Where messages are encoded to.

/// Where a message is encoded to.
pub trait Put {
    /// Says that so many bytes come next.
    fn reserve(&mut self, bytes: usize);

    /// Appends bytes.
    fn put(&mut self, bytes: &[u8]);
}

impl Put for Vec<u8> {
    fn reserve(&mut self, bytes: usize) {
        self.reserve(bytes);
    }

    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}
