//! The calls that are open, so that those in flight when telemetry ends are told of as well.
//!
//! A list of them is kept in a few parts, each with a lock that threads seldom meet at.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use opentelemetry::{Context, KeyValue};

use super::moment::Moment;
use super::site::CallSite;

const PARTS: u32 = 16;

static OPEN: [Mutex<Part>; PARTS as usize] = [const { Mutex::new(Part::EMPTY) }; PARTS as usize];

/// What is known of a call that is open.
#[derive(Debug)]
pub(crate) struct OpenCall {
    pub(crate) context: Context,
    pub(crate) site: &'static CallSite,
    pub(super) started: Moment,
    /// What its arguments have told.
    pub(super) attributes: Vec<KeyValue>,
}

/// The place of a call in the list; taken out of it by [`close`].
///
/// A part, and an index from 1 within it, in one number: calls are within futures.
#[derive(Debug)]
pub(super) struct Place(NonZeroU32);

impl Place {
    fn new(part: u32, index: usize) -> Option<Self> {
        let index = u32::try_from(index).ok()?.checked_add(1)?.checked_mul(PARTS)?;
        NonZeroU32::new(index.checked_add(part)?).map(Self)
    }

    const fn part(&self) -> u32 {
        self.0.get() % PARTS
    }

    const fn index(&self) -> usize {
        (self.0.get() / PARTS - 1) as usize
    }
}

#[derive(Debug)]
struct Part {
    calls: Vec<Option<OpenCall>>,
    free: Vec<usize>,
}

impl Part {
    const EMPTY: Self = Self { calls: Vec::new(), free: Vec::new() };
}

thread_local! {
    /// The part that this thread's calls go to.
    static PART: u32 = {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        NEXT.fetch_add(1, Ordering::Relaxed) % PARTS
    };
}

fn lock(part: u32) -> MutexGuard<'static, Part> {
    OPEN[part as usize].lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes a call; `None` while the thread ends, and where the list is full.
pub(super) fn open(call: OpenCall) -> Option<Place> {
    let part = PART.try_with(|part| *part).ok()?;
    let mut calls = lock(part);
    let index = calls.free.last().copied().unwrap_or(calls.calls.len());
    let place = Place::new(part, index)?;
    if calls.free.pop().is_none() {
        calls.calls.push(None);
    }
    calls.calls[index] = Some(call);
    Some(place)
}

/// Keeps what the arguments of a call have told until its end.
pub(super) fn tell(place: &Place, attributes: Vec<KeyValue>) {
    with(place, |call| call.attributes = attributes);
}

/// Looks at a call that is open still.
pub(super) fn with<R>(place: &Place, look: impl FnOnce(&mut OpenCall) -> R) -> Option<R> {
    let mut calls = lock(place.part());
    calls.calls.get_mut(place.index())?.as_mut().map(look)
}

/// Takes a call out of the list; it is there no longer where it has ended with telemetry.
pub(super) fn close(place: Place) -> Option<OpenCall> {
    let (part, index) = (place.part(), place.index());
    let mut calls = lock(part);
    let call = calls.calls.get_mut(index).and_then(Option::take);
    calls.free.push(index);
    call
}

/// Takes all calls out of the list, whose places stay theirs.
pub(crate) fn drain() -> Vec<OpenCall> {
    (0..PARTS)
        .flat_map(|part| lock(part).calls.iter_mut().filter_map(Option::take).collect::<Vec<_>>())
        .collect()
}
