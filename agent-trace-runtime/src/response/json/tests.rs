//! Hostile bodies: whatever they are, nothing panics and nothing absurd is told.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Keys that mean something in one format or another.
const KEYS: &[&str] = &[
    "type",
    "object",
    "id",
    "model",
    "usage",
    "meta",
    "message",
    "response",
    "delta",
    "metadata",
    "messageStop",
    "stopReason",
    "stop_reason",
    "finish_reason",
    "status",
    "choices",
    "candidates",
    "index",
    "finishReason",
    "usageMetadata",
    "promptTokenCount",
    "thoughtsTokenCount",
    "candidatesTokenCount",
    "promptTokensDetails",
    "modality",
    "tokenCount",
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "prompt_tokens_details",
    "completion_tokens_details",
    "cached_tokens",
    "reasoning_tokens",
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "inputTokens",
    "outputTokens",
    "billed_units",
    "tokens",
    "done",
    "eval_count",
    "x_groq",
    "incomplete_details",
    "promptFeedback",
    "prompt_eval_count",
    "content",
    "amazon-bedrock-invocationMetrics",
    "inputTokenCount",
    "error",
    "code",
];

/// Words that mean something in one format or another.
const WORDS: &[&str] = &[
    "message",
    "message_start",
    "message_delta",
    "message-end",
    "response",
    "response.completed",
    "chat.completion",
    "chat.completion.chunk",
    "completed",
    "error",
    "incomplete",
    "TEXT",
    "stop",
    "12",
    "",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..20_u64).prop_map(Value::from),
        prop::sample::select(WORDS).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(Value::from("long".repeat(200))),
    ];
    leaf.prop_recursive(5, 96, 10, |inner| {
        let entry = (prop::sample::select(KEYS).prop_map(str::to_owned), inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            prop::collection::vec(entry, 0..12)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn recorded(mut response: Response) -> Vec<opentelemetry::KeyValue> {
    let mut attributes = Vec::new();
    response.append_to(&mut attributes);
    attributes
}

proptest! {
    #[test]
    fn any_value_is_read_alike_as_value_and_as_bytes(value in value()) {
        let bytes = serde_json::to_vec(&value).unwrap();
        let told = Response::of(&value);
        prop_assert_eq!(&told, &Response::of(&bytes));
        prop_assert_eq!(value.usage(), told.usage());
        prop_assert_eq!(value.response_model(), told.response_model());
        prop_assert!(told.finish_reasons().len() <= 128);
        for attribute in recorded(told) {
            prop_assert!(!matches!(attribute.value, opentelemetry::Value::I64(..0)), "{attribute:?}");
            prop_assert!(attribute.value.as_str().len() <= 128 * 600, "{attribute:?}");
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200), size in 1..50_usize) {
        let _ = Response::of(&bytes);
        let (mut response, mut events) = (Response::default(), EventReader::default());
        bytes.chunks(size).for_each(|piece| events.read(piece, &mut response));
        events.finish(&mut response);
    }

    #[test]
    fn a_body_may_be_cut_anywhere(value in value(), at in any::<prop::sample::Index>(), before in "(data:)?[ \\n]?") {
        let body = format!("{before}{value}\n\n");
        let cut = at.index(body.len());
        let (mut response, mut events) = (Response::default(), EventReader::default());
        events.read(&body.as_bytes()[..cut], &mut response);
        let _ = Response::of(&body.as_bytes()[..cut]);
        events.read(&body.as_bytes()[cut..], &mut response);
        events.finish(&mut response);
        if !body.starts_with('[') && value.is_object() {
            prop_assert_eq!(response, Response::of(&value));
        }
    }
}

#[test]
fn numbers_that_are_no_counts_are_absent() {
    let usage = |count: Value| {
        json!({"object": "chat.completion", "usage": {"prompt_tokens": count, "completion_tokens": 1}})
            .usage()
            .and_then(|usage| usage.input_tokens())
    };
    assert_eq!(usage(json!(12.0)), Some(12));
    for count in [
        json!("12"),
        json!(-1),
        json!(-0.5),
        json!(1e300),
        json!([12]),
        json!({"a": 1}),
        json!(null),
    ] {
        assert_eq!(usage(count.clone()), None, "{count}");
    }
}

#[test]
fn texts_with_escapes_are_told() {
    let body = br#"{"done": true, "model": "library\/llama3", "done_reason": "st\u006fp"}"#;
    let told = Response::of(body.as_slice());
    assert_eq!(told.response_model(), Some("library/llama3"));
    assert_eq!(told.finish_reasons(), ["stop"]);
    assert_eq!(body.as_slice().response_model(), None);
}

#[test]
fn long_texts_and_deep_bodies_tell_nothing() {
    let long = json!({"done": true, "model": "m".repeat(10_000)});
    assert_eq!(Response::of(&long).response_model(), None);
    let deep = format!("{}{}", r#"{"message":"#.repeat(100_000), "}".repeat(100_000));
    assert_eq!(Response::of(deep.as_bytes()), Response::default());
    let deep_content = format!(
        r#"{{"content":{}{},"model":"llama3.2","eval_count":3,"done":true}}"#,
        "[".repeat(50_000),
        "]".repeat(50_000)
    );
    assert_eq!(deep_content.as_bytes().usage(), Some(Usage::default().with_output(3)));
}

#[test]
fn errors_in_bodies_are_told() {
    for (body, error_type) in [
        (
            json!({"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}),
            "overloaded_error",
        ),
        (
            json!({"error": {"type": "requests", "code": "rate_limit_exceeded", "message": "slow"}}),
            "rate_limit_exceeded",
        ),
        (json!({"error": {"type": "server_error", "code": null, "message": "oh"}}), "server_error"),
        (
            json!({"error": {"code": 503, "status": "UNAVAILABLE", "message": "busy"}}),
            "UNAVAILABLE",
        ),
        (json!([{"error": {"code": 429, "message": "slow"}}]), "429"),
        (json!({"type": "error", "code": "server_error", "message": "oh"}), "server_error"),
        (
            json!({"type": "response.failed", "response": {"status": "failed", "error": {"code": "server_error"}}}),
            "server_error",
        ),
        (json!({"error": "model 'llama9' is not there"}), "_OTHER"),
    ] {
        assert_eq!(body.error_type().as_deref(), Some(error_type), "{body}");
        let bytes = serde_json::to_vec(&body).unwrap();
        assert_eq!(bytes.error_type().as_deref(), Some(error_type), "{body}");
        assert_eq!(Response::of(&bytes).error_type().as_deref(), Some(error_type), "{body}");
    }
    for body in [
        json!({"object": "response", "error": null}),
        json!({"error": false}),
        json!({"error": {}}),
    ] {
        assert_eq!(body.error_type(), None, "{body}");
    }
}

#[test]
fn bedrock_counts_for_formats_that_do_not() {
    let metrics = json!({"inputTokenCount": 412, "outputTokenCount": 38, "invocationLatency": 900});
    let titan = json!({"outputText": "Shipped.", "amazon-bedrock-invocationMetrics": metrics});
    let told = titan.usage().map(|usage| (usage.input_tokens(), usage.output_tokens()));
    assert_eq!(told, Some((Some(412), Some(38))));
    let stop = json!({"type": "message_stop", "amazon-bedrock-invocationMetrics": metrics});
    assert_eq!(Response::of(&stop).usage(), titan.usage());
}

#[test]
fn other_json_tells_nothing() {
    for body in [
        json!({"id": "x", "model": "gpt-4o", "name": "Ada"}),
        json!({"usage": "monthly"}),
        json!({"type": "message", "id": "msg_1", "role": "user"}),
        json!({"type": "message_batch", "id": "msgbatch_1"}),
        json!({"done": true, "answer": "shipped"}),
        json!({"choices": ["red", "blue"]}),
        json!({"candidates": [{"name": "Ada"}]}),
        json!({}),
        json!([1, {}]),
    ] {
        assert_eq!(Response::of(&body), Response::default(), "{body}");
    }
}
