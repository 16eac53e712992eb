//! The functions traced by hand with the OpenTelemetry API, as its documentation shows, by a tracer that is kept.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{self, Poll};
use std::time::Instant;

use futures::Stream;
use opentelemetry::metrics::{Histogram, MeterProvider};
use opentelemetry::trace::{FutureExt, SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Array, Context, KeyValue, StringValue, Value};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracer;

use super::{Chunk, LARGE, Model, NotFound, Reply, Request, SPANS_OF_TRACE, Tokens, plain};

/// What an application keeps to trace and measure by hand.
#[derive(Debug)]
pub struct Instruments {
    tracer: SdkTracer,
    duration: Histogram<f64>,
    tokens: Histogram<u64>,
    _meters: SdkMeterProvider,
}

impl Instruments {
    /// The histograms have the buckets that the conventions name.
    pub fn new(tracer: SdkTracer, meters: SdkMeterProvider) -> Self {
        let meter = meters.meter("by hand");
        let seconds = (0..14).map(|power| 0.01 * f64::from(1 << power)).collect();
        let numbers = (0..14).map(|power| 4_f64.powi(power)).collect();
        let duration = meter.f64_histogram("gen_ai.client.operation.duration").with_unit("s");
        let tokens = meter.u64_histogram("gen_ai.client.token.usage").with_unit("{token}");
        let duration = duration.with_boundaries(seconds).build();
        let tokens = tokens.with_boundaries(numbers).build();
        Self { tracer, duration, tokens, _meters: meters }
    }

