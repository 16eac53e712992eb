//! What a provider's request holds beside its messages.

use serde_json::Value;

use crate::content::Part;
use crate::content::formats::parts;
pub(super) use crate::content::formats::{messages, tools};

/// The keys of instructions in the requests of OpenAI, Anthropic and Gemini.
const KEYS: [&str; 4] = ["instructions", "system", "systemInstruction", "system_instruction"];

/// The instructions in a request, or those that this is.
pub(super) fn instructions(value: &Value) -> Vec<Part> {
    let Value::Object(request) = value else { return parts(value) };
    if let Some(inner) = KEYS.iter().find_map(|key| request.get(*key)) {
        return match inner {
            Value::Object(content) => {
                content.get("parts").map(parts).unwrap_or_else(|| parts(inner))
            }
            _ => parts(inner),
        };
    }
    match request.get("parts") {
        Some(list) => parts(list),
        None if request.contains_key("type") || request.contains_key("text") => parts(value),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn instructions_of_all_requests_are_read() {
        for request in [
            json!("Be brief."),
            json!({"instructions": "Be brief.", "input": "Hi"}),
            json!({"system": [{"type": "text", "text": "Be brief."}]}),
            json!({"system": [{"text": "Be brief."}]}),
            json!({"systemInstruction": {"parts": [{"text": "Be brief."}]}}),
        ] {
            assert_eq!(instructions(&request), [Part::text("Be brief.")], "{request}");
        }
        assert_eq!(instructions(&json!({"messages": []})), []);
    }
}
