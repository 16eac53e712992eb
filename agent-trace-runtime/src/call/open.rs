//! The calls that are open, so that those in flight when telemetry ends are told of as well.
//!
//! A list of them is kept in a few parts, each with a lock that threads seldom meet at.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use opentelemetry::Context;

use super::moment::Moment;
use super::site::CallSite;

const PARTS: usize = 16;

static OPEN: [Mutex<Part>; PARTS] = [const { Mutex::new(Part::EMPTY) }; PARTS];

/// What is known of a call that is open.
#[derive(Debug)]
pub(crate) struct OpenCall {
    pub(crate) context: Context,
    pub(crate) site: &'static CallSite,
    pub(super) started: Moment,
}

/// The place of a call in the list; taken out of it by [`close`].
#[derive(Debug)]
pub(super) struct Place {
    part: u16,
    index: u32,
}

#[derive(Debug)]
struct Part {
    calls: Vec<Option<OpenCall>>,
    free: Vec<u32>,
}

impl Part {
    const EMPTY: Self = Self { calls: Vec::new(), free: Vec::new() };
}

thread_local! {
    /// The part that this thread's calls go to.
    static PART: u16 = {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        (NEXT.fetch_add(1, Ordering::Relaxed) % PARTS) as u16
    };
}

fn lock(part: u16) -> MutexGuard<'static, Part> {
    OPEN[usize::from(part)].lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes a call; `None` while the thread ends, and where the list is full.
pub(super) fn open(call: OpenCall) -> Option<Place> {
    let part = PART.try_with(|part| *part).ok()?;
    let mut calls = lock(part);
    let index = match calls.free.pop() {
        Some(index) => index,
        None => {
            let index = u32::try_from(calls.calls.len()).ok()?;
            calls.calls.push(None);
            index
        }
    };
    calls.calls[index as usize] = Some(call);
    Some(Place { part, index })
}

/// Takes a call out of the list.
pub(super) fn close(Place { part, index }: Place) {
    let mut calls = lock(part);
    // Taken out by `drain` before, where telemetry has ended in between.
    let call = calls.calls.get_mut(index as usize).and_then(Option::take);
    calls.free.push(index);
    drop(calls);
    // The last of a context may end spans.
    drop(call);
}

/// Takes all calls out of the list, whose places stay theirs.
pub(crate) fn drain() -> Vec<OpenCall> {
    let parts = 0..PARTS as u16;
    parts
        .flat_map(|part| lock(part).calls.iter_mut().filter_map(Option::take).collect::<Vec<_>>())
        .collect()
}
