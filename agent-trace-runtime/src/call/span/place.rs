//! A place for one box, which threads take from each other: whoever takes it out has it alone.

use std::fmt;
use std::marker::PhantomData;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

/// One box, or none. To put it there is a plain store, and to take it out one atomic step: a lock takes four for both.
pub(super) struct Place<T> {
    pointer: AtomicPtr<T>,
    /// It owns what stands there, and gives it from thread to thread.
    owned: PhantomData<Box<T>>,
}

impl<T> Place<T> {
    /// Nothing stands there.
    const EMPTY: Self = Self { pointer: AtomicPtr::new(ptr::null_mut()), owned: PhantomData };

    /// Puts `value` where nothing stands, and nobody else puts anything meanwhile: what stood there would be leaked.
    #[inline]
    pub(super) fn put(&self, value: Box<T>) {
        self.pointer.store(Box::into_raw(value), Ordering::Release);
    }

    /// Takes out what stands there.
    #[inline]
    pub(super) fn take(&self) -> Option<Box<T>> {
        let pointer = self.pointer.swap(ptr::null_mut(), Ordering::Acquire);
        if pointer.is_null() {
            return None;
        }
        // SAFETY: a pointer that is not null stands there by `put` alone, which has it of a box. Of all who swap, one gets
        // it, and it stands there no more: so the box is made of it once. What was written to the box before `put`
        // is seen here, since that releases and this acquires. Threads pass each other a `T`, for which `T: Send` is asked below.
        Some(unsafe { Box::from_raw(pointer) })
    }
}

// SAFETY: through a shared place, threads do nothing but move boxes in and out: no two see a `T` at the same time.
unsafe impl<T: Send> Sync for Place<T> {}

impl<T> Default for Place<T> {
    fn default() -> Self {
        Self::EMPTY
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
    use std::sync::Arc;
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
    fn who_takes_it_may_put_it_back_for_others() {
        let place = Place::default();
        place.put(Box::new(0));
        thread::scope(|threads| {
            for _ in 0..3 {
                threads.spawn(|| {
                    for _ in 0..30 {
                        let mut taken = loop {
                            match place.take() {
                                Some(taken) => break taken,
                                None => thread::yield_now(),
                            }
                        };
                        *taken += 1;
                        place.put(taken);
                    }
                });
            }
        });
        assert_eq!(place.take(), Some(Box::new(90)));
    }
}
