//! The attributes of OpenInference beside those of OpenTelemetry, for back ends that read only those: Phoenix,
//! Arize and others.
//!
//! Source: the semantic conventions of `Arize-ai/openinference`, as of October 2026.

use opentelemetry::{KeyValue, Value};
use serde_json::{Map, Value as Json};

use super as semconv;
use crate::call::Operation;

/// What OpenInference calls a kind of call.
const fn kind(operation: Operation) -> &'static str {
    match operation {
        Operation::Agent | Operation::RemoteAgent => "AGENT",
        Operation::Inference(_) => "LLM",
        Operation::Embeddings => "EMBEDDING",
        Operation::Retrieval => "RETRIEVER",
        Operation::Tool => "TOOL",
        Operation::Memory(_)
        | Operation::InProcessMemory(_)
        | Operation::Workflow
        | Operation::Plan
        | Operation::Step => "CHAIN",
    }
}

/// Attributes that only have another name there, which a call may have set by itself. A later one of the same
/// name counts.
const NAMES: &[(&str, &str)] = &[
    (semconv::PROVIDER_NAME, "llm.provider"),
    (semconv::USAGE_INPUT_TOKENS, "llm.token_count.prompt"),
    (semconv::USAGE_OUTPUT_TOKENS, "llm.token_count.completion"),
    (semconv::USAGE_CACHE_READ_INPUT_TOKENS, "llm.token_count.prompt_details.cache_read"),
    (semconv::USAGE_CACHE_WRITE_INPUT_TOKENS, "llm.token_count.prompt_details.cache_write"),
    (semconv::USAGE_REASONING_OUTPUT_TOKENS, "llm.token_count.completion_details.reasoning"),
    (semconv::CONVERSATION_ID, "session.id"),
    (semconv::TOOL_NAME, "tool.name"),
    ("gen_ai.tool.description", "tool.description"),
    (semconv::AGENT_NAME, "agent.name"),
];

/// What a request may set, which is one JSON object there.
const PARAMETERS: &str = "gen_ai.request.";

/// The most messages of either side that have attributes of their own, the last ones: a span takes 128 in all.
const MAX_MESSAGES: usize = 16;

/// The attributes of a call that has these of OpenTelemetry, and this content.
pub(crate) fn attributes(
    operation: Operation,
    known: &[KeyValue],
    content: &[(&'static str, Json)],
) -> Vec<KeyValue> {
    let mut attributes = vec![KeyValue::new("openinference.span.kind", kind(operation))];
    let find = |key: &str| known.iter().rev().find(|known| known.key.as_str() == key);
    for (key, name) in NAMES {
        if let (Some(found), None) = (find(key), find(name)) {
            attributes.push(KeyValue::new(*name, found.value.clone()));
        }
    }
    let tokens = |key| match find(key).map(|found| &found.value) {
        Some(Value::I64(tokens)) => Some(*tokens),
        _ => None,
    };
    if let (Some(input), Some(output)) =
        (tokens(semconv::USAGE_INPUT_TOKENS), tokens(semconv::USAGE_OUTPUT_TOKENS))
    {
        attributes.push(KeyValue::new("llm.token_count.total", input.saturating_add(output)));
    }
    let model = find(semconv::RESPONSE_MODEL).or_else(|| find(semconv::REQUEST_MODEL));
    let model_name = match operation {
        Operation::Inference(_) => Some("llm.model_name"),
        Operation::Embeddings => Some("embedding.model_name"),
        _ => None,
    };
    if let (Some(model), Some(name)) = (model, model_name) {
        attributes.push(KeyValue::new(name, model.value.clone()));
    }
    attributes.extend(parameters(known));
    for (key, value) in content {
        add_content(key, value, &mut attributes);
    }
    attributes
}

/// What the request sets, but for the model.
fn parameters(known: &[KeyValue]) -> Option<KeyValue> {
    let entries = known.iter().filter(|known| known.key.as_str() != semconv::REQUEST_MODEL);
    let entries: Map<String, Json> = entries
        .filter_map(|known| {
            let name = known.key.as_str().strip_prefix(PARAMETERS)?;
            Some((name.to_owned(), json(&known.value)))
        })
        .collect();
    (!entries.is_empty())
        .then(|| KeyValue::new("llm.invocation_parameters", Json::Object(entries).to_string()))
}

fn json(value: &Value) -> Json {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::I64(value) => (*value).into(),
        Value::F64(value) => (*value).into(),
        Value::String(value) => value.as_str().into(),
        other => serde_json::from_str(&other.as_str()).unwrap_or_else(|_| other.as_str().into()),
    }
}

/// Content is the input or the output of a call, and of models its messages one by one.
fn add_content(key: &str, value: &Json, attributes: &mut Vec<KeyValue>) {
    let (side, messages) = match key {
        semconv::INPUT_MESSAGES => ("input", Some("llm.input_messages")),
        semconv::OUTPUT_MESSAGES => ("output", Some("llm.output_messages")),
        semconv::TOOL_CALL_ARGUMENTS
        | semconv::RETRIEVAL_QUERY_TEXT
        | semconv::MEMORY_QUERY_TEXT => ("input", None),
        semconv::TOOL_CALL_RESULT | semconv::RETRIEVAL_DOCUMENTS | semconv::MEMORY_RECORDS => {
            ("output", None)
        }
        _ => return,
    };
    let (text, media_type) = match value {
        Json::String(text) => (text.clone(), "text/plain"),
        structured => (structured.to_string(), "application/json"),
    };
    attributes.push(KeyValue::new(format!("{side}.value"), text));
    attributes.push(KeyValue::new(format!("{side}.mime_type"), media_type));
    let (Some(prefix), Some(list)) = (messages, value.as_array()) else { return };
    let earlier = list.len().saturating_sub(MAX_MESSAGES);
    for (index, message) in list.iter().enumerate().skip(earlier) {
        if let Some(role) = message["role"].as_str() {
            let key = format!("{prefix}.{index}.message.role");
            attributes.push(KeyValue::new(key, role.to_owned()));
        }
        let parts = message["parts"].as_array().into_iter().flatten();
        let texts = parts.filter(|part| part["type"] == "text");
        let texts: Vec<&str> = texts.filter_map(|part| part["content"].as_str()).collect();
        if !texts.is_empty() {
            let key = format!("{prefix}.{index}.message.content");
            attributes.push(KeyValue::new(key, texts.join("\n")));
        }
    }
}
