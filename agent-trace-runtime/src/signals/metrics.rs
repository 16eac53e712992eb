//! The metrics of calls: one lookup by labels, then writes to series that are bound to them.

use std::array::from_fn;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use opentelemetry::metrics::{
    BoundCounter, BoundHistogram, Counter, Histogram, Meter, MeterProvider,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::metrics::{SdkMeterProvider, Stream};

use super::labels::{HasLabels, Labels, OwnedLabels, Told};
use super::overflow;
use super::remembered::RememberedSeries;
use crate::response::{ByModality, Usage};
use crate::semconv;
use crate::semconv::Conventions;
use crate::semconv::metrics::{Instrument, Measure, Metric};

/// The most sets of labels of one operation that have series of their own, and of all operations. More come
/// from a model's name that users choose, or the like.
const MAX_OF_OPERATION: usize = 500;
const MAX_SERIES: usize = 1_500;

/// The most pairs of labels and kinds of errors that are told apart.
const MAX_FAILED: usize = 1_000;

/// What the SDK is to keep apart: the most of what is told apart here, and what stands for the rest.
pub(crate) const CARDINALITY_LIMIT: usize = 2 * MAX_SERIES + MAX_FAILED;

/// What a token of a metric may stand for. The first is what nobody has told.
const MODALITIES: [&str; 4] = ["unknown", "text", "image", "audio"];

/// The number of measures.
const MEASURES: usize = Measure::UsedReasoning as usize + 1;

/// Lets the SDK keep apart what is kept apart here: beyond its own limit it says nothing of a call at all.
pub(crate) fn view(instrument: &opentelemetry_sdk::metrics::Instrument) -> Option<Stream> {
    let is_ours = instrument.name().starts_with("gen_ai.");
    is_ours.then(|| Stream::builder().with_cardinality_limit(CARDINALITY_LIMIT).build().ok())?
}

/// The instruments of one meter provider, and the series of all labels that were seen.
pub(crate) struct Metrics {
    provider: SdkMeterProvider,
    /// By measure; more than one where both conventions are followed.
    instruments: [Vec<Kept>; MEASURES],
    series: RwLock<KnownSeries>,
    failed: AtomicUsize,
    #[cfg(feature = "rmcp")]
    meter: Meter,
    #[cfg(feature = "rmcp")]
    mcp: OnceLock<crate::mcp::Instruments>,
    /// Told apart from those before it, whose series sites may remember.
    generation: u64,
}

#[derive(Default)]
struct KnownSeries {
    by_labels: HashMap<OwnedLabels, Arc<Series>>,
    of_operations: HashMap<&'static str, usize>,
}

impl KnownSeries {
    fn has_room(&self, operation: &str) -> bool {
        let of_operation = self.of_operations.get(operation).copied().unwrap_or_default();
        of_operation < MAX_OF_OPERATION && self.by_labels.len() < MAX_SERIES
    }
}

/// A metric with its instrument.
struct Kept {
    metric: &'static Metric,
    instrument: Unbound,
}

enum Unbound {
    Seconds(Histogram<f64>),
    Numbers(Histogram<u64>),
    Tokens(Counter<u64>),
}

enum Bound {
    Seconds(BoundHistogram<f64>),
    Numbers(BoundHistogram<u64>),
    /// By modality, made when there is something to count.
    Tokens([OnceLock<BoundCounter<u64>>; MODALITIES.len()]),
}

/// The series of one set of labels.
pub(crate) struct Series {
    labels: OwnedLabels,
    /// By measure, made when there is something to record.
    bound: [OnceLock<Vec<Bound>>; MEASURES],
    /// Durations of calls that failed, by the kind of error.
    failed: RwLock<Vec<(Box<str>, Vec<Bound>)>>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Metrics").field("provider", &self.provider).finish_non_exhaustive()
    }
}

impl fmt::Debug for Series {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Series").field("labels", &self.labels).finish_non_exhaustive()
    }
}

impl Metrics {
    pub(crate) fn new(
        provider: SdkMeterProvider,
        scope: InstrumentationScope,
        conventions: Conventions,
    ) -> Self {
        let meter = provider.meter_with_scope(scope);
        let mut instruments = from_fn(|_| Vec::new());
        for metric in conventions.metrics() {
            let of_measure: &mut Vec<Kept> = &mut instruments[metric.measure as usize];
            // The two conventions have some in common.
            if !of_measure.iter().any(|kept| kept.metric.name == metric.name) {
                of_measure.push(Kept { metric, instrument: Unbound::new(&meter, metric) });
            }
        }
        static GENERATION: AtomicU64 = AtomicU64::new(0);
        let generation = GENERATION.fetch_add(1, Ordering::Relaxed);
        let (series, failed) = (RwLock::default(), AtomicUsize::new(0));
        Self {
            provider,
            instruments,
            series,
            failed,
            #[cfg(feature = "rmcp")]
            meter,
            #[cfg(feature = "rmcp")]
            mcp: OnceLock::new(),
            generation,
        }
    }

