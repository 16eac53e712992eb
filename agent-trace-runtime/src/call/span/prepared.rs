//! Room for the attributes of calls to come, which their thread has written to beforehand.
//!
//! The room of a span's attributes is freed by the thread that exports it. Who gets it next waits for that thread's processor at the
//! first atomic step behind a write, and a call has many. So the room of the next call is made when one ends, and
//! is there by the time that it is asked for.

use std::cell::RefCell;
use std::mem::MaybeUninit;

use opentelemetry::KeyValue;

/// Less room than this is written as soon as it is asked for.
const LEAST: usize = 8;

/// How many sizes a thread keeps, one of each, for as long as it lives.
const SIZES: usize = 24;

thread_local! {
    /// By how many attributes they take beyond the least.
    static PREPARED: RefCell<[Vec<KeyValue>; SIZES]> =
        const { RefCell::new([const { Vec::new() }; SIZES]) };
}

/// Room for so many attributes.
#[inline]
pub(crate) fn room_for(attributes: usize) -> Vec<KeyValue> {
    let prepared = with_place(attributes, std::mem::take).unwrap_or_default();
    if prepared.capacity() < attributes { Vec::with_capacity(attributes) } else { prepared }
}

/// Makes room for the next call with so many attributes, where there is none.
#[inline(never)]
pub(super) fn prepare(attributes: usize) {
    if with_place(attributes, |place| place.capacity() == 0) != Some(true) {
        return;
    }
    let mut room = Vec::with_capacity(attributes);
    room.spare_capacity_mut().fill_with(MaybeUninit::zeroed);
    with_place(attributes, |place| *place = room);
}

/// Where the room is that takes so many attributes, if it is kept.
#[inline]
fn with_place<T>(attributes: usize, with: impl FnOnce(&mut Vec<KeyValue>) -> T) -> Option<T> {
    let index = attributes.checked_sub(LEAST)?;
    PREPARED.try_with(|prepared| prepared.borrow_mut().get_mut(index).map(with)).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_that_was_prepared_is_given_once() {
        prepare(LEAST);
        let prepared = with_place(LEAST, |place| place.as_ptr());
        let room = room_for(LEAST);
        assert_eq!((Some(room.as_ptr()), room.len()), (prepared, 0));
        assert!(room.capacity() >= LEAST);
        let next = room_for(LEAST);
        assert_ne!(next.as_ptr(), room.as_ptr());
    }

    #[test]
    fn any_room_can_be_asked_for() {
        for attributes in [0, 1, LEAST - 1, LEAST, LEAST + SIZES - 1, LEAST + SIZES, 1_000] {
            prepare(attributes);
            for _ in 0..2 {
                assert!(room_for(attributes).capacity() >= attributes);
            }
        }
    }
}
