//! A place for one box, of which threads take what stands there, or look at it, one after the other.

use std::fmt;
use std::marker::PhantomData;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::thread;

/// One box, or none. To put it there is a plain store; to take it out, or to look at it, is one atomic step, of which a
/// lock takes two for each.
///
/// Who comes while somebody looks waits, and lets other threads run meanwhile: looks are short.
pub(super) struct Place<T> {
    /// Null where nothing stands, and [`LOOKED_AT`] while somebody looks.
    pointer: AtomicPtr<T>,
    /// It owns what stands there, and gives it from thread to thread.
    owned: PhantomData<Box<T>>,
}

/// No box is there: it would be a part of this.
static LOOKED_AT: u8 = 0;

impl<T> Place<T> {
    /// Puts `value` where nothing stands, and nobody else puts anything meanwhile: what stood there would be leaked.
    #[inline]
    pub(super) fn put(&self, value: Box<T>) {
        self.pointer.store(Box::into_raw(value), Ordering::Release);
    }

    /// Takes out what stands there.
    #[inline]
    pub(super) fn take(&self) -> Option<Box<T>> {
        let pointer = self.exchange(ptr::null_mut())?;
        // SAFETY: [`exchange`](Self::exchange) gives the pointer of a box to one of all who ask, and it stands there no more.
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
        // SAFETY: as in `take`; that it stands there no more was seen to before this.
        Some(unsafe { Box::from_raw(pointer) })
    }

    fn looked_at() -> *mut T {
        (&raw const LOOKED_AT).cast_mut().cast()
    }

    /// The pointer of the box that stands there, and `instead` in its place; nothing is changed where none stands. Waits
    /// while somebody looks.
    #[inline]
    fn exchange(&self, instead: *mut T) -> Option<*mut T> {
        loop {
            let pointer = self.pointer.load(Ordering::Relaxed);
            if pointer.is_null() {
                return None;
            }
            // What was written to the box before it was put there is seen from here on.
            if pointer != Self::looked_at()
                && self
                    .pointer
                    .compare_exchange(pointer, instead, Ordering::Acquire, Ordering::Relaxed)
                    .is_ok()
            {
                return Some(pointer);
            }
            wait();
        }
    }
}

#[cold]
fn wait() {
    thread::yield_now();
}

/// Somebody looks, and puts back what is looked at, also where that unwinds.
struct Looking<'a, T> {
    place: &'a Place<T>,
    /// Of a box, or null.
    pointer: *mut T,
}

impl<T> Looking<'_, T> {
    fn value(&mut self) -> &mut T {
        // SAFETY: it is the pointer of a box that `exchange` has given to this alone: until it is put back, nobody else gets it.
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
