//! A place for one box, of which threads take what stands there, or look at it, one after the other.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::thread;
use std::time::Duration;

/// One box, or none. To put it there, to take it out or to look at it is one atomic step each, of which a lock takes two.
///
/// Who comes while somebody looks waits, and lets other threads run meanwhile.
pub(super) struct Place<T> {
    /// Null where nothing stands, [`LOOKED_AT`] while somebody looks, or else a pointer that [`Box::into_raw`] has given,
    /// and that nobody else has. Who exchanges that for one of the others has it from then on: since all that
    /// stands there was stored to be seen (`Release`) and is exchanged to see (`Acquire`), with all that was written to the box before.
    /// Should the same pointer have been put there anew meanwhile, it is that box that was put last.
    pointer: AtomicPtr<T>,
    /// It owns what stands there, and gives it from thread to thread.
    owned: PhantomData<Box<T>>,
}

/// No box is there that has room for anything: it would be a part of this.
static LOOKED_AT: u8 = 0;

/// So often, who waits lets others run. Then it sleeps, for those that it does not let run by that.
const YIELDS: u32 = 100;

impl<T> Place<T> {
    const HAS_ROOM: () =
        assert!(size_of::<T>() > 0, "the pointers of empty boxes are not told apart");

    /// Puts `value` where nothing stands, and nobody looks or puts anything meanwhile: one of the boxes would be leaked.
    ///
    /// It comes before all that this thread does next in the order that all threads agree on (`SeqCst`).
    #[inline]
    pub(super) fn put(&self, value: Box<T>) {
        const { Self::HAS_ROOM };
        debug_assert!(self.pointer.load(Ordering::Relaxed).is_null(), "nothing stands there");
        self.pointer.store(Box::into_raw(value), Ordering::SeqCst);
    }

    /// Takes out what stands there.
    #[inline]
    pub(super) fn take(&self) -> Option<Box<T>> {
        let pointer = self.exchange(ptr::null_mut())?;
        // SAFETY: what was exchanged is the pointer of a box that nobody else has, as `pointer` says.
        Some(unsafe { Box::from_raw(pointer) })
    }

    /// Looks at what stands there. `look` may not look at the same place: it would wait for itself.
    #[inline]
    pub(super) fn look<R>(&self, look: impl FnOnce(&mut T) -> R) -> Option<R> {
        let pointer = self.exchange(Self::looked_at())?;
        let mut looking = Looking { place: self, pointer };
        Some(look(looking.value()))
    }

    /// Takes out what stands there, if it is what is meant.
    pub(super) fn take_if(&self, is_meant: impl FnOnce(&T) -> bool) -> Option<Box<T>> {
        let pointer = self.exchange(Self::looked_at())?;
        let mut looking = Looking { place: self, pointer };
        if !is_meant(looking.value()) {
            return None;
        }
        looking.pointer = ptr::null_mut();
        drop(looking);
        // SAFETY: as in `take`, and `looking` did not put it back.
        Some(unsafe { Box::from_raw(pointer) })
    }

    fn looked_at() -> *mut T {
        (&raw const LOOKED_AT).cast_mut().cast()
    }

    /// The pointer of the box that stands there, and `instead` in its place; nothing is changed where none stands. Waits
    /// while somebody looks.
    #[inline]
    fn exchange(&self, instead: *mut T) -> Option<*mut T> {
        let mut attempt = 0;
        loop {
            let pointer = self.pointer.load(Ordering::Relaxed);
            if pointer.is_null() {
                return None;
            }
            if pointer != Self::looked_at()
                && self
                    .pointer
                    .compare_exchange(pointer, instead, Ordering::Acquire, Ordering::Relaxed)
                    .is_ok()
            {
                return Some(pointer);
            }
            wait(attempt);
            attempt += 1;
        }
    }
}

#[cold]
fn wait(attempt: u32) {
    if attempt < YIELDS {
        thread::yield_now();
    } else {
        thread::sleep(Duration::from_micros(50));
    }
}

/// Somebody looks, and puts back what is looked at, also where that unwinds.
struct Looking<'a, T> {
    place: &'a Place<T>,
    /// Of a box, or null.
    pointer: *mut T,
}

