//! The one kit of a process, by what all of them have in common.

use std::time::Duration;

use agent_trace_runtime::Telemetry;
use fastrace::collector::Config;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::SpanExporter as OtlpExporter;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{BatchSpanProcessor, SdkTracerProvider};
use serde::{Deserialize, Serialize};

use super::delivery::Delivery;
use crate::kits::{fastrace_reporter, tracing_subscriber};
use crate::table::{BY_HAND, FASTRACE, OURS, TRACING};
use crate::work::by_hand::Instruments;
use crate::work::{
    Model, Request, SPANS_OF_TRACE, agent_trace, fastrace as with_fastrace, ready,
    tracing as with_tracing,
};

/// The most bytes that wait in our queue; the others' have no such limit.
pub(super) const QUEUED_BYTES: usize = 16 << 20;

/// Where spans go. The variables of the specification say the rest: endpoint, sizes, delays.
#[derive(Clone, Debug)]
pub(super) enum Destination {
    Discard(Delivery),
    Otlp,
}

/// Tells the kits apart, for who starts a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum KitName {
    Ours,
    ByHand,
    Tracing,
    Fastrace,
}

impl KitName {
    pub(super) const ALL: [Self; 4] = [Self::Ours, Self::ByHand, Self::Tracing, Self::Fastrace];

    pub(super) const fn in_table(self) -> &'static str {
        match self {
            Self::Ours => OURS,
            Self::ByHand => BY_HAND,
            Self::Tracing => TRACING,
            Self::Fastrace => FASTRACE,
        }
    }

    pub(super) fn measure<M: Measurement>(self, measurement: M) -> M::Figures {
        match self {
            Self::Ours => measurement.of::<Ours>(),
            Self::ByHand => measurement.of::<ByHand>(),
            Self::Tracing => measurement.of::<Tracing>(),
            Self::Fastrace => measurement.of::<Fastrace>(),
        }
    }
}

/// What a process measures of its kit.
pub(super) trait Measurement {
    type Figures: Serialize;

    fn of<K: Kit>(self) -> Self::Figures;
}

/// A kit, installed for the process.
pub(super) trait Kit: Sync {
    fn install(destination: Destination) -> Self;

    /// A root with what `body` calls below it.
    async fn agent(&self, body: impl Future<Output = ()>);

    async fn tool(&self, number: u64) -> u64;

    async fn chat(&self, model: &Model, request: &Request);

    /// Delivers what is left. That the collector is away is no failure of the kit.
    fn shutdown(self);
}

/// What an agent does: its model calls a tool, and another one, and is asked again. Makes [`SPANS_OF_TRACE`].
pub(super) fn answer(kit: &impl Kit, model: &Model, request: &Request) {
    ready(kit.agent(async {
        for number in 0..SPANS_OF_TRACE / 3 {
            kit.chat(model, request).await;
            kit.tool(2 * number).await;
            kit.tool(2 * number + 1).await;
        }
    }));
}

pub(super) struct Ours(Telemetry);

impl Kit for Ours {
    fn install(destination: Destination) -> Self {
        let builder = Telemetry::builder();
        let builder = match destination {
            Destination::Discard(delivery) => builder.span_processor(batched(delivery)),
            Destination::Otlp => builder.queued_bytes(QUEUED_BYTES),
        };
        Self(builder.install().expect("no other is installed"))
    }

    async fn agent(&self, body: impl Future<Output = ()>) {
        agent_trace::agent(body).await;
    }

    async fn tool(&self, number: u64) -> u64 {
        agent_trace::tool(number).await
    }

    async fn chat(&self, model: &Model, request: &Request) {
        agent_trace::chat(model, request).await;
    }

    fn shutdown(self) {
        let _ = self.0.shutdown();
    }
}

pub(super) struct ByHand {
    instruments: Instruments,
    spans: SdkTracerProvider,
}

impl Kit for ByHand {
    fn install(destination: Destination) -> Self {
        let spans = provider(destination);
        let meters = SdkMeterProvider::builder().build();
        let instruments = Instruments::new(spans.tracer("by hand"), meters);
        Self { instruments, spans }
    }

    async fn agent(&self, body: impl Future<Output = ()>) {
        self.instruments.agent(body).await;
    }

    async fn tool(&self, number: u64) -> u64 {
        self.instruments.tool(number).await
    }

    async fn chat(&self, model: &Model, request: &Request) {
        self.instruments.chat(model, request).await;
    }

    fn shutdown(self) {
        let _ = self.spans.shutdown();
    }
}

pub(super) struct Tracing(SdkTracerProvider);

impl Kit for Tracing {
    fn install(destination: Destination) -> Self {
        let spans = provider(destination);
        let subscriber = tracing_subscriber(spans.tracer("tracing"));
        tracing::subscriber::set_global_default(subscriber).expect("no other is installed");
        Self(spans)
    }

    async fn agent(&self, body: impl Future<Output = ()>) {
        with_tracing::agent(body).await;
    }

    async fn tool(&self, number: u64) -> u64 {
        with_tracing::tool(number).await
    }

    async fn chat(&self, model: &Model, request: &Request) {
        with_tracing::chat(model, request).await;
    }

    fn shutdown(self) {
        let _ = self.0.shutdown();
    }
}

pub(super) struct Fastrace;

impl Kit for Fastrace {
    fn install(destination: Destination) -> Self {
        // Its queue holds some thousands of spans of one thread, and cannot be made larger.
        let config = Config::default().report_interval(Duration::from_millis(10));
        match destination {
            Destination::Discard(delivery) => {
                fastrace::set_reporter(fastrace_reporter(delivery), config);
            }
            Destination::Otlp => fastrace::set_reporter(fastrace_reporter(otlp()), config),
        }
        Self
    }

    async fn agent(&self, body: impl Future<Output = ()>) {
        with_fastrace::agent(body).await;
    }

    async fn tool(&self, number: u64) -> u64 {
        with_fastrace::tool(number).await
    }

    async fn chat(&self, model: &Model, request: &Request) {
        with_fastrace::chat(model, request).await;
    }

    fn shutdown(self) {
        fastrace::flush();
    }
}

fn provider(destination: Destination) -> SdkTracerProvider {
    let builder = SdkTracerProvider::builder();
    match destination {
        Destination::Discard(delivery) => builder.with_span_processor(batched(delivery)),
        Destination::Otlp => builder.with_batch_exporter(otlp()),
    }
    .build()
}

fn batched(delivery: Delivery) -> BatchSpanProcessor {
    BatchSpanProcessor::builder(delivery).build()
}

fn otlp() -> OtlpExporter {
    OtlpExporter::builder().with_http().build().expect("the variables name an endpoint")
}
