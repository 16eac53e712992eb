//! The series that calls of one site had: to compare what a call tells with what was told before takes a tenth of the
//! time of a look into what all threads share.

use std::iter::successors;
use std::sync::{Arc, OnceLock};

use super::labels::{OwnedTold, Told};
use super::metrics::Series;

/// How many a site remembers, for as long as the process runs; others are looked up. There are more where users choose the model,
/// or telemetry is installed again and again.
const MOST: usize = 8;

/// Each with the place for the next.
#[derive(Debug)]
pub(crate) struct RememberedSeries(OnceLock<Box<Remembered>>);

#[derive(Debug)]
struct Remembered {
    /// Of the metrics that the series belongs to.
    generation: u64,
    told: OwnedTold,
    series: Arc<Series>,
    next: RememberedSeries,
}

impl RememberedSeries {
    pub(crate) const fn none() -> Self {
        Self(OnceLock::new())
    }

    fn all(&self) -> impl Iterator<Item = &Remembered> {
        successors(self.0.get(), |known| known.next.0.get()).map(|known| &**known)
    }

    #[inline]
    pub(super) fn find(&self, generation: u64, told: &Told<'_>) -> Option<&Series> {
        let is_it =
            |known: &&Remembered| known.generation == generation && known.told.is_told_by(told);
        self.all().find(is_it).map(|known| &*known.series)
    }

    /// Where another thread has just taken the place, a later call is remembered.
    pub(super) fn keep(&self, generation: u64, told: &Told<'_>, series: &Arc<Series>) {
        // Another thread may have had the same.
        if self.all().count() < MOST && self.find(generation, told).is_none() {
            let (told, series) = (told.to_owned(), Arc::clone(series));
            let last = self.all().last().map_or(self, |last| &last.next);
            let _ =
                last.0.set(Box::new(Remembered { generation, told, series, next: Self::none() }));
        }
    }
}
