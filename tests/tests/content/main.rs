//! Content by the schemas of the conventions, whatever it holds, and what bodies say.

mod any;
mod bodies;

use std::path::PathBuf;
use std::sync::LazyLock;
use std::{env, fs};

use agent_trace_runtime::content::{Content, Limits, Message, OutputMessage, Part, Patterns};
use jsonschema::Validator;
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