    /// Of requests and sessions of MCP, made when there is one.
    #[cfg(feature = "rmcp")]
    pub(crate) fn mcp(&self) -> &crate::mcp::Instruments {
        self.mcp.get_or_init(|| crate::mcp::Instruments::new(&self.meter))
    }

    pub(crate) const fn provider(&self) -> &SdkMeterProvider {
        &self.provider
    }

    /// Runs `with` on the series of a call of a site, which remembers it.
    pub(crate) fn with_series(
        &self,
        told: &Told<'_>,
        remembered: &RememberedSeries,
        with: impl FnOnce(&Series),
    ) {
        match remembered.find(self.generation, told) {
            Some(series) => with(series),
            None => {
                let labels = told.labels();
                let series = self.series(&labels);
                // Calls that are beyond the limit are counted, each of them.
                if series.labels.as_labels() == labels {
                    remembered.keep(self.generation, told, &series);
                }
                with(&series);
            }
        }
    }

    /// The series of these labels, or beyond the limit those of the operation.
    pub(crate) fn series(&self, labels: &Labels<'_>) -> Arc<Series> {
        let key: &dyn HasLabels = labels;
        let known = self.series.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(series) = known.by_labels.get(key) {
            return Arc::clone(series);
        }
        drop(known);
        let mut known = self.series.write().unwrap_or_else(PoisonError::into_inner);
        let operation = labels.operation();
        let labels = if known.has_room(operation) || known.by_labels.contains_key(key) {
            *labels
        } else {
            overflow::note(operation, MAX_OF_OPERATION);
            labels.beyond_limit()
        };
        let key: &dyn HasLabels = &labels;
        if let Some(series) = known.by_labels.get(key) {
            return Arc::clone(series);
        }
        let series = Arc::new(Series::new(labels.to_owned()));
        known.by_labels.insert(labels.to_owned(), Arc::clone(&series));
        *known.of_operations.entry(operation).or_default() += 1;
        series
    }

    /// Records how many seconds a call took, and the kind of error where it failed.
    pub(crate) fn record_duration(
        &self,
        series: &Series,
        measure: Measure,
        seconds: f64,
        error_type: Option<&str>,
    ) {
        match error_type {
            None => self.with(series, measure, |bound| bound.record_seconds(seconds)),
            Some(error_type) => self.with_failed(series, measure, error_type, |bound| {
                bound.record_seconds(seconds);
            }),
        }
    }

    pub(crate) fn record_seconds(&self, series: &Series, measure: Measure, seconds: f64) {
        self.with(series, measure, |bound| bound.record_seconds(seconds));
    }

    pub(crate) fn record_number(&self, series: &Series, measure: Measure, number: u64) {
        self.with(series, measure, |bound| {
            if let Bound::Numbers(histogram) = bound {
                histogram.record(number);
            }
        });
    }

    /// Records what a call used: each count that was told, as a whole and by what its tokens stand for.
    pub(crate) fn record_usage(&self, series: &Series, usage: &Usage) {
        let counts = usage.settled();
        if let Some(input) = counts.input {
            self.record_number(series, Measure::InputTokens, input);
        }
        if let Some(output) = counts.output {
            self.record_number(series, Measure::OutputTokens, output);
        }
        // One convention has all counters of tokens, the other none.
        if self.instruments[Measure::UsedInput as usize].is_empty() {
            return;
        }
        let untold = ByModality::default();
        self.count_tokens(series, Measure::UsedInput, counts.input, &counts.input_of);
        self.count_tokens(series, Measure::UsedOutput, counts.output, &counts.output_of);
        self.count_tokens(series, Measure::UsedCacheRead, counts.cache_read, &counts.cache_read_of);
        self.count_tokens(series, Measure::UsedCacheWrite, counts.cache_write, &untold);
        self.count_tokens(series, Measure::UsedReasoning, counts.reasoning, &untold);
    }

