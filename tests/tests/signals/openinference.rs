//! The attributes of OpenInference, where they are asked for.

use agent_trace_runtime::content::{Message, Part, RetrievalDocument, Role};
use agent_trace_runtime::testing::{RecordedSpan, Recorder};
use agent_trace_runtime::{ContentCapture, Usage, llm_call, retrieval, tool};
use serde_json::json;

use crate::support::{recall, run, think};

#[llm_call(
    model = "gpt-4o",
    max_tokens = 100,
    temperature = 0.5,
    usage = |_| Usage::new(412, 38).cached_input(200),
    capture(input = question, output = |reply| *reply)
)]
async fn ask(question: &str) -> &'static str {
    "Shipped."
}

#[tool(name = "lookup", capture(arguments, result))]
fn look_up(order: u32) -> &'static str {
    "shipped"
}

#[retrieval(data_source = "handbook", capture(query = query, documents))]
fn retrieve(query: &str) -> Vec<RetrievalDocument> {
    let best = RetrievalDocument::new("returns.md").with_score(0.82).with_content("page");
    vec![best, RetrievalDocument::new("orders.md").with_field("metadata", json!({ "year": 2026 }))]
}

#[track_caller]
fn assert_has(span: &RecordedSpan, expected: &[(&str, &str)]) {
    for (key, value) in expected {
        let found = span.attribute(key).map(ToString::to_string);
        assert_eq!(found.as_deref(), Some(*value), "{key} of {}", span.name());
    }
}

