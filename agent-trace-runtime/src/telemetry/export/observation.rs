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
    scope: InstrumentationScope,
    exporters: &[Observed],
) {
    let meter = provider.meter_with_scope(scope);
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
    let size = Level {
        name: format!("otel.sdk.processor.{item}.queue.size"),
        unit,
        description: "Items that wait in the queue.",
    };
    size.observe(meter, exporters, Observed::queue_labels, |counts| counts.read().queued);
    let capacity = Level {
        name: format!("otel.sdk.processor.{item}.queue.capacity"),
        unit,
        description: "The most items that wait in the queue.",
    };
    capacity.observe(meter, exporters, Observed::queue_labels, Counts::capacity);
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
    let with_queue = exporters.iter().filter(|observed| observed.kind != Kind::Metrics);
    let with_queue: Vec<Observed> = with_queue.cloned().collect();
    let queue = Level {
        name: "agent_trace.queue.size".to_owned(),
        unit: "By",
        description: "Bytes that wait in the queue, as they are estimated.",
    };
    queue.observe(meter, &with_queue, Observed::queue_labels, |counts| counts.read().queued_bytes);
    let spool = Level {
        name: "agent_trace.spool.size".to_owned(),
        unit: "By",
        description: "Bytes that wait on the disk.",
    };
    spool.observe(meter, exporters, Observed::labels, |counts| counts.read().spool_bytes);
}

/// A metric that goes up and down.
struct Level {
    name: String,
    unit: &'static str,
    description: &'static str,
}

impl Level {
    fn observe(
        self,
        meter: &Meter,
        exporters: &[Observed],
        labels: fn(&Observed) -> [KeyValue; 2],
        read: fn(&Counts) -> u64,
    ) {
        let exporters = exporters.to_vec();
        let _level = meter
            .i64_observable_up_down_counter(self.name)
            .with_unit(self.unit)
            .with_description(self.description)
            .with_callback(move |observer| {
                for observed in &exporters {
                    observer.observe(signed(read(&observed.counts)), &labels(observed));
                }
            })
            .build();
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
