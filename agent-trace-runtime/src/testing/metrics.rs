//! Metrics in memory.

use std::fmt::Write;
use std::sync::{Arc, Weak};
use std::time::Duration;

use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, HistogramDataPoint, Metric, MetricData, ResourceMetrics,
};
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::metrics::{
    InstrumentKind, ManualReader, Pipeline, SdkMeterProvider, Temporality,
};

use crate::signals::view;

/// A metric with all of its series.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedMetric {
    name: String,
    unit: String,
    series: Vec<RecordedSeries>,
}

/// The values of a metric for one set of attributes.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedSeries {
    attributes: Vec<KeyValue>,
    count: u64,
    sum: f64,
    boundaries: Vec<f64>,
}

impl RecordedMetric {
    /// The metric's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The unit of its values.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// Its series, in the order of their attributes.
    #[must_use]
    pub fn series(&self) -> &[RecordedSeries] {
        &self.series
    }

    /// A line for each series: its attributes, how many values it has, and their sum where it is of whole
    /// numbers.
    ///
    /// ```
    /// use agent_trace_runtime::testing::Recorder;
    /// use agent_trace_runtime::tool;
    ///
    /// #[tool]
    /// fn lookup_order() {}
    ///
    /// let recorder = Recorder::install();
    /// lookup_order();
    /// lookup_order();
    /// let metric = recorder.metric("gen_ai.execute_tool.duration");
    /// assert_eq!(metric.unit(), "s");
    /// assert_eq!(metric.lines(), "gen_ai.tool.name=lookup_order: 2 values\n");
    /// ```
    #[must_use]
    pub fn lines(&self) -> String {
        let mut text = String::new();
        for RecordedSeries { attributes, count, sum, .. } in &self.series {
            let labels: Vec<String> =
                attributes.iter().map(|known| format!("{}={}", known.key, known.value)).collect();
            let values = if *count == 1 { "value" } else { "values" };
            let _ = write!(text, "{}: {count} {values}", labels.join(" "));
            if self.unit != "s" {
                let _ = write!(text, ", sum {sum}");
            }
            text.push('\n');
        }
        text
    }
}

impl RecordedSeries {
    /// The attributes, in the order of their keys.
    #[must_use]
    pub fn attributes(&self) -> &[KeyValue] {
        &self.attributes
    }

    /// The value of an attribute, or `None` where the series does not have it.
    #[must_use]
    pub fn attribute(&self, key: &str) -> Option<&Value> {
        let found = self.attributes.iter().find(|known| known.key.as_str() == key);
        found.map(|found| &found.value)
    }

    /// How many values were recorded; of a counter, one.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The sum of the values.
    #[must_use]
    pub const fn sum(&self) -> f64 {
        self.sum
    }

    /// The boundaries of a histogram's buckets; none of a counter.
    #[must_use]
    pub fn boundaries(&self) -> &[f64] {
        &self.boundaries
    }
}

/// Reads the metrics when somebody asks.
#[derive(Clone, Debug, Default)]
pub(super) struct Reader(Arc<ManualReader>);

impl Reader {
    pub(super) fn provider(&self) -> SdkMeterProvider {
        SdkMeterProvider::builder().with_reader(self.clone()).with_view(view).build()
    }

    pub(super) fn read(&self) -> Vec<RecordedMetric> {
        let mut read = ResourceMetrics::default();
        if self.collect(&mut read).is_err() {
            return Vec::new();
        }
        let metrics = read.scope_metrics().flat_map(|scope| scope.metrics());
        let mut metrics: Vec<RecordedMetric> = metrics.map(recorded).collect();
        metrics.sort_by(|one, other| one.name.cmp(&other.name));
        metrics
    }
}

impl MetricReader for Reader {
    fn register_pipeline(&self, pipeline: Weak<Pipeline>) {
        self.0.register_pipeline(pipeline);
    }

    fn collect(&self, metrics: &mut ResourceMetrics) -> OTelSdkResult {
        self.0.collect(metrics)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn temporality(&self, kind: InstrumentKind) -> Temporality {
        self.0.temporality(kind)
    }
}

fn recorded(metric: &Metric) -> RecordedMetric {
    let mut series = match metric.data() {
        AggregatedMetrics::F64(data) => series(data, |value| value),
        #[expect(clippy::cast_precision_loss, reason = "sums of tests are small")]
        AggregatedMetrics::U64(data) => series(data, |value| value as f64),
        #[expect(clippy::cast_precision_loss, reason = "sums of tests are small")]
        AggregatedMetrics::I64(data) => series(data, |value| value as f64),
    };
    series.sort_by_cached_key(|series| format!("{:?}", series.attributes));
    RecordedMetric { name: metric.name().to_owned(), unit: metric.unit().to_owned(), series }
}

fn series<T: Copy>(data: &MetricData<T>, number: fn(T) -> f64) -> Vec<RecordedSeries> {
    let of_histogram = |point: &HistogramDataPoint<T>| RecordedSeries {
        attributes: sorted(point.attributes()),
        count: point.count(),
        sum: number(point.sum()),
        boundaries: point.bounds().collect(),
    };
    let single = |attributes: Vec<KeyValue>, value: T| RecordedSeries {
        attributes,
        count: 1,
        sum: number(value),
        boundaries: Vec::new(),
    };
    match data {
        MetricData::Histogram(data) => data.data_points().map(of_histogram).collect(),
        MetricData::Sum(data) => data
            .data_points()
            .map(|point| single(sorted(point.attributes()), point.value()))
            .collect(),
        MetricData::Gauge(data) => data
            .data_points()
            .map(|point| single(sorted(point.attributes()), point.value()))
            .collect(),
        MetricData::ExponentialHistogram(_) => Vec::new(),
    }
}

fn sorted<'a>(attributes: impl Iterator<Item = &'a KeyValue>) -> Vec<KeyValue> {
    let mut attributes: Vec<KeyValue> = attributes.cloned().collect();
    attributes.sort_by(|one, other| one.key.cmp(&other.key));
    attributes
}
