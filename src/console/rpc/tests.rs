//! The application console without a guest.

use std::cell::Cell;
use std::rc::Rc;

use super::*;

#[test]
fn handlers_learn_the_status() {
    let console: ConsoleRpc = glib::Object::new();
    let seen = Rc::new(Cell::new(None));
    let status = seen.clone();
    console.connect_exited(move |_, value| status.set(Some(value)));
    console.emit_exited(256);
    assert_eq!(seen.get(), Some(256));
}
