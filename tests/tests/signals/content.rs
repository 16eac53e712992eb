//! Content: what each macro captures, where it goes, what it passes through, and that nothing of it leaves
//! unasked.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU32, Ordering};

use agent_trace_runtime::content::{Blob, Capture, Content, Limits, Message, Part, Sensitive};
use agent_trace_runtime::opentelemetry::logs::AnyValue;
use agent_trace_runtime::opentelemetry_sdk::trace::Sampler;
use agent_trace_runtime::testing::{Recorder, RecorderBuilder};
use agent_trace_runtime::{ContentCapture, agent, llm_call, memory, retrieval, tool, workflow};
use futures::{FutureExt, Stream, StreamExt, stream};
use serde_json::{Value, json};

use crate::support::{drain, run};

const SECRET: &str = "planted-secret";

struct Reply {
    text: String,
}

#[llm_call(
    model = "gpt-4o",
    usage = none,
    capture(
        input = messages,
        system = "Be brief about planted-secret.",
        tools = tools,
        output = |reply| reply.text.as_str(),
    )
)]
async fn ask(messages: &[Message], tools: &Value) -> Result<Reply, String> {
    let has_secret = messages.iter().any(|message| format!("{message:?}").contains("fail"));
    if has_secret {
        Err(format!("refused: {SECRET}"))
    } else {
        Ok(Reply { text: SECRET.to_owned() })
    }
}

#[tool(capture(arguments, result))]
async fn look_up(order: u32, note: &str, key: Sensitive<&str>) -> Result<Option<String>, String> {
    let _ = key.expose();
    if order == 0 { Err(note.to_owned()) } else { Ok(Some(note.to_owned())) }
}

#[tool(capture(arguments = note, result = |found| found.len()))]
fn measure(note: &str) -> String {
    note.to_owned()
}

#[retrieval(data_source = "handbook", capture(query = query, documents))]
async fn retrieve(query: &str) -> Vec<String> {
    vec![query.to_owned()]
}

#[memory(search, capture(query = query, records))]
fn recall(query: &str) -> Vec<String> {
    vec![query.to_owned()]
}

#[memory(create, capture(records = note))]
fn remember(note: &str) {}

#[agent(name = "support", capture(input = question, output))]
async fn answer(question: &str) -> Result<String, String> {
    Ok(format!("about {question}"))
}

#[workflow(name = "returns", capture(input = question, output))]
async fn work(question: &str) -> String {
    question.to_owned()
}

#[tool(capture(arguments))]
async fn panics(note: &str) {
    panic!("{note}");
}

#[tool(capture(arguments))]
async fn waits(note: &str) {
    std::future::pending().await
}

fn messages(text: &str) -> Vec<Message> {
    vec![Message::user(text)]
}

/// A call of each kind, and one of each ending.
fn everything() {
    let tools = json!([{"type": "function", "function": {"name": SECRET, "parameters": {}}}]);
    assert!(run(ask(&messages(SECRET), &tools)).is_ok());
    assert!(run(ask(&messages("fail planted-secret"), &tools)).is_err());
    assert!(run(look_up(7, SECRET, Sensitive::new("sealed"))).is_ok());
    assert!(run(look_up(0, SECRET, Sensitive::new("sealed"))).is_err());
    assert_eq!(measure(SECRET), SECRET);
    run(retrieve(SECRET));
    recall(SECRET);
    remember(SECRET);
    assert!(run(answer(SECRET)).is_ok());
    run(work(SECRET));
    let panicked = run(AssertUnwindSafe(panics(SECRET)).catch_unwind());
    assert!(panicked.is_err());
    assert!(Box::pin(waits(SECRET)).now_or_never().is_none());
}

/// All that a recorder has seen, as text.
fn told(recorder: &Recorder) -> String {
    let spans: Vec<_> = recorder.spans().iter().map(|span| span.data().clone()).collect();
    format!("{spans:?}\n{:?}\n{:?}", recorder.metrics(), recorder.events())
}

fn recorder(with: impl FnOnce(RecorderBuilder) -> RecorderBuilder) -> Recorder {
    let builder = Recorder::builder().error_messages(false).inference_details(true);
    with(builder).install()
}

#[test]
fn nothing_leaves_where_nobody_asked() {
    let recorder = recorder(|builder| builder);
    everything();
    let told = told(&recorder);
    assert!(!told.contains(SECRET), "{told}");
    assert!(!told.contains("sealed"));
}

#[test]
fn what_is_sensitive_leaves_never() {
    let recorder = recorder(|builder| builder.content(ContentCapture::SpansAndEvents));
    everything();
    let told = told(&recorder);
    assert!(told.contains(SECRET), "the rest is captured");
    assert!(!told.contains("sealed"), "{told}");
}

