//! What the recorded bodies say.

use agent_trace_runtime::content::{
    Blob, Content, Limits, Modality, OutputMessage, Part, ToolCall,
};
use agent_trace_runtime::response::{EventReader, InferenceResponse, Response};
use agent_trace_tests::responses::{FIXTURES, fixture};
use serde_json::{Value, json};

use super::{Schemas, assert_recorded};

/// What was said in a fixture, by each way of reading it.
fn said(path: &str) -> Vec<OutputMessage> {
    let fixture = fixture(path);
    let body = fixture.body();
    let mut ways = Vec::new();

    let mut response = Response::default();
    response.capture_output();
    response.observe(body.as_slice());
    ways.push(response.take_output());

    let mut response = Response::default();
    response.capture_output();
    let mut events = EventReader::default();
    body.chunks(7).for_each(|piece| events.read(piece, &mut response));
    events.finish(&mut response);
    // A body of several lines is no event.
    if !path.ends_with(".json") {
        ways.push(response.take_output());
    }

    let mut response = Response::default();
    response.capture_output();
    for document in fixture.documents() {
        let value: Value = serde_json::from_str(&document).expect(path);
        response.observe(&value);
    }
    ways.push(response.take_output());
    ways.push(body.as_slice().output_messages());

    let first = ways.swap_remove(0);
    ways.iter().for_each(|way| assert_eq!(*way, first, "{path}"));
    first
}

#[test]
fn bodies_say_what_they_say() {
    let shipped = || OutputMessage::text("Shipped.");
    let order = || Part::from(ToolCall::new("lookup_order", json!({"id": 1042})));
    let refusal = Part::other("refusal", json!({"content": "I cannot help with that."}));
    let cases = [
        ("openai/chat.json", vec![OutputMessage::text("Order 1042 has shipped.").finished("stop")]),
        ("openai/chat_refusal.json", vec![OutputMessage::new([refusal]).finished("stop")]),
        (
            "openai/chat_audio.json",
            vec![
                OutputMessage::text("Hello.")
                    .with(Blob::untyped(Modality::Audio, *b"RIFF"))
                    .finished("stop"),
            ],
        ),
        (
            "openai/chat_stream.sse",
            vec![
                OutputMessage::default().finished("stop"),
                OutputMessage::text("Shipped").finished("length"),
            ],
        ),
        (
            "openai/responses.json",
            vec![OutputMessage::text("Order 1042 has shipped.").finished("completed")],
        ),
        ("openai/responses_stream.sse", vec![shipped().finished("completed")]),
        (
            "openai-compatible/deepseek.json",
            vec![
                OutputMessage::new([Part::reasoning("The order …"), Part::text("Shipped.")])
                    .finished("stop"),
            ],
        ),
        (
            "mistral/chat.json",
            vec![
                OutputMessage::new([Part::tool_call(
                    "D681PevKs",
                    "lookup_order",
                    json!({"id": 1042}),
                )])
                .finished("tool_calls"),
            ],
        ),
        ("anthropic/message_stream.sse", vec![shipped().finished("end_turn")]),
        ("gemini/content.json", vec![OutputMessage::text("A shipped parcel.").finished("STOP")]),
        ("bedrock/converse.json", vec![shipped().finished("end_turn")]),
        ("bedrock/converse_stream.ndjson", vec![shipped().finished("guardrail_intervened")]),
        ("cohere/chat_v1.json", vec![shipped().finished("MAX_TOKENS")]),
        ("cohere/chat_v1_stream.ndjson", vec![shipped().finished("COMPLETE")]),
        ("cohere/chat_v2.json", vec![shipped().finished("COMPLETE")]),
        ("cohere/chat_v2_stream.sse", vec![shipped().finished("TOOL_CALL")]),
        ("ollama/chat.json", vec![OutputMessage::new([order()]).finished("stop")]),
        ("ollama/chat_stream.ndjson", vec![shipped().finished("length")]),
        ("ollama/generate.json", vec![shipped().finished("stop")]),
        ("openai/error.json", vec![]),
        ("openai/embeddings.json", vec![]),
    ];
    for (path, expected) in cases {
        assert_eq!(said(path), expected, "{path}");
    }
}

#[test]
fn what_bodies_say_is_valid() {
    let schemas = Schemas::load();
    for fixture in FIXTURES {
        let messages = said(fixture.path);
        if !messages.is_empty() {
            let reasons = messages.iter().map(|message| message.finish_reason.as_deref());
            let reasons: Vec<_> = reasons.map(|reason| reason.unwrap_or("error")).collect();
            assert_eq!(reasons, fixture.finish_reasons, "{}", fixture.path);
        }
        let content = Content::OutputMessages(messages);
        assert_recorded(schemas.as_ref(), content, &Limits::default());
    }
}
