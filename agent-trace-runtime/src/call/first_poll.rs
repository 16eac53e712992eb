//! How a future comes to the call that its body begins.
//!
//! The body starts the call itself, as the first thing in its first poll: there, and not in the function
//! around it, the arguments can be borrowed without taking up room in the future once more. The future
//! finds the call in a slot of its thread.

use std::cell::RefCell;

use opentelemetry::KeyValue;

use super::active::Running;
use super::attributes::Attributes;
use super::current::Attached;

thread_local! {
    /// The call that the body in its first poll has begun; one at a time, since a body that polls
    /// another puts what is here aside.
    static SLOT: RefCell<Slot> = const { RefCell::new(Slot::Closed) };
}

/// What has become of a call in the first poll of its future.
#[derive(Debug)]
enum Slot {
    /// No future is in its first poll.
    Closed,
    /// The body has not come to its beginning.
    Open,
    Begun(Running, Attached),
}

/// The first poll of a future; holds what was in the slot before.
#[derive(Debug)]
pub(super) struct FirstPoll(Slot);

impl FirstPoll {
    pub(super) fn enter() -> Self {
        Self(replace(Slot::Open))
    }

    /// The call that was begun, if one was.
    pub(super) fn leave(self) -> Option<(Running, Attached)> {
        match replace(self.0) {
            Slot::Begun(running, attached) => Some((running, attached)),
            Slot::Closed | Slot::Open => None,
        }
    }
}

/// Puts `slot` in place of what is there. While the thread ends there is no slot, and nothing begins.
fn replace(slot: Slot) -> Slot {
    SLOT.try_with(|place| place.replace(slot)).unwrap_or(Slot::Closed)
}

/// Starts a call, if there is a future to take it, and makes it current for the rest of the poll.
pub(super) fn begin(start: impl FnOnce() -> Option<Running>) {
    let is_open = SLOT.try_with(|slot| matches!(*slot.borrow(), Slot::Open)).unwrap_or(false);
    if !is_open {
        return;
    }
    // Closed in any case: a body has one beginning.
    replace(match start() {
        None => Slot::Closed,
        Some(mut running) => {
            let attached = running.attach();
            Slot::Begun(running, attached)
        }
    });
}

/// A place for what the arguments of the call that has just begun say, where its span records.
pub(super) fn attributes() -> Option<Attributes<'static>> {
    let site = SLOT.try_with(|slot| match &*slot.borrow() {
        Slot::Begun(running, _) => Some(running.site()),
        Slot::Closed | Slot::Open => None,
    });
    Attributes::of_first_poll(site.ok().flatten()?)
}

/// Hands over what the arguments said.
pub(super) fn set_attributes(attributes: Vec<KeyValue>) {
    let _ = SLOT.try_with(|slot| {
        if let Slot::Begun(running, _) = &mut *slot.borrow_mut() {
            running.set_attributes(attributes);
        }
    });
}