impl<T> Looking<'_, T> {
    fn value(&mut self) -> &mut T {
        // SAFETY: what was exchanged is the pointer of a box that nobody else has until it is put back.
        unsafe { &mut *self.pointer }
    }
}

impl<T> Drop for Looking<'_, T> {
    fn drop(&mut self) {
        self.place.pointer.store(self.pointer, Ordering::Release);
    }
}

// SAFETY: threads that share a place move boxes in and out of it, or look at one by turns: no two have the same `T` at the
// same time, and each has it after the one before has let go of it.
unsafe impl<T: Send> Sync for Place<T> {}

// What a look leaves that panics is put back, as a lock does that is poisoned and taken all the same.
impl<T> UnwindSafe for Place<T> {}
impl<T> RefUnwindSafe for Place<T> {}

impl<T> Default for Place<T> {
    /// Nothing stands there.
    fn default() -> Self {
        Self { pointer: AtomicPtr::default(), owned: PhantomData }
    }
}

impl<T> Drop for Place<T> {
    fn drop(&mut self) {
        drop(self.take());
    }
}

impl<T> fmt::Debug for Place<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Place").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::{Arc, Barrier};
    use std::thread;

    use super::*;

    #[test]
    fn what_is_put_is_taken_once() {
        let place = Place::default();
        assert_eq!(place.take(), None::<Box<String>>);
        place.put(Box::new("call".to_owned()));
        assert_eq!(place.take().as_deref().map(String::as_str), Some("call"));
        assert_eq!(place.take(), None);
    }

    #[test]
    fn what_still_stands_is_dropped_with_the_place() {
        let shared = Arc::new(());
        let place = Place::default();
        place.put(Box::new(Arc::clone(&shared)));
        drop(place);
        assert_eq!(Arc::strong_count(&shared), 1);
    }

    #[test]
    fn of_threads_that_take_one_gets_it_with_all_that_was_written() {
        let place = Place::default();
        for round in 0..100 {
            place.put(Box::new(vec![round; 3]));
            let taken: Vec<Vec<i32>> = thread::scope(|threads| {
                let takes = [(); 3].map(|()| threads.spawn(|| place.take()));
                takes
                    .into_iter()
                    .filter_map(|take| take.join().unwrap())
                    .map(|open| *open)
                    .collect()
            });
            assert_eq!(taken, [vec![round; 3]]);
        }
    }

    #[test]
    fn threads_look_one_after_the_other() {
        let place = Place::default();
        place.put(Box::new(0));
        thread::scope(|threads| {
            for _ in 0..3 {
                threads.spawn(|| (0..30).for_each(|_| place.look(|number| *number += 1).unwrap()));
            }
        });
        assert_eq!(place.take(), Some(Box::new(90)));
        assert_eq!(place.look(|number| *number), None);
    }

    #[test]
    fn who_takes_waits_for_who_looks() {
        let place = Place::default();
        place.put(Box::new(0));
        let is_looking = Barrier::new(2);
        thread::scope(|threads| {
            let taken = threads.spawn(|| {
                is_looking.wait();
                place.take()
            });
            let looked = place.look(|number| {
                is_looking.wait();
                thread::yield_now();
                *number = 1;
            });
            assert_eq!(looked, Some(()));
            assert_eq!(taken.join().unwrap(), Some(Box::new(1)));
        });
    }

    #[test]
    fn only_what_is_meant_is_taken() {
        let place = Place::default();
        assert_eq!(place.take_if(|_| true), None);
        place.put(Box::new(7));
        assert_eq!(place.take_if(|number| *number == 8), None);
        assert_eq!(place.take_if(|number| *number == 7), Some(Box::new(7)));
        assert_eq!(place.take(), None);
    }

    #[test]
    fn a_look_that_panics_takes_nothing_along() {
        let place = Place::default();
        place.put(Box::new(7));
        let looked = catch_unwind(AssertUnwindSafe(|| place.look(|_| panic!("as asked"))));
        assert!(looked.is_err());
        assert_eq!(place.take(), Some(Box::new(7)));
    }
}