    pub async fn chat<'a>(&self, model: &'a Model, request: &Request) -> &'a Reply {
        let span = self
            .tracer
            .span_builder("chat gpt-4o")
            .with_kind(SpanKind::Client)
            .with_attributes([
                KeyValue::new("gen_ai.operation.name", "chat"),
                KeyValue::new("gen_ai.provider.name", "openai"),
                KeyValue::new("gen_ai.request.model", "gpt-4o"),
                KeyValue::new("server.address", "api.openai.com"),
                KeyValue::new("server.port", 443),
                KeyValue::new("gen_ai.request.temperature", request.temperature),
                KeyValue::new("gen_ai.request.max_tokens", request.max_tokens),
                KeyValue::new("gen_ai.conversation.id", request.conversation.clone()),
            ])
            .start(&self.tracer);
        let context = Context::current_with_span(span);
        let reply = plain::chat(model, request).with_context(context.clone()).await;
        let span = context.span();
        let reasons = Array::String(vec![StringValue::from(reply.finish_reason.clone())]);
        span.set_attribute(KeyValue::new("gen_ai.response.id", reply.id.clone()));
        span.set_attribute(KeyValue::new("gen_ai.response.model", reply.model.clone()));
        span.set_attribute(KeyValue::new("gen_ai.response.finish_reasons", Value::Array(reasons)));
        span.set_attribute(KeyValue::new("gen_ai.usage.input_tokens", reply.input_tokens as i64));
        span.set_attribute(KeyValue::new("gen_ai.usage.output_tokens", reply.output_tokens as i64));
        span.end();
        reply
    }

    pub async fn measured_chat<'a>(&self, model: &'a Model, request: &Request) -> &'a Reply {
        let start = Instant::now();
        let reply = self.chat(model, request).await;
        self.duration.record(start.elapsed().as_secs_f64(), &labels(reply));
        for (kind, tokens) in [("input", reply.input_tokens), ("output", reply.output_tokens)] {
            let [operation, provider, model, answering, address, port] = labels(reply);
            let kind = KeyValue::new("gen_ai.token.type", kind);
            self.tokens
                .record(tokens, &[operation, provider, model, answering, address, port, kind]);
        }
        reply
    }

    pub async fn chat_of_constants(&self, tokens: Tokens) -> Tokens {
        let span = self
            .tracer
            .span_builder("chat gpt-4o")
            .with_kind(SpanKind::Client)
            .with_attributes([
                KeyValue::new("gen_ai.operation.name", "chat"),
                KeyValue::new("gen_ai.provider.name", "openai"),
                KeyValue::new("gen_ai.request.model", "gpt-4o"),
            ])
            .start(&self.tracer);
        let context = Context::current_with_span(span);
        let tokens = plain::chat_of_constants(tokens).with_context(context.clone()).await;
        let span = context.span();
        span.set_attribute(KeyValue::new("gen_ai.usage.input_tokens", tokens.input as i64));
        span.set_attribute(KeyValue::new("gen_ai.usage.output_tokens", tokens.output as i64));
        span.end();
        tokens
    }

    pub async fn tool(&self, number: u64) -> u64 {
        let context = self.started_tool();
        let order = plain::tool(number).with_context(context.clone()).await;
        context.span().end();
        order
    }

    pub async fn failing_tool(&self, number: u64) -> Result<u64, NotFound> {
        let context = self.started_tool();
        let order = plain::failing_tool(number).with_context(context.clone()).await;
        let span = context.span();
        if let Err(error) = &order {
            span.set_attribute(KeyValue::new("error.type", "NotFound"));
            span.set_status(Status::error(error.to_string()));
        }
        span.end();
        order
    }

    fn started_tool(&self) -> Context {
        let span = self
            .tracer
            .span_builder("execute_tool lookup_order")
            .with_attributes([
                KeyValue::new("gen_ai.operation.name", "execute_tool"),
                KeyValue::new("gen_ai.tool.name", "lookup_order"),
            ])
            .start(&self.tracer);
        Context::current_with_span(span)
    }

    pub async fn step(&self, number: u64) -> u64 {
        let context = Context::current_with_span(self.tracer.start("agent.prompt_assembly"));
        let text = plain::step(number).with_context(context.clone()).await;
        context.span().end();
        text
    }

    pub async fn trace_of_tools(&self) {
        self.agent(async {
            for number in 1..SPANS_OF_TRACE {
                self.tool(number).await;
            }
        })
        .await;
    }

    pub async fn trace_of_steps(&self) {
        self.agent(async {
            for number in 1..SPANS_OF_TRACE {
                self.step(number).await;
            }
        })
        .await;
    }

    pub async fn agent(&self, body: impl Future<Output = ()>) {
        let span = self
            .tracer
            .span_builder("invoke_agent support")
            .with_attributes([
                KeyValue::new("gen_ai.operation.name", "invoke_agent"),
                KeyValue::new("gen_ai.agent.name", "support"),
            ])
            .start(&self.tracer);
        let context = Context::current_with_span(span);
        body.with_context(context.clone()).await;
        context.span().end();
    }

    pub async fn forever(&self) -> Infallible {
        plain::forever().with_context(self.started_tool()).await
    }

    pub fn chunks(&self) -> impl Stream<Item = Chunk> + Unpin + use<> {
        WithContext { stream: super::endless(), context: self.started_tool() }
    }

    pub async fn large(&self, argument: [u8; LARGE]) -> u8 {
        let context = self.started_tool();
        let first = plain::large(argument).with_context(context.clone()).await;
        context.span().end();
        first
    }
}

/// What the conventions tell the series of both metrics apart by.
fn labels(reply: &Reply) -> [KeyValue; 6] {
    [
        KeyValue::new("gen_ai.operation.name", "chat"),
        KeyValue::new("gen_ai.provider.name", "openai"),
        KeyValue::new("gen_ai.request.model", "gpt-4o"),
        KeyValue::new("gen_ai.response.model", reply.model.clone()),
        KeyValue::new("server.address", "api.openai.com"),
        KeyValue::new("server.port", 443),
    ]
}

/// A stream whose span is current whenever it is polled.
struct WithContext<S> {
    stream: S,
    context: Context,
}

impl<S: Stream + Unpin> Stream for WithContext<S> {
    type Item = S::Item;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut task::Context<'_>,
    ) -> Poll<Option<S::Item>> {
        let _attached = self.context.clone().attach();
        Pin::new(&mut self.stream).poll_next(context)
    }
}
