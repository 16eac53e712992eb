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

/// The most attributes that the messages of either side have, or the documents: a span takes 128 in all.
const MAX_ATTRIBUTES: usize = 32;

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
    match (messages, value.as_array()) {
        (Some(prefix), Some(list)) => add_messages(prefix, list, attributes),
        (None, Some(list)) if key == semconv::RETRIEVAL_DOCUMENTS => {
            add_documents(list, attributes);
        }
        _ => {}
    }
}

/// The last messages are those that tell the turn of this call.
fn add_messages(prefix: &str, list: &[Json], attributes: &mut Vec<KeyValue>) {
    let mut left = MAX_ATTRIBUTES;
    for (index, message) in list.iter().enumerate().rev() {
        let mut of_message = message_attributes(&format!("{prefix}.{index}.message"), message);
        if of_message.len() > left {
            if left < MAX_ATTRIBUTES {
                break;
            }
            of_message.truncate(left);
        }
        left -= of_message.len();
        attributes.extend(of_message);
    }
}

fn message_attributes(prefix: &str, message: &Json) -> Vec<KeyValue> {
    let mut attributes = Vec::new();
    let mut add = |name: &str, value: String| {
        attributes.push(KeyValue::new(format!("{prefix}.{name}"), value));
    };
    if let Some(role) = message["role"].as_str() {
        add("role", role.to_owned());
    }
    let (mut texts, mut calls) = (Vec::new(), 0);
    for part in message["parts"].as_array().into_iter().flatten() {
        match part["type"].as_str() {
            Some("text") => texts.extend(text(&part["content"])),
            Some("tool_call") => {
                let call = format!("tool_calls.{calls}.tool_call");
                calls += 1;
                for (name, value) in
                    [("id", "id"), ("function.name", "name"), ("function.arguments", "arguments")]
                {
                    if let Some(value) = text(&part[value]) {
                        add(&format!("{call}.{name}"), value);
                    }
                }
            }
            Some("tool_call_response") => {
                if let Some(id) = text(&part["id"]) {
                    add("tool_call_id", id);
                }
                texts.extend(text(&part["response"]));
            }
            _ => {}
        }
    }
    if !texts.is_empty() {
        add("content", texts.join("\n"));
    }
    attributes
}

/// The first documents are those that were found best.
fn add_documents(list: &[Json], attributes: &mut Vec<KeyValue>) {
    let of_documents = list.iter().enumerate().flat_map(|(index, document)| {
        let known = ["id", "content", "score", "metadata"].into_iter();
        known.filter_map(move |name| {
            let value = match &document[name] {
                Json::Number(number) if name == "score" => Value::F64(number.as_f64()?),
                other => Value::from(text(other)?),
            };
            let key = format!("retrieval.documents.{index}.document.{name}");
            Some(KeyValue::new(key, value))
        })
    });
    attributes.extend(of_documents.take(MAX_ATTRIBUTES));
}

/// A text as it is, anything else as JSON.
fn text(value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        structured => Some(structured.to_string()),
    }
}
