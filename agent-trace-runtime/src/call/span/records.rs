//! The records of all calls: used again, so that a call allocates none, and known, so that those that are open
//! when telemetry ends can be ended.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::record::{Open, Record};
use crate::call::active::Running;
use crate::call::site::CallSite;

/// The most records that a thread keeps for calls to come.
const MAX_FREE: usize = 64;

thread_local! {
    /// Those that no call uses, and nobody looks at.
    static FREE: RefCell<Vec<NewCall>> = const { RefCell::new(Vec::new()) };
}

/// A call that starts: its record, what is known of it, which nobody sees yet, and what its future will hold.
#[derive(Debug)]
pub(crate) struct NewCall {
    record: Arc<Record>,
    pub(crate) open: Box<Open>,
    running: Box<Running>,
}

/// Every record there is, and some that are gone. Locked only when there is a new one.
static ALL: Mutex<Vec<Weak<Record>>> = Mutex::new(Vec::new());

impl NewCall {
    #[inline]
    pub(crate) fn of(site: &'static CallSite) -> Self {
        let free = FREE.try_with(|free| free.borrow_mut().pop()).ok().flatten();
        match free {
            Some(mut call) => {
                call.open.site = site;
                call
            }
            None => Self {
                record: make(),
                open: Box::new(Open::new(site)),
                running: Box::new(Running::new(site)),
            },
        }
    }

    /// Lets others see it.
    pub(crate) fn begin(self) -> (Arc<Record>, Box<Running>) {
        self.record.begin(self.open);
        (self.record, self.running)
    }

    /// Of a call that has not begun, or has ended: keeps all for another one, unless somebody may still look at
    /// the record.
    pub(crate) fn give_back(self) {
        let Self { record, mut open, running } = self;
        open.clear();
        if Arc::strong_count(&record) == 1 {
            let _ = FREE.try_with(|free| {
                let mut free = free.borrow_mut();
                if free.len() < MAX_FREE {
                    free.push(Self { record, open, running });
                }
            });
        }
    }
}

/// Gives back the record of a call that has ended.
pub(crate) fn give_back(record: Arc<Record>, open: Box<Open>, running: Box<Running>) {
    NewCall { record, open, running }.give_back();
}

/// The records of all calls that are open.
pub(crate) fn open() -> Vec<Arc<Record>> {
    let all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    all.iter().filter_map(Weak::upgrade).filter(|record| record.is_open()).collect()
}

#[cold]
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
