//! What content is after it was held within bounds.

use serde_json::{Map, json};

use super::super::{Message, OutputMessage, Role, ToolCall};
use super::*;

fn bounded(mut content: Content, limits: Limits) -> Value {
    content.bound(&limits);
    let json = content.to_json();
    let length = json.to_string().len();
    assert!(length <= limits.effective().total_bytes, "{length}");
    let once = content.clone();
    content.bound(&limits);
    assert_eq!(content, once, "bounding twice changes nothing");
    json
}

fn least() -> Limits {
    Limits { part_bytes: 0, message_bytes: 0, total_bytes: 0 }
}

#[test]
fn what_fits_stays_as_it_is() {
    let arguments = json!({"a": [1, 2.5, {"b": null}], "c": "\u{0}"});
    let message = Message::assistant(Part::tool_call("c", "f", arguments)).with("text");
    let content = Content::InputMessages(vec![message]);
    assert_eq!(bounded(content.clone(), least()), content.to_json());
}

#[test]
fn texts_that_grow_by_escapes_fit() {
    for text in ["\u{1}".repeat(5_000_000), "日本".repeat(1_000_000), "\"\\".repeat(20)] {
        let json = bounded(Content::InputMessages(vec![Message::user(text)]), Limits::default());
        assert!(json[0]["parts"][0].to_string().len() <= 16 * 1024);
    }
}

#[test]
fn small_parts_stay_beside_large_ones() {
    let arguments = json!({"note": "x".repeat(1_000_000), "id": 1042, "list": vec![7; 100_000]});
    let json = bounded(Content::ToolCallArguments(arguments.clone()), Limits::default());
    assert_eq!(json["id"], 1042);
    assert!(json["note"].as_str().unwrap().ends_with(" bytes cut]"));
    let list = json["list"].as_array().unwrap();
    assert!(list.last().unwrap().as_str().unwrap().ends_with(" elements cut]"), "{list:?}");

    let message = Message::assistant(Part::tool_call("c", "f", arguments)).with("short");
    let json = bounded(Content::InputMessages(vec![message]), least());
    assert_eq!(json[0]["parts"][0]["arguments"]["id"], 1042);
    assert_eq!(json[0]["parts"][1]["content"], "short");
}

#[test]
fn the_oldest_messages_give_way() {
    let messages = (0..1000).map(|number| Message::user(format!("{number} {}", "x".repeat(900))));
    let json = bounded(Content::InputMessages(messages.collect()), Limits::default());
    let messages = json.as_array().unwrap();
    let left_out = messages[0]["parts"][0]["messages"].as_u64().unwrap();
    assert_eq!(messages[0]["role"], "truncated");
    assert_eq!(left_out as usize + messages.len() - 1, 1000);
    let last = messages.last().unwrap()["parts"][0]["content"].as_str().unwrap();
    assert!(last.starts_with("999 "));
}

#[test]
fn output_messages_keep_their_positions() {
    let choices = |count: usize| {
        let choices = (0..count).map(|choice| {
            OutputMessage::text("x".repeat(300_000)).finished(format!("reason {choice}"))
        });
        Content::OutputMessages(choices.collect())
    };
    let json = bounded(choices(128), Limits::default());
    let messages = json.as_array().unwrap();
    assert!(messages.len() > 100);
    for (choice, message) in messages.iter().enumerate() {
        assert_eq!(message["finish_reason"], format!("reason {choice}"));
    }
    let last = messages.last().unwrap()["parts"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last, json!({"type": "truncated", "messages": 128 - messages.len()}));
    assert_eq!(bounded(choices(3), Limits::default()).as_array().unwrap().len(), 3);
}

#[test]
fn hostile_shapes_fit() {
    let mut deep = json!("x".repeat(100_000));
    for level in 0..100_000 {
        deep = match level % 2 {
            0 => Value::Array(vec![deep]),
            _ => Value::Object(Map::from_iter([("k".to_owned(), deep)])),
        };
    }
    let mut wide = Map::new();
    for number in 0..5_000 {
        wide.insert(format!("{number}\u{7}{}", "k".repeat(number % 700)), json!([number]));
    }
    let long_names = ToolCall::new("n\u{2}".repeat(10_000), json!({"k": "v".repeat(9_999)}));
    let mut output = OutputMessage::new([long_names.with_id("i".repeat(99_999)).into()])
        .finished("\u{3}".repeat(9_999));
    output.role = Role::Other("r".repeat(9_999));
    output.name = Some("n".repeat(9_999));
    for limits in [Limits::default(), least()] {
        let nested = bounded(Content::ToolCallResult(std::mem::take(&mut deep)), limits);
        assert!(nested.is_object());
        for value in [Value::Object(wide.clone()), json!(vec![json!([]); 50_000])] {
            bounded(Content::ToolCallResult(value.clone()), limits);
            let part = Part::other("other", value);
            bounded(Content::SystemInstructions(vec![part.clone(); 2]), limits);
            bounded(Content::OutputMessages(vec![OutputMessage::new([part])]), limits);
        }
        bounded(Content::OutputMessages(vec![output.clone(); 9]), limits);
        bounded(Content::InputMessages(vec![Message::new(Role::User, []); 20_000]), limits);
        bounded(Content::ToolDefinitions(vec![ToolDefinition::function("f"); 20_000]), limits);
        bounded(Content::MemoryRecords(vec![MemoryRecord::new("r".repeat(999)); 9_999]), limits);
        let document = RetrievalDocument::new("d").with_content("c".repeat(99_999));
        let document = document.with_field("type", "x".repeat(99_999)).with_field("id", 1);
        bounded(Content::RetrievalDocuments(vec![document; 99]), limits);
        bounded(Content::MemoryQuery("q".repeat(99_999)), limits);
    }
}

#[test]
fn bytes_become_a_digest() {
    let content = Content::InputMessages(vec![Message::user(Part::blob("image/png", *b"abc"))]);
    let part = &bounded(content, Limits::default())[0]["parts"][0];
    assert_eq!(
        *part,
        json!({
            "type": "blob_digest", "modality": "image", "mime_type": "image/png", "bytes": 3,
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        })
    );
}