    fn count_tokens(
        &self,
        series: &Series,
        measure: Measure,
        whole: Option<u64>,
        parts: &ByModality,
    ) {
        let Some(whole) = whole else { return };
        let kept = &self.instruments[measure as usize];
        let parts = parts.map(Option::unwrap_or_default);
        let untold =
            whole.saturating_sub(parts.iter().fold(0, |sum, part| sum.saturating_add(*part)));
        for (bound, Kept { metric, instrument }) in self.bound(series, measure).iter().zip(kept) {
            let (Bound::Tokens(counters), Unbound::Tokens(counter)) = (bound, instrument) else {
                continue;
            };
            for (modality, tokens) in std::iter::once(untold).chain(parts).enumerate() {
                if tokens > 0 {
                    let bind = || {
                        let mut attributes = series.attributes(metric);
                        let modality = MODALITIES[modality];
                        attributes.push(KeyValue::new(semconv::TOKEN_MODALITY, modality));
                        counter.bind(&attributes)
                    };
                    counters[modality].get_or_init(bind).add(tokens);
                }
            }
        }
    }

    fn with(&self, series: &Series, measure: Measure, record: impl Fn(&Bound)) {
        self.bound(series, measure).iter().for_each(record);
    }

    fn bound<'a>(&self, series: &'a Series, measure: Measure) -> &'a [Bound] {
        series.bound[measure as usize].get_or_init(|| self.bind(series, measure, None))
    }

    fn with_failed(
        &self,
        series: &Series,
        measure: Measure,
        error_type: &str,
        record: impl Fn(&Bound),
    ) {
        let known = series.failed.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, bound)) = known.iter().find(|(known, _)| **known == *error_type) {
            return bound.iter().for_each(record);
        }
        drop(known);
        let has_room = self.failed.load(Ordering::Relaxed) < MAX_FAILED;
        let error_type = if has_room { error_type } else { semconv::ERROR_TYPE_OTHER };
        let mut known = series.failed.write().unwrap_or_else(PoisonError::into_inner);
        let position = known.iter().position(|(known, _)| **known == *error_type);
        let position = position.unwrap_or_else(|| {
            self.failed.fetch_add(1, Ordering::Relaxed);
            known.push((error_type.into(), self.bind(series, measure, Some(error_type))));
            known.len() - 1
        });
        known[position].1.iter().for_each(record);
    }

    fn bind(&self, series: &Series, measure: Measure, error_type: Option<&str>) -> Vec<Bound> {
        let bind = |Kept { metric, instrument }: &Kept| {
            let mut attributes = series.attributes(metric);
            if let Some(error_type) = error_type {
                attributes.push(KeyValue::new(semconv::ERROR_TYPE, error_type.to_owned()));
            }
            match instrument {
                Unbound::Seconds(histogram) => Bound::Seconds(histogram.bind(&attributes)),
                Unbound::Numbers(histogram) => Bound::Numbers(histogram.bind(&attributes)),
                Unbound::Tokens(_) => Bound::Tokens(from_fn(|_| OnceLock::new())),
            }
        };
        self.instruments[measure as usize].iter().map(bind).collect()
    }
}

impl Series {
    fn new(labels: OwnedLabels) -> Self {
        Self { labels, bound: from_fn(|_| OnceLock::new()), failed: RwLock::default() }
    }

    fn attributes(&self, metric: &Metric) -> Vec<KeyValue> {
        let mut attributes = self.labels.attributes(metric.attributes);
        attributes.extend(metric.fixed.map(|(key, value)| KeyValue::new(key, value)));
        attributes
    }
}

impl Bound {
    fn record_seconds(&self, seconds: f64) {
        if let Self::Seconds(histogram) = self {
            histogram.record(seconds);
        }
    }
}

impl Unbound {
    fn new(meter: &Meter, metric: &Metric) -> Self {
        let Metric { name, unit, description, .. } = *metric;
        match metric.instrument {
            Instrument::Seconds(boundaries) => Self::Seconds(
                meter
                    .f64_histogram(name)
                    .with_unit(unit)
                    .with_description(description)
                    .with_boundaries(boundaries.to_vec())
                    .build(),
            ),
            Instrument::Numbers(boundaries) => Self::Numbers(
                meter
                    .u64_histogram(name)
                    .with_unit(unit)
                    .with_description(description)
                    .with_boundaries(boundaries.to_vec())
                    .build(),
            ),
            Instrument::Tokens => Self::Tokens(
                meter.u64_counter(name).with_unit(unit).with_description(description).build(),
            ),
        }
    }
}
