//! What the exporters count, as metrics: those of OpenTelemetry's conventions for SDKs, and some of our own.
//!
//! Source: semantic conventions 1.41.1, `otel.sdk.*`, development.

use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::metrics::SdkMeterProvider;

use super::super::arm::Kind;
use super::counts::{Counts, Loss};

/// An exporter, as its metrics name it.
#[derive(Clone, Debug)]
pub(in super::super) struct Observed {
    pub(in super::super) kind: Kind,
    /// `otlp_http`, `otlp_grpc`, `zipkin_http` …
    pub(in super::super) transport: &'static str,
    /// How many of this kind and transport are before it.
    pub(in super::super) place: usize,
    pub(in super::super) counts: Counts,
}

/// What the conventions call an arm.
struct Words {
    item: &'static str,
    unit: &'static str,
}

const fn words(kind: Kind) -> Words {
    match kind {
        Kind::Spans => Words { item: "span", unit: "{span}" },
        Kind::Metrics => Words { item: "metric_data_point", unit: "{data_point}" },
        Kind::Events => Words { item: "log", unit: "{log_record}" },
    }
}

impl Observed {
    /// What tells its series apart.
    fn labels(&self) -> [KeyValue; 2] {
        let kind = match self.kind {
            Kind::Spans => "span",
            Kind::Metrics => "metric",
            Kind::Events => "log",
        };
        let component = format!("{}_{kind}_exporter", self.transport);
        [
            KeyValue::new("otel.component.name", format!("{component}/{}", self.place)),
            KeyValue::new("otel.component.type", component),
        ]
    }

    /// The same of its queue.
    fn queue_labels(&self) -> [KeyValue; 2] {
        let component = format!("batching_{}_processor", words(self.kind).item);
        let mut name = format!("{component}/{}", self.transport);
        if self.place > 0 {
            name = format!("{name}/{}", self.place);
        }
        [
            KeyValue::new("otel.component.name", name),
            KeyValue::new("otel.component.type", component),
        ]
    }
}

/// Lets the provider tell what these exporters count.
pub(in super::super) fn observe(
    provider: &SdkMeterProvider,
    scope: &InstrumentationScope,
    exporters: &[Observed],
) {
    let meter = provider.meter_with_scope(scope.clone());
    for kind in [Kind::Spans, Kind::Metrics, Kind::Events] {
        let of_kind = exporters.iter().filter(|observed| observed.kind == kind).cloned();
        let of_kind: Vec<Observed> = of_kind.collect();
        if of_kind.is_empty() {
            continue;
        }
        exported(&meter, kind, of_kind.clone());
        if kind != Kind::Metrics {
            queued(&meter, kind, &of_kind);
        }
    }
    own(&meter, exporters);
}

fn exported(meter: &Meter, kind: Kind, exporters: Vec<Observed>) {
    let Words { item, unit } = words(kind);
    let _counter = meter
        .u64_observable_counter(format!("otel.sdk.exporter.{item}.exported"))
        .with_unit(unit)
        .with_description("Items whose export has ended, also with an error.")
        .with_callback(move |observer| {
            for observed in &exporters {
                let counts = observed.counts.read();
                observer.observe(counts.exported, &observed.labels());
                for (loss, count) in &counts.lost {
                    if *loss != Loss::QueueFull {
                        let [name, component] = observed.labels();
                        let error = KeyValue::new("error.type", loss.name());
                        observer.observe(*count, &[name, component, error]);
                    }
                }
            }
        })
        .build();
}

fn queued(meter: &Meter, kind: Kind, exporters: &[Observed]) {
    let Words { item, unit } = words(kind);
    let processed = exporters.to_vec();
    let _counter = meter
        .u64_observable_counter(format!("otel.sdk.processor.{item}.processed"))
        .with_unit(unit)
        .with_description("Items that have left the queue, or found no room in it.")
        .with_callback(move |observer| {
            for observed in &processed {
                let counts = observed.counts.read();
                let dropped = counts.lost_by(Loss::QueueFull);
                observer.observe(observed.counts.processed(), &observed.queue_labels());
                if dropped > 0 {
                    let [name, component] = observed.queue_labels();
                    let error = KeyValue::new("error.type", Loss::QueueFull.name());
                    observer.observe(dropped, &[name, component, error]);
                }
            }
        })
        .build();
    let sizes = exporters.to_vec();
    let _size = meter
        .i64_observable_up_down_counter(format!("otel.sdk.processor.{item}.queue.size"))
        .with_unit(unit)
        .with_description("Items that wait in the queue.")
        .with_callback(move |observer| {
            for observed in &sizes {
                observer.observe(signed(observed.counts.read().queued), &observed.queue_labels());
            }
        })
        .build();
    let capacities = exporters.to_vec();
    let _capacity = meter
        .i64_observable_up_down_counter(format!("otel.sdk.processor.{item}.queue.capacity"))
        .with_unit(unit)
        .with_description("The most items that wait in the queue.")
        .with_callback(move |observer| {
            for observed in &capacities {
                observer.observe(signed(observed.counts.capacity()), &observed.queue_labels());
            }
        })
        .build();
}

/// What the conventions have no metric for.
fn own(meter: &Meter, exporters: &[Observed]) {
    let retries = exporters.to_vec();
    let _retries = meter
        .u64_observable_counter("agent_trace.exporter.retries")
        .with_unit("{request}")
        .with_description("Requests that have failed and were, or will be, made again.")
        .with_callback(move |observer| {
            for observed in &retries {
                observer.observe(observed.counts.read().retries, &observed.labels());
            }
        })
        .build();
    let sizes = exporters.to_vec();
    let _queue = meter
        .i64_observable_up_down_counter("agent_trace.queue.size")
        .with_unit("By")
        .with_description("Bytes that wait in the queue, as they are estimated.")
        .with_callback(move |observer| {
            for observed in sizes.iter().filter(|observed| observed.kind != Kind::Metrics) {
                let bytes = observed.counts.read().queued_bytes;
                observer.observe(signed(bytes), &observed.queue_labels());
            }
        })
        .build();
    let spools = exporters.to_vec();
    let _spool = meter
        .i64_observable_up_down_counter("agent_trace.spool.size")
        .with_unit("By")
        .with_description("Bytes that wait on the disk.")
        .with_callback(move |observer| {
            for observed in &spools {
                observer.observe(signed(observed.counts.read().spool_bytes), &observed.labels());
            }
        })
        .build();
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
