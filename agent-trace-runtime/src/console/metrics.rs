//! Prints metrics to stderr, a line for each series.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ResourceMetrics};
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;

/// Prints what is collected.
#[derive(Debug)]
pub(crate) struct MetricsPrinter;

impl PushMetricExporter for MetricsPrinter {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        // A closed stderr is no reason to fail.
        let _ = anstream::stderr().lock().write_all(text(metrics).as_bytes());
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}

fn text(metrics: &ResourceMetrics) -> String {
    let mut text = String::new();
    for metric in metrics.scope_metrics().flat_map(|scope| scope.metrics()) {
        let mut line = |attributes: Vec<&KeyValue>, value: String| {
            let labels: Vec<String> =
                attributes.iter().map(|label| format!("{}={}", label.key, label.value)).collect();
            let unit = match metric.unit() {
                "" => String::new(),
                unit => format!(" {unit}"),
            };
            let _ =
                writeln!(text, "metric {} {value}{unit} {{{}}}", metric.name(), labels.join(", "));
        };
        match metric.data() {
            AggregatedMetrics::F64(data) => each(data, &mut line),
            AggregatedMetrics::U64(data) => each(data, &mut line),
            AggregatedMetrics::I64(data) => each(data, &mut line),
        }
    }
    text
}

fn each<T: Copy + std::fmt::Display>(
    data: &MetricData<T>,
    line: &mut impl FnMut(Vec<&KeyValue>, String),
) {
    match data {
        MetricData::Gauge(gauge) => {
            for point in gauge.data_points() {
                line(point.attributes().collect(), point.value().to_string());
            }
        }
        MetricData::Sum(sum) => {
            for point in sum.data_points() {
                line(point.attributes().collect(), point.value().to_string());
            }
        }
        MetricData::Histogram(histogram) => {
            for point in histogram.data_points() {
                let value = format!("count {} sum {}", point.count(), point.sum());
                line(point.attributes().collect(), value);
            }
        }
        MetricData::ExponentialHistogram(histogram) => {
            for point in histogram.data_points() {
                let value = format!("count {} sum {}", point.count(), point.sum());
                line(point.attributes().collect(), value);
            }
        }
    }
}
