//! Content of all kinds, with hostile texts.

use agent_trace_runtime::content::{
    CaptureDocuments, CaptureInstructions, CaptureMessages, CaptureRecords, CaptureTools, Content,
    Limits, MemoryRecord, Message, Modality, OutputMessage, Part, RetrievalDocument, Role,
    ToolCall, ToolDefinition,
};
use agent_trace_runtime::response::InferenceResponse;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value};

use super::{Schemas, assert_recorded};

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
