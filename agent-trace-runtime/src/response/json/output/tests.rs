//! What streams of events say in the end, beyond the recorded ones.

use serde_json::json;

use super::*;
use crate::response::{InferenceResponse, Response};

fn said(events: &[Value]) -> Vec<OutputMessage> {
    let (mut values, mut bytes) = (Response::default(), Response::default());
    values.capture_output();
    bytes.capture_output();
    for event in events {
        values.observe(event);
        bytes.observe(event.to_string().as_bytes());
    }
    let messages = values.take_output();
    assert_eq!(bytes.take_output(), messages);
    messages
}

/// A call of a tool, put together.
fn call() -> Part {
    Part::tool_call("c", "f", json!({"id": 1}))
}

#[test]
fn openai_chunks_are_put_together() {
    let chunk = |delta: Value| json!({"choices": [{"index": 0, "delta": delta}]});
    let piece = |arguments: &str| {
        chunk(json!({"tool_calls": [{"index": 0, "function": {"arguments": arguments}}]}))
    };
    let messages = said(&[
        chunk(json!({"role": "assistant", "content": ""})),
        chunk(json!({"reasoning_content": "h"})),
        chunk(json!({"reasoning_content": "m"})),
        chunk(json!({"content": "One "})),
        chunk(json!({"content": "moment."})),
        chunk(json!({"refusal": "N"})),
        chunk(json!({"refusal": "o."})),
        chunk(json!({"tool_calls": [{"index": 0, "id": "c", "type": "function",
            "function": {"name": "f", "arguments": ""}}]})),
        piece("{\"id\""),
        piece(": 1}"),
        json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}),
    ]);
    let refusal = Part::other("refusal", json!({"content": "No."}));
    let parts = [Part::reasoning("hm"), Part::text("One moment."), refusal, call()];
    assert_eq!(messages, [OutputMessage::new(parts).finished("tool_calls")]);
}

#[test]
fn openai_response_events_are_put_together() {
    let item =
        json!({"type": "function_call", "id": "fc", "call_id": "c", "name": "f", "arguments": ""});
    let whole = json!({"type": "function_call", "id": "fc", "call_id": "c", "name": "f",
        "arguments": "{\"id\": 1}"});
    let delta = |delta: &str| json!({"type": "response.function_call_arguments.delta", "output_index": 1, "delta": delta});
    let search = json!({"type": "web_search_call", "id": "ws", "status": "completed"});
    let messages = said(&[
        json!({"type": "response.created", "response": {"status": "in_progress", "output": []}}),
        json!({"type": "response.reasoning_summary_text.delta", "output_index": 0, "delta": "hm"}),
        json!({"type": "response.output_item.added", "output_index": 1, "item": item}),
        delta("{\"id\""),
        delta(": 1}"),
        json!({"type": "response.output_item.done", "output_index": 1, "item": whole}),
        json!({"type": "response.output_item.done", "output_index": 2, "item": search}),
        json!({"type": "response.output_text.delta", "output_index": 3, "delta": "Shipped."}),
        json!({"type": "response.output_text.done", "output_index": 3, "text": "Shipped."}),
        json!({"type": "response.incomplete", "response": {"status": "incomplete",
            "incomplete_details": {"reason": "max_output_tokens"}, "output": [whole]}}),
    ]);
    let search = Part::other("web_search_call", json!({"id": "ws", "status": "completed"}));
    let parts = [Part::reasoning("hm"), call(), search, Part::text("Shipped.")];
    assert_eq!(messages, [OutputMessage::new(parts).finished("max_output_tokens")]);
}

