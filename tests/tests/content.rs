//! Content by the schemas of the conventions, whatever it holds, and what bodies say.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::{env, fs};

use agent_trace_runtime::content::{
    CaptureDocuments, CaptureInstructions, CaptureMessages, CaptureRecords, CaptureTools, Content,
    Limits, MemoryRecord, Message, Modality, OutputMessage, Part, Patterns, RetrievalDocument,
    Role, ToolCall, ToolDefinition,
};
use agent_trace_runtime::response::{EventReader, InferenceResponse, Response};
use agent_trace_tests::responses::{FIXTURES, fixture};
use jsonschema::Validator;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

/// The schemas by the keys of their attributes.
struct Schemas(Vec<(&'static str, Validator)>);

const SCHEMAS: [(&str, &str); 8] = [
    ("gen_ai.system_instructions", "gen-ai-system-instructions.json"),
    ("gen_ai.input.messages", "gen-ai-input-messages.json"),
    ("gen_ai.output.messages", "gen-ai-output-messages.json"),
    ("gen_ai.tool.definitions", "gen-ai-tool-definitions.json"),
    ("gen_ai.tool.call.arguments", "gen-ai-tool-call-arguments.json"),
    ("gen_ai.tool.call.result", "gen-ai-tool-call-result.json"),
    ("gen_ai.retrieval.documents", "gen-ai-retrieval-documents.json"),
    ("gen_ai.memory.records", "gen-ai-memory-records.json"),
];

impl Schemas {
    /// `None` where the conventions are not at hand.
    fn load() -> Option<Self> {
        let Some(directory) = env::var_os("AGENT_TRACE_SEMCONV_DIR").map(PathBuf::from) else {
            println!("skipped: AGENT_TRACE_SEMCONV_DIR is not set");
            return None;
        };
        let load = |(key, file)| {
            let text = fs::read_to_string(directory.join("schemas").join(file)).expect(file);
            let mut schema = serde_json::from_str(&text).expect(file);
            without_meta_schema(&mut schema);
            (key, jsonschema::draft202012::new(&schema).expect(file))
        };
        Some(Self(SCHEMAS.into_iter().map(load).collect()))
    }

    /// The queries are texts, and have no schema.
    fn assert_valid(&self, key: &str, value: &Value) {
        match self.0.iter().find(|(known, _)| *known == key) {
            Some((_, schema)) => {
                let error = schema.iter_errors(value).next().map(|error| error.to_string());
                assert_eq!(error, None, "{key}");
            }
            None => assert!(key.ends_with(".query.text") && value.is_string(), "{key}: {value}"),
        }
    }
}

/// Parameters of tools are any schema: the meta-schema is at an address.
fn without_meta_schema(schema: &mut Value) {
    match schema {
        Value::Object(entries) => {
            let reference = entries.get("$ref").and_then(Value::as_str);
            if reference.is_some_and(|reference| reference.contains("json-schema.org")) {
                *schema = json!({"type": ["object", "boolean"]});
            } else {
                entries.values_mut().for_each(without_meta_schema);
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(without_meta_schema),
        _ => {}
    }
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(Patterns::default);

/// What is recorded is within its limits and, where the schemas are at hand, valid.
fn assert_recorded(schemas: Option<&Schemas>, content: Content, limits: &Limits) -> Value {
    let key = content.key();
    if let Some(schemas) = schemas {
        schemas.assert_valid(key, &content.to_json());
    }
    let value = content.prepare(Some(&*PATTERNS), None, limits).expect("nothing is dropped");
    let limits = limits.effective();
    let length = value.to_string().len();
    assert!(length <= limits.total_bytes, "{key}: {length} > {}", limits.total_bytes);
    for item in value.as_array().into_iter().flatten() {
        let length = item.to_string().len();
        let parts = item.get("parts").and_then(Value::as_array);
        let limit = if parts.is_some() { limits.message_bytes } else { limits.part_bytes };
        assert!(length <= limit, "{key}: an item of {length}");
        for part in parts.into_iter().flatten() {
            assert!(part.to_string().len() <= limits.part_bytes, "{key}: a part");
        }
    }
    if let Some(schemas) = schemas {
        schemas.assert_valid(key, &value);
    }
    value
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "\\PC{0,12}",
        3 => "(?s).{0,12}",
        2 => vec(prop_oneof![Just('\0'), Just('\u{1}'), Just('"'), Just('\\'), Just('\u{7f}'), Just('🦀')], 0..60)
            .prop_map(String::from_iter),
        1 => (".{1,6}", 100..900_usize).prop_map(|(unit, count)| unit.repeat(count)),
        2 => prop_oneof![
            Just("ann@example.com"), Just("4111 1111 1111 1111"), Just("{\"a\": \"\\ud800\"}"),
            Just("{\"a\": {\"b\": [1]}}"), Just("[1, 2"), Just("type"), Just(""),
        ].prop_map(str::to_owned),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((text(), inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn fields() -> impl Strategy<Value = Map<String, Value>> {
    let key = prop_oneof![text(), Just("type".into()), Just("id".into()), Just("score".into())];
    vec((key, value()), 0..3).prop_map(|entries| entries.into_iter().collect())
}

fn modality() -> impl Strategy<Value = Modality> {
    prop_oneof![Just(Modality::Image), text().prop_map(Modality::Other)]
}

fn part() -> impl Strategy<Value = Part> {
    let name = || option::of(text());
    prop_oneof![
        4 => text().prop_map(Part::Text),
        1 => text().prop_map(Part::Reasoning),
        3 => (name(), text(), value()).prop_map(|(id, name, arguments)| {
            let mut call = ToolCall::new(name, arguments);
            call.id = id;
            Part::ToolCall(call)
        }),
        2 => (name(), value()).prop_map(|(id, response)| Part::ToolResponse { id, response }),
        1 => (name(), text(), text(), fields())
            .prop_map(|(id, name, kind, fields)| Part::ServerToolCall { id, name, kind, fields }),
        1 => (name(), text(), fields())
            .prop_map(|(id, kind, fields)| Part::ServerToolResponse { id, kind, fields }),
        1 => (text(), vec(any::<u8>(), 0..9)).prop_map(|(media_type, bytes)| Part::blob(media_type, bytes)),
        1 => (modality(), name(), text())
            .prop_map(|(modality, mime_type, file_id)| Part::File { modality, mime_type, file_id }),
        1 => (modality(), name(), text())
            .prop_map(|(modality, mime_type, uri)| Part::Uri { modality, mime_type, uri }),
        1 => (name(), name()).prop_map(|(id, content)| Part::Compaction { id, content }),
        1 => (text(), fields()).prop_map(|(kind, fields)| Part::Other { kind, fields }),
    ]
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::User), Just(Role::Tool), text().prop_map(Role::Other)]
}

fn message() -> impl Strategy<Value = Message> {
    (role(), vec(part(), 0..3), option::of(text())).prop_map(|(role, parts, name)| {
        let mut message = Message::new(role, parts);
        message.name = name;
        message
    })
}

fn output() -> impl Strategy<Value = OutputMessage> {
    (message(), option::of(text())).prop_map(|(message, finish_reason)| {
        let mut output = OutputMessage::new(message.parts);
        (output.role, output.name) = (message.role, message.name);
        output.finish_reason = finish_reason;
        output
    })
}

fn tool() -> impl Strategy<Value = ToolDefinition> {
    (text(), text(), option::of(text()), option::of(value())).prop_map(
        |(kind, name, description, parameters)| {
            let mut tool = ToolDefinition::new(kind, name);
            (tool.description, tool.parameters) = (description, parameters);
            tool
        },
    )
}

fn document() -> impl Strategy<Value = RetrievalDocument> {
    (option::of(text()), option::of(any::<f64>()), option::of(text()), fields()).prop_map(
        |(id, score, content, fields)| {
            let mut document = RetrievalDocument::default();
            (document.id, document.score, document.content) = (id, score, content);
            document.fields = fields;
            document
        },
    )
}

fn record() -> impl Strategy<Value = MemoryRecord> {
    (option::of(text()), option::of(any::<f64>()), value(), fields()).prop_map(
        |(id, score, content, metadata)| {
            let mut record = MemoryRecord::new(content);
            (record.id, record.score, record.metadata) = (id, score, metadata);
            record
        },
    )
}

fn content() -> impl Strategy<Value = Content> {
    prop_oneof![
        1 => vec(part(), 0..3).prop_map(Content::SystemInstructions),
        3 => vec(message(), 0..3).prop_map(Content::InputMessages),
        3 => vec(output(), 0..3).prop_map(Content::OutputMessages),
        1 => vec(tool(), 0..3).prop_map(Content::ToolDefinitions),
        2 => value().prop_map(Content::ToolCallArguments),
        2 => value().prop_map(Content::ToolCallResult),
        1 => text().prop_map(Content::RetrievalQuery),
        1 => vec(document(), 0..3).prop_map(Content::RetrievalDocuments),
        1 => text().prop_map(Content::MemoryQuery),
        1 => vec(record(), 0..3).prop_map(Content::MemoryRecords),
        // Any JSON at all, as if it were a request.
        1 => value().prop_map(|value| Content::InputMessages(value.capture_messages())),
        1 => value().prop_map(|value| Content::OutputMessages(value.output_messages())),
        1 => value().prop_map(|value| Content::SystemInstructions(value.capture_instructions())),
        1 => value().prop_map(|value| Content::ToolDefinitions(value.capture_tools())),
        1 => value().prop_map(|value| Content::RetrievalDocuments(value.capture_documents())),
        1 => value().prop_map(|value| Content::MemoryRecords(value.capture_records())),
    ]
}

fn limits() -> impl Strategy<Value = Limits> {
    let sizes = || prop_oneof![Just(0), 0..8_000_usize, Just(1 << 20)];
    (sizes(), sizes(), sizes()).prop_map(|(part, message, total)| {
        let limits = Limits::default().with_part_bytes(part).with_message_bytes(message);
        limits.with_total_bytes(total)
    })
}

#[test]
fn any_content_is_valid_and_within_its_limits() {
    let schemas = Schemas::load();
    let config = Config { cases: 10_000, failure_persistence: None, ..Config::default() };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let run = runner.run(&(content(), limits()), |(content, limits)| {
        assert_recorded(schemas.as_ref(), content, &limits);
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
}

fn nested(depth: usize, leaf: &str) -> Value {
    (0..depth).fold(leaf.into(), |value, level| match level % 2 {
        0 => Value::Array(vec![value]),
        _ => Value::Object(Map::from_iter([("key".to_owned(), value)])),
    })
}

#[test]
fn large_and_deep_content_is_valid_and_within_its_limits() {
    let schemas = Schemas::load();
    let recorded = |content| assert_recorded(schemas.as_ref(), content, &Limits::default());
    let long = "An answer of many words. ".repeat(200_000);
    recorded(Content::InputMessages(vec![Message::user(long.clone()); 2]));
    recorded(Content::ToolCallResult(Value::from(long.clone())));
    recorded(Content::ToolCallArguments(nested(60, &long)));
    recorded(Content::OutputMessages(vec![OutputMessage::text("\u{1}".repeat(5_000_000))]));
    recorded(Content::ToolCallResult(nested(50_000, "deep")));
    let call = Part::tool_call("c", "f", nested(50_000, "deep"));
    recorded(Content::OutputMessages(vec![OutputMessage::new([call])]));
    let wide: Map<String, Value> =
        (0..20_000).map(|number| (format!("key {number}"), number.into())).collect();
    recorded(Content::ToolCallResult(wide.into()));
    recorded(Content::InputMessages(vec![Message::user("a question"); 5_000]));
    let escapes = r#"{"text": "\ud83e\udd80 \u0000"}"#;
    let call = Part::tool_call("c", "f", escapes);
    let json = recorded(Content::OutputMessages(vec![OutputMessage::new([call])]));
    assert_eq!(json[0]["parts"][0]["arguments"]["text"], "🦀 \0");
    // Half a character is no text: the arguments stay as they were written.
    let call = Part::tool_call("c", "f", r#"{"text": "\ud83e"}"#);
    let json = recorded(Content::OutputMessages(vec![OutputMessage::new([call])]));
    assert_eq!(json[0]["parts"][0]["arguments"], r#"{"text": "\ud83e"}"#);
}

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
                    .with(agent_trace_runtime::content::Blob::untyped(Modality::Audio, *b"RIFF"))
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