#[test]
fn what_a_redactor_takes_out_leaves_nowhere() {
    let redactor = |mut content: Content| {
        content.map_text(|text| *text = text.replace(SECRET, "[redacted]"));
        Some(content)
    };
    let recorder =
        recorder(|builder| builder.content(ContentCapture::SpansAndEvents).redact(redactor));
    everything();
    let told = told(&recorder);
    assert!(!told.contains(SECRET), "{told}");
    assert!(told.contains("refused: [redacted]"), "errors are redacted as well");
}

#[track_caller]
fn assert_json(recorder: &Recorder, span: &str, key: &str, expected: Value) {
    let spans = recorder.spans_named(span);
    let value = spans.first().and_then(|span| span.attribute(key)).map(ToString::to_string);
    let value: Value = serde_json::from_str(&value.unwrap_or_else(|| panic!("{span} {key}")))
        .unwrap_or_else(|error| panic!("{span} {key}: {error}"));
    assert_eq!(value, expected, "{span} {key}");
}

#[test]
fn each_macro_captures_its_parts() {
    let recorder = recorder(|builder| builder.content(ContentCapture::Spans));
    everything();
    let text = |text: &str| json!({"type": "text", "content": text});
    let chat = "chat gpt-4o";
    let user = json!([{"role": "user", "parts": [text(SECRET)]}]);
    assert_json(&recorder, chat, "gen_ai.input.messages", user.clone());
    let system = json!([text("Be brief about planted-secret.")]);
    assert_json(&recorder, chat, "gen_ai.system_instructions", system);
    let tools = json!([{"type": "function", "name": SECRET}]);
    let defined = recorder.spans_named(chat)[0].attribute("gen_ai.tool.definitions").cloned();
    let defined: Value = serde_json::from_str(&defined.unwrap().to_string()).unwrap();
    assert_eq!(defined[0]["name"], tools[0]["name"]);
    let output = json!([{"role": "assistant", "parts": [text(SECRET)]}]);
    assert_json(&recorder, chat, "gen_ai.output.messages", output);

    let tool = "execute_tool look_up";
    let arguments = json!({"order": 7, "note": SECRET, "key": "***"});
    assert_json(&recorder, tool, "gen_ai.tool.call.arguments", arguments);
    assert_json(&recorder, tool, "gen_ai.tool.call.result", json!({"value": SECRET}));
    let failed = &recorder.spans_named(tool)[1];
    assert_eq!(failed.attribute("gen_ai.tool.call.result"), None, "there was none");
    let measured = "execute_tool measure";
    assert_json(&recorder, measured, "gen_ai.tool.call.arguments", json!({"value": SECRET}));
    assert_json(&recorder, measured, "gen_ai.tool.call.result", json!({"value": SECRET.len()}));

    let found = recorder.span("retrieval handbook");
    assert_eq!(found.attribute("gen_ai.retrieval.query.text"), Some(&SECRET.into()));
    let documents = json!([{"content": SECRET}]);
    let value = found.attribute("gen_ai.retrieval.documents").unwrap().to_string();
    let value: Value = serde_json::from_str(&value).unwrap();
    assert_eq!(value[0]["content"], documents[0]["content"]);
    let recalled = recorder.span("search_memory");
    assert_eq!(recalled.attribute("gen_ai.memory.query.text"), Some(&SECRET.into()));
    assert!(recalled.attribute("gen_ai.memory.records").is_some());
    assert!(recorder.span("create_memory").attribute("gen_ai.memory.records").is_some());

    for span in ["invoke_agent support", "invoke_workflow returns"] {
        assert_json(&recorder, span, "gen_ai.input.messages", user.clone());
        assert!(recorder.span(span).attribute("gen_ai.output.messages").is_some(), "{span}");
    }
    for span in ["execute_tool panics", "execute_tool waits"] {
        assert_json(&recorder, span, "gen_ai.tool.call.arguments", json!({"note": SECRET}));
    }
    assert!(
        recorder
            .events()
            .iter()
            .all(|event| { event.attribute_keys().iter().all(|key| !key.ends_with("messages")) })
    );
}

#[test]
fn events_have_it_as_structured_values() {
    let recorder = recorder(|builder| builder.content(ContentCapture::Events));
    let tools = json!([]);
    assert!(run(ask(&messages(SECRET), &tools)).is_ok());
    let span = recorder.span("chat gpt-4o");
    assert_eq!(span.attribute("gen_ai.input.messages"), None);
    let events = recorder.events();
    let [event] = &events[..] else { panic!("{events:?}") };
    let Some(AnyValue::ListAny(messages)) = event.attribute("gen_ai.input.messages") else {
        panic!("{event:?}")
    };
    let AnyValue::Map(message) = &messages[0] else { panic!("{messages:?}") };
    assert_eq!(message.get("role"), Some(&AnyValue::from("user")));
}

