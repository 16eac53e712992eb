//! The calls whose futures are being dropped on this thread.
//!
//! What a future owns may end spans of its own, and they are children of its call: the call is current
//! while the future is dropped, between the drop of one field and that of another. What makes it current
//! cannot leave the thread, and so waits here and not in the call, which can.

use std::cell::RefCell;

use super::current::Attached;

thread_local! {
    static DROPPING: RefCell<Vec<Attached>> = const { RefCell::new(Vec::new()) };
}

/// Keeps `attached` until the next [`pop`]; gives it back where the thread is ending.
pub(super) fn push(attached: Attached) -> Result<(), Attached> {
    let mut attached = Some(attached);
    let pushed = DROPPING.try_with(|dropping| {
        dropping.borrow_mut().extend(attached.take());
    });
    match (pushed, attached) {
        (Err(_), Some(attached)) => Err(attached),
        _ => Ok(()),
    }
}

/// What was pushed last: drops nest.
pub(super) fn pop() -> Option<Attached> {
    DROPPING.try_with(|dropping| dropping.borrow_mut().pop()).ok().flatten()
}
