//! Flow control: how many bytes of a stream may be on their way.

use crate::wire::{WINDOW, WireError};

/// The credit that one side has for sending on one stream.
///
/// Both sides can keep one: the sender to know what it may send, the receiver to notice a sender that doesn't.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    available: usize,
}

impl Window {
    /// A window with its initial credit of [`WINDOW`] bytes.
    pub const fn new() -> Self {
        Self { available: WINDOW }
    }

    /// How many bytes may be sent now.
    pub const fn available(&self) -> usize {
        self.available
    }

    /// Takes `bytes` from the credit.
    ///
    /// # Errors
    /// When more is sent than was granted.
    pub fn consume(&mut self, bytes: usize) -> Result<(), WireError> {
        self.available = self
            .available
            .checked_sub(bytes)
            .ok_or(WireError::CreditExceeded)?;
        Ok(())
    }

    /// Gives `bytes` back.
    ///
    /// # Errors
    /// When more is granted than was ever sent.
    pub fn grant(&mut self, bytes: u32) -> Result<(), WireError> {
        let available = usize::try_from(bytes)
            .ok()
            .and_then(|bytes| self.available.checked_add(bytes))
            .filter(|available| *available <= WINDOW)
            .ok_or(WireError::CreditOverflow)?;
        self.available = available;
        Ok(())
    }
}

impl Default for Window {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_is_on_its_way() {
        let mut window = Window::new();
        assert_eq!(window.available(), WINDOW);
        assert_eq!(window.consume(WINDOW), Ok(()));
        assert_eq!(window.available(), 0);
        assert_eq!(window.grant(7), Ok(()));
        assert_eq!(window.available(), 7);
    }

    #[test]
    fn refuses_to_send_without_credit() {
        let mut window = Window::new();
        assert_eq!(window.consume(WINDOW + 1), Err(WireError::CreditExceeded));
        assert_eq!(window.available(), WINDOW);
    }

    #[test]
    fn refuses_credit_beyond_the_window() {
        let mut window = Window::new();
        assert_eq!(window.grant(1), Err(WireError::CreditOverflow));
        assert_eq!(window.consume(10), Ok(()));
        assert_eq!(window.grant(u32::MAX), Err(WireError::CreditOverflow));
        assert_eq!(window.grant(10), Ok(()));
        assert_eq!(window.available(), WINDOW);
    }
}