#[test]
fn anthropic_events_are_put_together() {
    let start = |index: usize, block: Value| json!({"type": "content_block_start", "index": index, "content_block": block});
    let delta = |index: usize, delta: Value| json!({"type": "content_block_delta", "index": index, "delta": delta});
    let json_delta =
        |index, text: &str| delta(index, json!({"type": "input_json_delta", "partial_json": text}));
    let messages = said(&[
        start(0, json!({"type": "thinking", "thinking": ""})),
        delta(0, json!({"type": "thinking_delta", "thinking": "hm"})),
        delta(0, json!({"type": "signature_delta", "signature": "c2ln"})),
        start(1, json!({"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}})),
        json_delta(1, "{\"query\""),
        json_delta(1, ": \"parcel\"}"),
        start(2, json!({"type": "web_search_tool_result", "tool_use_id": "s", "content": []})),
        start(3, json!({"type": "tool_use", "id": "c", "name": "f", "input": {}})),
        json_delta(3, ""),
        json_delta(3, "{\"id\""),
        json_delta(3, ": 1}"),
        start(4, json!({"type": "text", "text": ""})),
        delta(4, json!({"type": "text_delta", "text": "Ship"})),
        delta(4, json!({"type": "text_delta", "text": "ped."})),
        json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}}),
    ]);
    let fields = |value: Value| value.as_object().cloned().unwrap_or_default();
    let parts = [
        Part::reasoning("hm"),
        Part::ServerToolCall {
            id: Some("s".into()),
            name: "web_search".into(),
            kind: "web_search".into(),
            fields: fields(json!({"input": {"query": "parcel"}})),
        },
        Part::ServerToolResponse {
            id: Some("s".into()),
            kind: "web_search".into(),
            fields: fields(json!({"content": []})),
        },
        call(),
        Part::text("Shipped."),
    ];
    assert_eq!(messages, [OutputMessage::new(parts).finished("tool_use")]);
}

#[test]
fn bedrock_and_cohere_events_are_put_together() {
    let delta = |text: &str| json!({"contentBlockDelta": {"contentBlockIndex": 1, "delta": {"toolUse": {"input": text}}}});
    let thought = json!({"reasoningContent": {"text": "hm"}});
    let messages = said(&[
        json!({"contentBlockDelta": {"contentBlockIndex": 0, "delta": thought}}),
        json!({"contentBlockStart": {"contentBlockIndex": 1,
            "start": {"toolUse": {"toolUseId": "c", "name": "f"}}}}),
        delta("{\"id\""),
        delta(": 1}"),
        json!({"messageStop": {"stopReason": "tool_use"}}),
    ]);
    let parts = [Part::reasoning("hm"), call()];
    assert_eq!(messages, [OutputMessage::new(parts).finished("tool_use")]);

    let event = |kind: &str, message: Value| json!({"type": kind, "index": 0, "delta": {"message": message}});
    let messages = said(&[
        event("tool-plan-delta", json!({"tool_plan": "I will "})),
        event("tool-plan-delta", json!({"tool_plan": "look."})),
        event(
            "tool-call-start",
            json!({"tool_calls": {"id": "c", "type": "function",
            "function": {"name": "f", "arguments": ""}}}),
        ),
        event("tool-call-delta", json!({"tool_calls": {"function": {"arguments": "{\"id\": "}}})),
        event("tool-call-delta", json!({"tool_calls": {"function": {"arguments": "1}"}}})),
        json!({"type": "message-end", "delta": {"finish_reason": "TOOL_CALL"}}),
    ]);
    let parts = [Part::reasoning("I will look."), call()];
    assert_eq!(messages, [OutputMessage::new(parts).finished("TOOL_CALL")]);
}

#[test]
fn gemini_candidates_have_their_places() {
    let chunk = |index: usize, parts: Value| json!({"candidates": [{"index": index, "content": {"role": "model", "parts": parts}}]});
    let call = json!({"functionCall": {"name": "f", "args": {"id": 1}}});
    let messages = said(&[
        chunk(1, json!([{"text": "hm", "thought": true}])),
        chunk(1, json!([{"text": "Ship"}])),
        chunk(0, json!([call])),
        chunk(1, json!([{"text": "ped."}])),
    ]);
    let call = Part::from(crate::content::ToolCall::new("f", json!({"id": 1})));
    assert_eq!(
        messages,
        [
            OutputMessage::new([call]),
            OutputMessage::new([Part::reasoning("hm"), Part::text("Shipped.")])
        ]
    );
}

#[test]
fn nothing_is_gathered_unasked() {
    let mut response = Response::default();
    response.observe(&json!({"choices": [{"index": 0, "message": {"content": "Hi"}}]}));
    assert_eq!(response.take_output(), []);
    assert_eq!(response.output_messages(), []);
}
