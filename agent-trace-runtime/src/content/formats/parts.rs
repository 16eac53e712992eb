//! One block of a message's content, as OpenAI, Anthropic, Gemini and Bedrock write it.

use serde_json::{Map, Value};

use super::{first_text, joined, list, object, text};
use crate::content::json::{bounded_copy, copied_fields};
use crate::content::{Blob, Modality, Part, ToolCall};

/// The parts of a content that is a text or a list of blocks.
pub(crate) fn parts(content: &Value) -> Vec<Part> {
    match content {
        Value::Null => Vec::new(),
        Value::String(text) if text.is_empty() => Vec::new(),
        Value::Array(blocks) => blocks.iter().filter_map(part).collect(),
        one => part(one).into_iter().collect(),
    }
}

/// A block; `None` where it says nothing.
pub(crate) fn part(block: &Value) -> Option<Part> {
    let block = match block {
        Value::String(text) => return Some(Part::text(text.as_str())),
        Value::Object(block) => block,
        _ => return None,
    };
    match text(block, "type") {
        Some(kind) => typed(kind, block),
        None => Some(untyped(block).unwrap_or_else(|| other("other", block))),
    }
}

/// A block that says what it is: OpenAI, Anthropic, Cohere and Mistral.
fn typed(kind: &str, block: &Map<String, Value>) -> Option<Part> {
    let id = || first_text(block, &["call_id", "tool_use_id", "id"]).map(str::to_owned);
    let recognised = match kind {
        "text" | "input_text" | "output_text" => {
            return Some(Part::text(text(block, "text")?));
        }
        "refusal" => return refusal(block),
        "thinking" | "reasoning" => {
            let thought = match block.get("thinking") {
                Some(Value::Array(blocks)) => joined(blocks, "text"),
                _ => first_text(block, &["thinking", "text"]).unwrap_or_default().into(),
            };
            let lists = ["summary", "content"].map(|key| joined(list(block, key), "text"));
            let thought = [thought].into_iter().chain(lists).find(|thought| !thought.is_empty());
            return thought.map(Part::reasoning);
        }
        "tool_use" | "function_call" | "custom_tool_call" => {
            let arguments = ["input", "arguments"].iter().find_map(|key| block.get(*key));
            Some(call(id(), text(block, "name")?, arguments))
        }
        "server_tool_use" => text(block, "name").map(|name| Part::ServerToolCall {
            id: id(),
            name: name.to_owned(),
            kind: name.to_owned(),
            fields: copied_fields(block, &["type", "id", "name"]),
        }),
        "tool_result" | "function_call_output" | "custom_tool_call_output" => {
            let response = ["content", "output"].iter().find_map(|key| block.get(*key));
            Some(Part::ToolResponse { id: id(), response: response.map_or(Value::Null, answer) })
        }
        "image_url" | "input_image" | "image" | "document" | "file" | "input_file"
        | "input_audio" => file(kind, block),
        "compaction" => Some(Part::Compaction {
            id: text(block, "id").map(str::to_owned),
            content: first_text(block, &["content", "text"]).map(str::to_owned),
        }),
        kind if kind.ends_with("_tool_result") => Some(Part::ServerToolResponse {
            id: id(),
            kind: kind.trim_end_matches("_tool_result").to_owned(),
            fields: copied_fields(block, &["type", "tool_use_id"]),
        }),
        _ => None,
    };
    Some(recognised.unwrap_or_else(|| other(kind, block)))
}

