//! How a call ends whose future is dropped.
//!
//! What a future owns may end spans of its own, and they are children of its call. So the call makes itself current and
//! moves into a slot of the thread before its future is dropped, and what stands behind the future ends what is in
//! the slot. Of all this, only a look at the call's state is written again for each future.

use std::cell::RefCell;
use std::mem::ManuallyDrop;

use super::active::{ActiveCall, Running, State};
use super::current::Attached;
use super::outcome::quietly;

thread_local! {
    /// The calls whose futures are being dropped: drops nest.
    static DROPPING: RefCell<Vec<(Box<Running>, Attached)>> = const { RefCell::new(Vec::new()) };
}

/// The call of a future, which stands behind that. Its own drop ends what was left in the slot, and drops nothing of the call
/// itself.
#[derive(Debug)]
pub(super) struct FutureCall(pub(super) ManuallyDrop<ActiveCall>);

impl FutureCall {
    #[inline]
    pub(super) const fn new(call: ActiveCall) -> Self {
        Self(ManuallyDrop::new(call))
    }

    /// Before the future is dropped.
    #[inline]
    pub(super) fn precede_drop(&mut self) {
        if matches!(self.0.0, State::Running(_)) {
            self.0.park();
        }
    }
}

impl Drop for FutureCall {
    #[inline]
    fn drop(&mut self) {
        if matches!(self.0.0, State::Parked) {
            end_parked();
        }
    }
}

impl ActiveCall {
    /// Makes the call current, and leaves it in the slot.
    #[cold]
    fn park(&mut self) {
        let Some(mut running) = self.take() else { return };
        // It cannot be current where the present context is borrowed: the drop goes on without.
        let Some(attached) = quietly(|| running.attach()) else { return running.end_dropped() };
        let mut dropping = Some((running, attached));
        let _ = DROPPING.try_with(|slot| slot.borrow_mut().extend(dropping.take()));
        match dropping {
            None => self.0 = State::Parked,
            // Where the thread is ending there is no slot, and nothing to be current in.
            Some((mut running, mut attached)) => {
                running.detach(&mut attached);
                running.end_dropped();
            }
        }
    }
}

/// Ends the call that was left in the slot last.
#[cold]
fn end_parked() {
    let dropped = DROPPING.try_with(|slot| slot.borrow_mut().pop());
    if let Some((mut running, mut attached)) = dropped.ok().flatten() {
        running.detach(&mut attached);
        running.end_dropped();
    }
}