#[test]
fn spans_have_both_where_that_is_asked_for() {
    let builder = Recorder::builder().content(ContentCapture::Spans);
    let recorder = builder.openinference(true).install();
    run(ask("Where is it?"));
    look_up(7);
    retrieve("returns");
    run(recall());
    run(think());
    assert_has(
        &recorder.span("chat gpt-4o"),
        &[
            ("openinference.span.kind", "LLM"),
            ("gen_ai.request.model", "gpt-4o"),
            ("llm.model_name", "gpt-4o"),
            ("llm.provider", "openai"),
            ("llm.token_count.prompt", "412"),
            ("llm.token_count.completion", "38"),
            ("llm.token_count.total", "450"),
            ("llm.token_count.prompt_details.cache_read", "200"),
            ("llm.invocation_parameters", r#"{"max_tokens":100,"temperature":0.5}"#),
            ("llm.input_messages.0.message.role", "user"),
            ("llm.input_messages.0.message.content", "Where is it?"),
            ("llm.output_messages.0.message.content", "Shipped."),
            ("input.mime_type", "application/json"),
        ],
    );
    assert_has(
        &recorder.span("execute_tool lookup"),
        &[
            ("openinference.span.kind", "TOOL"),
            ("tool.name", "lookup"),
            ("input.value", r#"{"order":7}"#),
            ("output.value", r#"{"value":"shipped"}"#),
        ],
    );
    assert_has(
        &recorder.span("retrieval handbook"),
        &[
            ("openinference.span.kind", "RETRIEVER"),
            ("input.value", "returns"),
            ("input.mime_type", "text/plain"),
            ("retrieval.documents.0.document.id", "returns.md"),
            ("retrieval.documents.0.document.score", "0.82"),
            ("retrieval.documents.0.document.content", "page"),
            ("retrieval.documents.1.document.id", "orders.md"),
            ("retrieval.documents.1.document.metadata", r#"{"year":2026}"#),
        ],
    );
    for span in ["search_memory", "plan support"] {
        assert_has(&recorder.span(span), &[("openinference.span.kind", "CHAIN")]);
    }
}

#[llm_call(model = "gpt-4o", usage = none, capture(input = messages, output = |reply| *reply))]
async fn ask_on(messages: &[Message]) -> &'static str {
    "Shipped."
}

#[test]
fn calls_of_tools_are_told_in_the_messages() {
    let builder = Recorder::builder().content(ContentCapture::Spans);
    let recorder = builder.openinference(true).install();
    let calls = [
        Part::tool_call("call_1", "lookup", json!({ "order": 7 })),
        Part::tool_call("call_2", "lookup", json!({ "order": 8 })),
    ];
    run(ask_on(&[
        Message::user("Where is it?"),
        Message::new(Role::Assistant, calls),
        Message::tool("call_1", "shipped"),
        Message::tool("call_2", json!({ "state": "lost" })),
    ]));
    let told: Vec<(&str, &str)> = vec![
        ("0.message.content", "Where is it?"),
        ("1.message.role", "assistant"),
        ("1.message.tool_calls.0.tool_call.id", "call_1"),
        ("1.message.tool_calls.0.tool_call.function.name", "lookup"),
        ("1.message.tool_calls.0.tool_call.function.arguments", r#"{"order":7}"#),
        ("1.message.tool_calls.1.tool_call.id", "call_2"),
        ("1.message.tool_calls.1.tool_call.function.arguments", r#"{"order":8}"#),
        ("2.message.role", "tool"),
        ("2.message.tool_call_id", "call_1"),
        ("2.message.content", "shipped"),
        ("3.message.tool_call_id", "call_2"),
        ("3.message.content", r#"{"state":"lost"}"#),
    ];
    let span = recorder.span("chat gpt-4o");
    for (key, value) in told {
        assert_has(&span, &[(&format!("llm.input_messages.{key}"), value)]);
    }
    assert_eq!(span.attribute("llm.input_messages.1.message.content"), None);
}

#[test]
fn many_calls_of_tools_leave_room_for_what_is_recorded_itself() {
    let builder = Recorder::builder().content(ContentCapture::Spans);
    let recorder = builder.openinference(true).install();
    let calls = |count| (0..count).map(|call| Part::tool_call(format!("{call}"), "lookup", 7));
    run(ask_on(&[Message::user("Where?"), Message::new(Role::Assistant, calls(100))]));
    run(ask_on(&[Message::new(Role::Assistant, calls(100)), Message::user("Where?")]));
    for span in recorder.spans() {
        assert_eq!(span.data().dropped_attributes_count, 0);
    }
    let has_call = |span: &RecordedSpan, message: usize, call: usize| {
        let key = format!("llm.input_messages.{message}.message.tool_calls.{call}.tool_call.id");
        span.attribute(&key).is_some()
    };
    let [last, first] = &recorder.spans()[..] else { panic!("two calls") };
    assert!(has_call(last, 1, 0) && !has_call(last, 1, 99), "as much of it as there is room for");
    assert!(!has_call(first, 0, 0), "a message is whole, or is not there");
    assert_has(first, &[("llm.input_messages.1.message.content", "Where?")]);
}

#[test]
fn long_conversations_leave_room_for_what_is_recorded_itself() {
    let builder = Recorder::builder().content(ContentCapture::Spans);
    let recorder = builder.openinference(true).install();
    let messages: Vec<Message> = (0..100).map(|turn| Message::user(format!("{turn}"))).collect();
    run(ask_on(&messages));
    let span = recorder.span("chat gpt-4o");
    assert_eq!(span.data().dropped_attributes_count, 0);
    assert!(span.attribute("gen_ai.input.messages").is_some());
    assert!(span.attribute("gen_ai.output.messages").is_some());
    assert_eq!(span.attribute("llm.input_messages.83.message.role"), None);
    assert_has(
        &span,
        &[
            ("llm.input_messages.84.message.content", "84"),
            ("llm.input_messages.99.message.content", "99"),
            ("llm.output_messages.0.message.content", "Shipped."),
        ],
    );
    let keys = &span.data().attributes;
    let place = |key: &str| keys.iter().position(|known| known.key.as_str() == key);
    assert!(place("gen_ai.output.messages") < place("openinference.span.kind"));
}

#[test]
fn they_are_absent_where_nobody_asked_and_hold_no_content_that_is_off() {
    let recorder = Recorder::install();
    run(ask("Where is it?"));
    assert_eq!(recorder.span("chat gpt-4o").attribute("openinference.span.kind"), None);
    drop(recorder);
    let recorder = Recorder::builder().openinference(true).install();
    run(ask("planted-secret"));
    let span = recorder.span("chat gpt-4o");
    assert_has(&span, &[("llm.token_count.total", "450")]);
    assert!(!format!("{:?}", span.data()).contains("planted-secret"));
}
