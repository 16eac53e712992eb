//! How a call ends whose future is dropped.
//!
//! What a future owns may end spans of its own, and they are children of its call. So the call stands
//! before the future and a mark behind it, and fields are dropped in their order: the call makes itself
//! current and moves into a slot of the thread, the future is dropped, the mark ends what is in the slot.
//! Code of this kind is written once. A destructor of the traced future itself would be written again for
//! each annotated function.

use std::cell::RefCell;
use std::mem::ManuallyDrop;

use super::active::{ActiveCall, Running, State};
use super::current::Attached;

thread_local! {
    /// The calls whose futures are being dropped: drops nest.
    static DROPPING: RefCell<Vec<(Box<Running>, Attached)>> = const { RefCell::new(Vec::new()) };
}

/// The call of a future. Its own drop takes the call out, which drops nothing after that.
#[derive(Debug)]
pub(super) struct FutureCall(pub(super) ManuallyDrop<ActiveCall>);

impl FutureCall {
    #[inline]
    pub(super) const fn new(call: ActiveCall) -> Self {
        Self(ManuallyDrop::new(call))
    }
}

/// What stands behind the future of a call.
#[derive(Debug)]
pub(super) struct EndOfDrop {
    /// Whether the call will be in the slot when this is dropped.
    is_armed: bool,
}

impl Drop for FutureCall {
    #[inline]
    fn drop(&mut self) {
        if !self.0.is_off() {
            self.0.park();
        }
    }
}

impl ActiveCall {
    /// Makes the call current, and leaves it in the slot.
    fn park(&mut self) {
        let Some(mut running) = self.take() else { return };
        let attached = running.attach();
        let mut dropping = Some((running, attached));
        let _ = DROPPING.try_with(|slot| slot.borrow_mut().extend(dropping.take()));
        // Where the thread is ending there is no slot, and nothing to be current in.
        if let Some((mut running, attached)) = dropping {
            running.detach(attached);
            running.end_dropped();
        }
    }
}

impl EndOfDrop {
    /// For a call that has not started.
    pub(super) const UNARMED: Self = Self { is_armed: false };

    /// Behind the future of `call`.
    pub(super) const fn new(call: &ActiveCall) -> Self {
        Self { is_armed: matches!(call.0, State::Running(_)) }
    }

    /// While the call may end without being dropped.
    #[inline]
    pub(super) const fn disarm(&mut self) {
        self.is_armed = false;
    }

    #[inline]
    pub(super) const fn arm(&mut self, call: &ActiveCall) {
        self.is_armed = matches!(call.0, State::Running(_));
    }
}

impl Drop for EndOfDrop {
    #[inline]
    fn drop(&mut self) {
        if self.is_armed {
            end_parked();
        }
    }
}

/// Ends the call that was left in the slot last.
fn end_parked() {
    let dropped = DROPPING.try_with(|slot| slot.borrow_mut().pop());
    if let Some((mut running, attached)) = dropped.ok().flatten() {
        running.detach(attached);
        running.end_dropped();
    }
}