/// A block whose only key says what it is: Gemini and Bedrock.
fn untyped(block: &Map<String, Value>) -> Option<Part> {
    if let Some(said) = text(block, "text") {
        let is_thought = block.get("thought").and_then(Value::as_bool) == Some(true);
        return Some(if is_thought { Part::reasoning(said) } else { Part::text(said) });
    }
    if let Some(call_of) = object(block, "functionCall").or_else(|| object(block, "toolUse")) {
        let id = first_text(call_of, &["id", "toolUseId"]).map(str::to_owned);
        let arguments = ["args", "input"].iter().find_map(|key| call_of.get(*key));
        return Some(call(id, text(call_of, "name")?, arguments));
    }
    if let Some(result) = object(block, "functionResponse").or_else(|| object(block, "toolResult"))
    {
        let id = first_text(result, &["id", "toolUseId", "name"]).map(str::to_owned);
        let response = ["response", "content"].iter().find_map(|key| result.get(*key));
        return Some(Part::ToolResponse { id, response: response.map_or(Value::Null, answer) });
    }
    if let Some(reasoning) = object(block, "reasoningContent") {
        let thought = object(reasoning, "reasoningText").unwrap_or(reasoning);
        return Some(Part::reasoning(text(thought, "text")?));
    }
    if let Some(data) = object(block, "inlineData").or_else(|| object(block, "inline_data")) {
        let media_type = first_text(data, &["mimeType", "mime_type"])?;
        return Some(Blob::of_base64(media_type, text(data, "data")?)?.into());
    }
    if let Some(data) = object(block, "fileData").or_else(|| object(block, "file_data")) {
        let mime_type = first_text(data, &["mimeType", "mime_type"]).map(str::to_owned);
        return Some(Part::Uri {
            modality: Modality::of_media_type(mime_type.as_deref().unwrap_or_default()),
            mime_type,
            uri: first_text(data, &["fileUri", "file_uri"])?.to_owned(),
        });
    }
    for kind in ["image", "document", "audio", "video"] {
        if let Some(file) = object(block, kind) {
            let format = text(file, "format").unwrap_or_default();
            let media_type = match kind {
                "document" => format!("application/{format}"),
                kind => format!("{kind}/{format}"),
            };
            let data = text(object(file, "source")?, "bytes")?;
            return Some(Blob::of_base64(&media_type, data)?.into());
        }
    }
    None
}

/// A file in any of the ways in which it can be given.
fn file(kind: &str, block: &Map<String, Value>) -> Option<Part> {
    let inner = ["source", kind].iter().find_map(|key| object(block, key)).unwrap_or(block);
    let named = first_text(inner, &["media_type", "mime_type"]);
    let modality = match (named, kind) {
        (Some(media_type), _) => Modality::of_media_type(media_type),
        (None, "image_url" | "input_image" | "image") => Modality::Image,
        (None, "input_audio") => Modality::Audio,
        (None, _) => Modality::Document,
    };
    if let Some(data) = first_text(inner, &["data", "file_data"]) {
        if text(inner, "type") == Some("text") {
            return Some(Part::text(data));
        }
        let format = text(inner, "format").map(|format| format!("audio/{format}"));
        let blob = Blob::of_data_uri(data);
        let blob = blob.or_else(|| Blob::of_base64(named.or(format.as_deref())?, data));
        return blob.map(Part::from);
    }
    if let Some(id) = text(inner, "file_id") {
        let mime_type = named.map(str::to_owned);
        return Some(Part::File { modality, mime_type, file_id: id.to_owned() });
    }
    let url = first_text(inner, &["url", "image_url", "file_url"])?;
    Some(Part::uri(modality, url))
}

fn call(id: Option<String>, name: &str, arguments: Option<&Value>) -> Part {
    let call = ToolCall::new(name, arguments.map_or(Value::Null, bounded_copy));
    ToolCall { id, ..call }.into()
}

/// A call of a tool as it stands in the `tool_calls` of a message.
pub(crate) fn call_of_openai(value: &Value) -> Option<Part> {
    let block = value.as_object()?;
    let id = text(block, "id").map(str::to_owned);
    let function = ["function", "custom"].iter().find_map(|key| object(block, key));
    let function = function.unwrap_or(block);
    let arguments = ["arguments", "input", "parameters"].iter().find_map(|key| function.get(*key));
    Some(call(id, text(function, "name")?, arguments))
}

/// What a tool answered: the text, where it is nothing else.
fn answer(response: &Value) -> Value {
    let is_text = |block: &Value| block.get("text").is_some_and(Value::is_string);
    match response {
        Value::Array(blocks) if !blocks.is_empty() && blocks.iter().all(is_text) => {
            joined(blocks, "text").into()
        }
        other => bounded_copy(other),
    }
}

/// The refusal in a block or a message.
pub(crate) fn refusal(block: &Map<String, Value>) -> Option<Part> {
    let fields = Map::from_iter([("content".to_owned(), text(block, "refusal")?.into())]);
    Some(Part::Other { kind: "refusal".to_owned(), fields })
}

fn other(kind: &str, block: &Map<String, Value>) -> Part {
    Part::Other { kind: kind.to_owned(), fields: copied_fields(block, &["type"]) }
}
