//! A call of a model traced by `trace-weft` 0.2, which has no OpenTelemetry beneath it: its records go to a store.
//!
//! Its macro takes no attributes, and its builder none that come from the result. The record is begun by the
//! builder, and completed by hand in the way in which the macro does it; times are in whole milliseconds.

use std::time::SystemTime;

use trace_weft::serde_json::Value;
use trace_weft::{
    SpanContext, SpanRecord, SpanStatus, TokenUsage, build_llm_call, record_span, scope_current,
};

use super::{Model, Reply, Request, Tokens, plain};

pub async fn chat<'a>(model: &'a Model, request: &Request) -> &'a Reply {
    let mut span = build_llm_call("chat gpt-4o")
        .provider("openai")
        .model("gpt-4o")
        .attribute("gen_ai.operation.name", Value::from("chat"))
        .attribute("server.address", Value::from("api.openai.com"))
        .attribute("server.port", Value::from(443))
        .attribute("gen_ai.request.temperature", Value::from(request.temperature))
        .attribute("gen_ai.request.max_tokens", Value::from(request.max_tokens))
        .attribute("gen_ai.conversation.id", Value::from(request.conversation.as_str()))
        .span;
    let reply = scope_current(context(&span), plain::chat(model, request)).await;
    for (key, value) in [
        ("gen_ai.response.id", &reply.id),
        ("gen_ai.response.model", &reply.model),
        ("gen_ai.response.finish_reasons", &reply.finish_reason),
    ] {
        span.attributes.insert(key.to_owned(), Value::from(value.as_str()));
    }
    end(span, reply.input_tokens, reply.output_tokens).await;
    reply
}

pub async fn chat_of_constants(tokens: Tokens) -> Tokens {
    let builder = build_llm_call("chat gpt-4o").provider("openai").model("gpt-4o");
    let span = builder.attribute("gen_ai.operation.name", Value::from("chat")).span;
    let tokens = scope_current(context(&span), plain::chat_of_constants(tokens)).await;
    end(span, tokens.input, tokens.output).await;
    tokens
}

fn context(span: &SpanRecord) -> SpanContext {
    SpanContext { trace_id: span.trace_id, run_id: span.run_id, span_id: span.span_id }
}

async fn end(mut span: SpanRecord, input: u64, output: u64) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let now = now.as_millis() as u64;
    span.end_time = Some(now);
    span.latency_ms = Some(now - span.start_time);
    span.token_usage =
        Some(TokenUsage { input, output, reasoning: None, breakdown: Default::default() });
    span.status = SpanStatus::Ok;
    record_span(span).await;
}
