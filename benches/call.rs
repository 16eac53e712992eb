//! What one annotated call costs, and one chunk of a stream, beside the same span written by hand with the OpenTelemetry API.
//!
//! ```console
//! $ cargo bench -p agent-trace-benches
//! ```

use std::hint::black_box;
use std::pin::Pin;
use std::task::{self, Poll};
use std::time::Duration;

use agent_trace_runtime::opentelemetry::trace::{
    FutureExt, SpanKind, TraceContextExt, Tracer, TracerProvider,
};
use agent_trace_runtime::opentelemetry::{Context, KeyValue};
use agent_trace_runtime::opentelemetry_sdk::error::OTelSdkResult;
use agent_trace_runtime::opentelemetry_sdk::trace::{
    Sampler, SdkTracerProvider, Span, SpanData, SpanProcessor,
};
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{InferenceResponse, Telemetry, Usage, llm_call};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures::executor::block_on;
use futures::stream::{self, Stream, StreamExt};

/// Takes spans and lets go of them: what is measured is the call, not an exporter.
#[derive(Debug)]
struct Discard;

impl SpanProcessor for Discard {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        drop(black_box(span));
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

struct Reply;

impl InferenceResponse for Reply {
    fn usage(&self) -> Option<Usage> {
        Some(Usage::new(412, 38))
    }
}

async fn plain(number: u64) -> Reply {
    black_box(number);
    Reply
}

#[llm_call(model = "gpt-4o")]
async fn annotated(number: u64) -> Reply {
    black_box(number);
    Reply
}

async fn by_hand(tracer: &impl Tracer<Span: Send + Sync + 'static>, number: u64) -> Reply {
    let span = tracer
        .span_builder("chat gpt-4o")
        .with_kind(SpanKind::Client)
        .with_attributes([
            KeyValue::new("gen_ai.operation.name", "chat"),
            KeyValue::new("gen_ai.provider.name", "openai"),
            KeyValue::new("gen_ai.request.model", "gpt-4o"),
        ])
        .start(tracer);
    let context = Context::current_with_span(span);
    let reply = plain(number).with_context(context.clone()).await;
    let span = context.span();
    if let Some(usage) = reply.usage() {
        let recorded = |tokens: Option<u64>| tokens.unwrap_or_default() as i64;
        let (input, output) = (recorded(usage.input_tokens()), recorded(usage.output_tokens()));
        span.set_attribute(KeyValue::new("gen_ai.usage.input_tokens", input));
        span.set_attribute(KeyValue::new("gen_ai.usage.output_tokens", output));
    }
    span.end();
    reply
}

fn calls(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("llm_call");
    group.bench_function("plain", |bencher| bencher.iter(|| block_on(plain(black_box(7)))));
    group.bench_function("annotated, not installed", |bencher| {
        bencher.iter(|| block_on(annotated(black_box(7))));
    });
    {
        let _unsampled = Recorder::builder().sampler(Sampler::AlwaysOff).install();
        group.bench_function("annotated, not sampled", |bencher| {
            bencher.iter(|| block_on(annotated(black_box(7))));
        });
    }
    for (name, sampler) in [("sampled", Sampler::AlwaysOn), ("not sampled", Sampler::AlwaysOff)] {
        let provider =
            SdkTracerProvider::builder().with_sampler(sampler).with_span_processor(Discard).build();
        let tracer = provider.tracer("by hand");
        group.bench_function(format!("by hand, {name}"), |bencher| {
            bencher.iter(|| block_on(by_hand(&tracer, black_box(7))));
        });
    }
    let telemetry = Telemetry::builder().span_processor(Discard).install();
    let _telemetry = telemetry.expect("nothing else is installed");
    group.bench_function("annotated, sampled", |bencher| {
        bencher.iter(|| block_on(annotated(black_box(7))));
    });
    group.finish();
}

const CHUNKS: u64 = 1_000;

/// A thousand chunks that tell nothing, and then the usage.
fn chunks() -> impl Stream<Item = Chunk> + Unpin {
    stream::iter((0..CHUNKS).map(|index| Chunk(index + 1 == CHUNKS)))
}

struct Chunk(bool);

impl InferenceResponse for Chunk {
    fn usage(&self) -> Option<Usage> {
        self.0.then(|| Usage::new(412, 38))
    }
}

#[llm_call(model = "gpt-4o")]
fn annotated_stream() -> impl Stream<Item = Chunk> + Unpin {
    chunks()
}

/// What a stream costs whose span is current when it is polled, and nothing else.
struct StreamByHand<S> {
    stream: S,
    context: Context,
}

impl<S: Stream + Unpin> Stream for StreamByHand<S> {
    type Item = S::Item;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut task::Context<'_>,
    ) -> Poll<Option<S::Item>> {
        let _attached = self.context.clone().attach();
        Pin::new(&mut self.stream).poll_next(context)
    }
}

/// The time for one chunk is that of a run divided by the number of its elements.
fn streams(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("stream of 1000 chunks");
    group.throughput(Throughput::Elements(CHUNKS));
    let read = |stream: &mut (dyn Stream<Item = Chunk> + Unpin)| {
        block_on(async {
            while let Some(chunk) = stream.next().await {
                black_box(chunk.0);
            }
        });
    };
    group.bench_function("plain", |bencher| bencher.iter(|| read(&mut chunks())));
    group.bench_function("annotated, not installed", |bencher| {
        bencher.iter(|| read(&mut annotated_stream()));
    });
    {
        let provider = SdkTracerProvider::builder().with_span_processor(Discard).build();
        let tracer = provider.tracer("by hand");
        group.bench_function("by hand, context alone", |bencher| {
            bencher.iter(|| {
                let context = Context::new().with_span(tracer.start("chat gpt-4o"));
                read(&mut StreamByHand { stream: chunks(), context });
            });
        });
    }
    for (name, are_recorded) in
        [("annotated, sampled", false), ("annotated, sampled and measured", true)]
    {
        let _recorder = Recorder::builder().metrics(are_recorded).install();
        group.bench_function(name, |bencher| bencher.iter(|| read(&mut annotated_stream())));
    }
    group.finish();
}

criterion_group!(benches, streams, calls);
criterion_main!(benches);