#[test]
fn bytes_are_uploaded_and_the_whole_is_bounded() {
    let upload = |blob: &Blob| Some(format!("s3://prompts/{}", blob.bytes.len()));
    let limits = Limits::default().with_total_bytes(20_000);
    let recorder = recorder(|builder| {
        builder.content(ContentCapture::Spans).upload(upload).content_limits(limits)
    });
    let image = Message::user(Part::blob("image/png", vec![0; 5])).with("x".repeat(100_000));
    assert!(run(ask(&[image], &json!([]))).is_ok());
    let span = recorder.span("chat gpt-4o");
    let input = span.attribute("gen_ai.input.messages").unwrap().to_string();
    let value: Value = serde_json::from_str(&input).unwrap();
    assert_eq!(value[0]["parts"][0]["uri"], "s3://prompts/5");
    let content = span.data().attributes.iter().filter(|known| {
        ["messages", "instructions", "definitions"]
            .iter()
            .any(|end| known.key.as_str().ends_with(end))
    });
    let total: usize = content.map(|known| known.value.to_string().len()).sum();
    assert!(total <= 20_000 + 3 * 4_096, "{total}");
}

#[test]
fn values_are_looked_at_only_where_content_is_recorded() {
    struct Watched<'a>(&'a AtomicU32);

    impl Capture for Watched<'_> {
        fn capture(&self) -> Value {
            self.0.fetch_add(1, Ordering::Relaxed);
            Value::Null
        }
    }

    #[tool(capture(arguments, result))]
    fn watched(value: Watched<'_>) -> Watched<'_> {
        value
    }

    let looks = AtomicU32::new(0);
    watched(Watched(&looks));
    {
        let _recorder = recorder(|builder| builder);
        watched(Watched(&looks));
    }
    {
        let builder =
            recorder(|builder| builder.content(ContentCapture::Spans).sampler(Sampler::AlwaysOff));
        watched(Watched(&looks));
        assert_eq!(builder.spans().len(), 0);
    }
    assert_eq!(looks.load(Ordering::Relaxed), 0);
    let _recorder = recorder(|builder| builder.content(ContentCapture::Spans));
    watched(Watched(&looks));
    assert_eq!(looks.load(Ordering::Relaxed), 2);
}

/// A provider's body, whole and as the events of a stream.
#[llm_call(model = "gpt-4o", capture(output))]
async fn ask_body(body: Value) -> Result<Value, String> {
    Ok(body)
}

#[llm_call(model = "gpt-4o", capture(output))]
fn stream_body(events: Vec<Value>) -> impl Stream<Item = Result<Value, String>> {
    stream::iter(events.into_iter().map(Ok))
}

#[test]
fn what_a_response_says_is_captured_whole_and_from_a_stream() {
    let recorder = recorder(|builder| builder.content(ContentCapture::SpansAndEvents));
    let usage = json!({"prompt_tokens": 7, "completion_tokens": 2});
    let body = json!({"choices": [{
        "index": 0, "message": {"role": "assistant", "content": "Shipped."}, "finish_reason": "stop",
    }], "usage": usage});
    assert!(run(ask_body(body)).is_ok());
    let delta = |text: &str, reason: Value| json!({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}]});
    let events = vec![
        delta("Ship", Value::Null),
        delta("ped.", json!("stop")),
        json!({"choices": [], "usage": usage}),
    ];
    drain(stream_body(events));
    let spans = recorder.spans_named("chat gpt-4o");
    assert_eq!(spans.len(), 2);
    for span in &spans {
        let output = span.attribute("gen_ai.output.messages").unwrap().to_string();
        let output: Value = serde_json::from_str(&output).unwrap();
        assert_eq!(output[0]["parts"], json!([{"type": "text", "content": "Shipped."}]));
    }
    assert!(recorder.events().iter().all(|event| {
        matches!(event.attribute("gen_ai.output.messages"), Some(AnyValue::ListAny(_)))
    }));
}

#[test]
fn a_stream_that_ends_early_shows_no_half_of_a_word() {
    let recorder = recorder(|builder| builder.content(ContentCapture::Spans));
    let delta = |text: &str| json!({"choices": [{"index": 0, "delta": {"content": text}}]});
    let mut replies = Box::pin(stream_body(vec![delta("The key is sk-pr"), delta("oj-abc")]));
    let _ = run(replies.next());
    drop(replies);
    let span = recorder.span("chat gpt-4o");
    let output = span.attribute("gen_ai.output.messages").map(ToString::to_string);
    let output: Value = serde_json::from_str(&output.unwrap_or_default()).unwrap();
    assert_eq!(output[0]["parts"][0]["content"], "The key is…[6 bytes cut]");
}

#[retrieval(data_source = "orders", capture(query = query))]
fn retrieve_secretly(query: &Sensitive<String>) -> usize {
    query.expose().len()
}

#[test]
fn a_query_may_be_sensitive() {
    let recorder = recorder(|builder| builder.content(ContentCapture::Spans));
    retrieve_secretly(&Sensitive::new(SECRET.to_owned()));
    let span = recorder.span("retrieval orders");
    let query = span.attribute("gen_ai.retrieval.query.text").map(ToString::to_string);
    assert_eq!(query.as_deref(), Some("***"));
}
