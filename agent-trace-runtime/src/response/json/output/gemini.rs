//! Gemini's content, whole and streamed.

use serde_json::{Map, Value};

use super::{by_choice, finish_reason, message_of, position};
use crate::content::OutputMessage;
use crate::content::formats::{list, object};

pub(super) fn content(body: &Map<String, Value>) -> Vec<OutputMessage> {
    let candidates = list(body, "candidates").iter().enumerate();
    by_choice(candidates.filter_map(|(number, candidate)| {
        let candidate = candidate.as_object()?;
        let nothing = Map::new();
        let content = object(candidate, "content").unwrap_or(&nothing);
        let message = message_of(content, finish_reason(candidate));
        Some((position(candidate, "index").unwrap_or(number), message))
    }))
}
