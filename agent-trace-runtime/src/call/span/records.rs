//! The records of all calls: used again, so that a call allocates none, and known, so that those that are open
//! when telemetry ends can be ended.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::prepared::prepare;
use super::record::{Open, Record};
use crate::call::active::Running;
use crate::call::site::CallSite;

/// The most boxes that a thread keeps for calls to come.
const MAX_FREE: usize = 64;

/// What futures will hold of their calls, each with a record and the place for what will be known: one pointer each.
type Free = Vec<Box<Running>>;

thread_local! {
    /// What no call uses, and nobody looks at.
    static FREE: RefCell<Free> = const { RefCell::new(Vec::new()) };
}

/// Every record there is, and some that are gone. Locked only when there is a new one.
static ALL: Mutex<Vec<Weak<Record>>> = Mutex::new(Vec::new());

/// For a call that starts: what its future will hold, with its record, and what is known of it, which nobody sees
/// before [`Running::begin`].
#[inline]
pub(crate) fn new_call(site: &'static CallSite) -> (Box<Running>, Box<Open>) {
    let free = FREE.try_with(|free| free.borrow_mut().pop()).ok().flatten();
    let mut running = free.unwrap_or_else(|| make_call(site));
    running.site = site;
    let open = match running.known.take() {
        Some(mut open) => {
            open.site = site;
            open
        }
        None => Box::new(Open::new(site)),
    };
    (running, open)
}

/// Of a call that has not begun, or has ended: keeps all for another one, unless somebody may still look at the
/// record.
pub(crate) fn give_back(mut running: Box<Running>, mut open: Box<Open>) {
    if open.site.is_model_call() && open.observed.span {
        prepare(open.site.expected_attributes());
    }
    open.clear();
    running.known = Some(open);
    if running.record().is_some_and(Record::is_as_new) {
        let _ = FREE.try_with(|free| {
            let mut free = free.borrow_mut();
            if free.len() < MAX_FREE {
                free.push(running);
            }
        });
    }
}

/// The records of all calls, also of those that are not open.
pub(crate) fn all() -> Vec<Arc<Record>> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner).iter().filter_map(Weak::upgrade).collect()
}

#[cold]
fn make_call(site: &'static CallSite) -> Box<Running> {
    let mut running = Running::new(site);
    running.slot = Some(make());
    Box::new(running)
}

fn make() -> Arc<Record> {
    let record = Arc::<Record>::default();
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    if all.len() == all.capacity() {
        // Before it grows, those are left out that are gone.
        all.retain(|known| known.strong_count() > 0);
        let room = all.len().max(MAX_FREE);
        all.reserve(room);
    }
    all.push(Arc::downgrade(&record));
    record
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_that_are_gone_are_forgotten() {
        std::thread::spawn(|| {
            for _ in 0..100 * MAX_FREE {
                drop(make());
            }
        })
        .join()
        .unwrap();
        let known = ALL.lock().unwrap().len();
        assert!(known < 50 * MAX_FREE, "{known}");
    }
}
