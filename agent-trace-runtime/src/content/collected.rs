//! Whole messages from what the items of a stream say.

use serde_json::{Map, Value};

use super::bound::{cut_at_word, drop_last_word};
use super::json;
use super::message::OutputMessage;
use super::part::{Part, ToolCall};

/// The most choices that are told apart, as of finish reasons.
const MAX_CHOICES: usize = 128;

/// The most bytes of messages that are kept. Bytes of blobs count a sixteenth.
const MAX_BYTES: usize = 1 << 20;

/// What a part takes beside its text.
const PART_BYTES: usize = 64;

/// The messages that the items of a stream have said so far.
///
/// An item gives one [`OutputMessage`] for each choice, at the position of the choice: empty ones keep
/// the place of choices that it says nothing of. Texts go on where the last one of their choice ended,
/// and so do the arguments of tool calls at their [position](ToolCall::position), as text, which is
/// read when all of it is there. What is beyond 1 MiB is not kept: texts then end between words, and
/// before a number in groups that may go on.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::{Collected, OutputMessage, Part, ToolCall};
///
/// let mut collected = Collected::default();
/// let call = ToolCall::delta(0, "{\"id\": ").with_id("call_1").with_name("lookup_order");
/// collected.observe(vec![OutputMessage::text("One mom"), OutputMessage::from(call)]);
/// collected.observe(vec![OutputMessage::text("ent."), ToolCall::delta(0, "1042}").into()]);
/// let messages = collected.into_messages();
/// assert_eq!(messages[0], OutputMessage::text("One moment."));
/// let call = Part::tool_call("call_1", "lookup_order", serde_json::json!({"id": 1042}));
/// assert_eq!(messages[1], OutputMessage::new([call]));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    messages: Vec<OutputMessage>,
    /// How much is kept.
    bytes: usize,
    /// How much came after that.
    left_out: usize,
}

impl Collected {
    /// Adds what the next item says, or a whole response.
    pub fn observe(&mut self, item: Vec<OutputMessage>) {
        let count = item.len().min(MAX_CHOICES);
        if self.messages.len() < count {
            self.messages.resize_with(count, OutputMessage::default);
        }
        for (choice, later) in item.into_iter().take(MAX_CHOICES).enumerate() {
            self.add(choice, later);
        }
    }

    /// Adds what later items have said.
    pub(crate) fn merge(&mut self, later: Self) {
        self.observe(later.messages);
        self.left_out = self.left_out.saturating_add(later.left_out);
    }

    /// The messages, with all arguments read that are whole.
    #[must_use]
    pub fn into_messages(mut self) -> Vec<OutputMessage> {
        for part in self.messages.iter_mut().flat_map(|message| &mut message.parts) {
            match part {
                Part::ToolCall(call) => {
                    call.position = None;
                    call.arguments = json::parsed_object(call.arguments.take());
                }
                Part::ServerToolCall { fields, .. } => {
                    if let Some(input) = fields.get_mut("input") {
                        *input = json::parsed_object(input.take());
                    }
                }
                _ => {}
            }
        }
        if let (Some(last), true) = (self.messages.last_mut(), self.left_out > 0) {
            let fields = Map::from_iter([("bytes".to_owned(), self.left_out.into())]);
            last.parts.push(Part::Other { kind: "truncated".to_owned(), fields });
        }
        self.messages
    }

    fn add(&mut self, choice: usize, later: OutputMessage) {
        let message = &mut self.messages[choice];
        if later.parts.is_empty() && later.finish_reason.is_none() && later.name.is_none() {
            return;
        }
        // The parts of a whole message stay apart.
        let is_first = message.parts.is_empty();
        message.role = later.role;
        message.name = later.name.or(message.name.take());
        message.finish_reason = later.finish_reason.or(message.finish_reason.take());
        for part in later.parts {
            let weight = weight(&part);
            if self.bytes >= MAX_BYTES {
                self.left_out = self.left_out.saturating_add(weight);
                continue;
            }
            self.bytes += weight;
            let parts = &mut self.messages[choice].parts;
            let apart = if is_first { Some(part) } else { joined(parts, part) };
            if let Some(part) = apart {
                self.bytes += PART_BYTES;
                parts.push(part);
            }
            if self.bytes >= MAX_BYTES {
                let excess = self.bytes - MAX_BYTES;
                self.end(choice, excess);
            }
        }
    }

    /// Ends every text where a word ends: the rest of the word may be what is left out, and a redactor
    /// that sees half of a key does not know it.
    fn end(&mut self, choice: usize, excess: usize) {
        for (position, message) in self.messages.iter_mut().enumerate() {
            for_each_open(message, |text, is_last| {
                let excess = if position == choice && is_last { excess.max(1) } else { 1 };
                shorten(text, excess);
            });
        }
    }

    /// Does the same where the stream has ended too early: what is finished or whole stays.
    pub(crate) fn end_early(&mut self) {
        let open = self.messages.iter_mut().filter(|message| message.finish_reason.is_none());
        for message in open {
            for_each_open(message, |text, _| {
                let whole = text.starts_with('{').then(|| serde_json::from_str::<Value>(text));
                if whole.is_none_or(|value| value.is_err()) {
                    drop_last_word(text);
                }
            });
        }
    }
}

/// Hands out each text that may go on, with whether it is the last part.
fn for_each_open(message: &mut OutputMessage, mut each: impl FnMut(&mut String, bool)) {
    let count = message.parts.len();
    for (number, part) in message.parts.iter_mut().enumerate() {
        let is_last = number + 1 == count;
        match part {
            Part::Text(text) | Part::Reasoning(text) if is_last => each(text, is_last),
            Part::ToolCall(ToolCall { arguments: Value::String(text), .. }) => each(text, is_last),
            Part::ServerToolCall { fields, .. } => {
                if let Some(Value::String(text)) = fields.get_mut("input") {
                    each(text, is_last);
                }
            }
            Part::Other { kind, fields } if is_last && *kind == "refusal" => {
                if let Some(Value::String(text)) = fields.get_mut("content") {
                    each(text, is_last);
                }
            }
            _ => {}
        }
    }
}

fn shorten(text: &mut String, excess: usize) {
    let max_bytes = text.len().saturating_sub(excess);
    cut_at_word(text, max_bytes);
}

/// Appends a part to one that it continues; else gives it back.
fn joined(parts: &mut [Part], part: Part) -> Option<Part> {
    match part {
        Part::ToolCall(call) => joined_call(parts, call).map(Part::ToolCall),
        part => match (parts.last_mut(), part) {
            (Some(Part::Text(text)), Part::Text(later))
            | (Some(Part::Reasoning(text)), Part::Reasoning(later)) => {
                text.push_str(&later);
                None
            }
            (
                Some(Part::Other { kind, fields }),
                Part::Other { kind: later_kind, fields: later },
            ) if *kind == later_kind && *kind == "refusal" => {
                let later = later.get("content").and_then(Value::as_str).unwrap_or_default();
                match fields.get_mut("content") {
                    Some(Value::String(text)) => text.push_str(later),
                    _ => drop(fields.insert("content".to_owned(), later.into())),
                }
                None
            }
            (_, part) => Some(part),
        },
    }
}

fn joined_call(parts: &mut [Part], call: ToolCall) -> Option<ToolCall> {
    let is_piece = call.id.is_none() && call.name.is_empty();
    if let (true, Some(Part::ServerToolCall { fields, .. })) = (is_piece, parts.last_mut()) {
        let input = fields.entry("input").or_insert(Value::Null);
        append(input, call.arguments);
        return None;
    }
    let mut calls = parts.iter_mut().rev().filter_map(|part| match part {
        Part::ToolCall(known) => Some(known),
        _ => None,
    });
    let known = match call.position {
        Some(_) => calls.find(|known| known.position == call.position),
        None if is_piece => calls.next(),
        None => calls.find(|known| known.id.is_some() && known.id == call.id),
    };
    // Another call at the same position has another id.
    let is_other =
        |known: &ToolCall| call.id.is_some() && known.id.is_some() && call.id != known.id;
    let Some(known) = known.filter(|known| !is_other(known)) else {
        return Some(call);
    };
    let is_told_again = call.position.is_none() && call.id.is_some();
    known.id = known.id.take().or(call.id);
    if known.name.is_empty() {
        known.name = call.name;
    }
    match (&mut known.arguments, call.arguments) {
        // Some clients tell again what they told before.
        (Value::String(text), Value::String(later))
            if is_told_again && later.starts_with(text.as_str()) =>
        {
            *text = later;
        }
        (arguments, later) => append(arguments, later),
    }
    None
}

fn append(known: &mut Value, later: Value) {
    match (known, later) {
        (Value::String(text), Value::String(later)) => text.push_str(&later),
        (_, Value::Null) => {}
        // An object in the first item stands for arguments that are still to come.
        (known, later) => *known = later,
    }
}

fn weight(part: &Part) -> usize {
    match part {
        Part::Text(text) | Part::Reasoning(text) => text.len(),
        Part::ToolCall(ToolCall { id, name, arguments: Value::String(text), .. }) => {
            id.as_ref().map_or(0, String::len) + name.len() + text.len()
        }
        Part::Blob(blob) => blob.bytes.len() / 16,
        other => json::length(&other.to_json()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn collect(items: impl IntoIterator<Item = OutputMessage>) -> OutputMessage {
        let mut collected = Collected::default();
        items.into_iter().for_each(|item| collected.observe(vec![item]));
        collected.into_messages().pop().unwrap_or_default()
    }

    #[test]
    fn a_whole_message_keeps_its_parts_apart() {
        let message = OutputMessage::text("a").with("b").finished("stop");
        assert_eq!(collect([message.clone()]), message);
        assert_eq!(collect([message.clone(), OutputMessage::text("c")]).parts.len(), 2);
    }

    #[test]
    fn interleaved_calls_find_their_places() {
        let call =
            |position, arguments: &str| OutputMessage::from(ToolCall::delta(position, arguments));
        let named = |position, id: &str| {
            OutputMessage::from(ToolCall::delta(position, "").with_id(id).with_name("f"))
        };
        let message = collect([
            named(0, "a"),
            named(1, "b"),
            call(0, "{\"x\""),
            call(1, "{}"),
            call(0, ": 1}"),
            OutputMessage::default().finished("tool_calls"),
        ]);
        let calls =
            [Part::tool_call("a", "f", json!({"x": 1})), Part::tool_call("b", "f", json!({}))];
        assert_eq!(message, OutputMessage::new(calls).finished("tool_calls"));
    }

    #[test]
    fn calls_that_are_told_again_are_the_same() {
        let call = |arguments: &str| {
            let call = ToolCall { arguments: arguments.into(), ..ToolCall::default() };
            OutputMessage::from(call.with_id("a").with_name("f"))
        };
        let message = collect([call(""), call("{\"x\""), call("{\"x\": 1}")]);
        assert_eq!(message.parts, [Part::tool_call("a", "f", json!({"x": 1}))]);
    }

    #[test]
    fn arguments_that_are_cut_stay_a_text() {
        let call = ToolCall::delta(0, "{\"x\": ").with_id("a").with_name("f");
        let message = collect([call.into()]);
        assert_eq!(message.to_json()["parts"][0]["arguments"], "{\"x\": ");
    }

    #[test]
    fn endless_streams_are_not_kept() {
        let mut collected = Collected::default();
        for _ in 0..3_000 {
            collected.observe(vec![OutputMessage::text("some words ".repeat(40)), "sk-".into()]);
        }
        assert!(collected.bytes < MAX_BYTES + 2_000);
        let messages = collected.into_messages();
        let text = messages[0].to_json()["parts"][0]["content"].as_str().unwrap().to_owned();
        assert!(text.len() < MAX_BYTES && text.ends_with(" bytes cut]"));
        // Of the other choice, all is one word that might go on.
        assert!(matches!(&messages[1].parts[0], Part::Text(text) if text.starts_with('…')));
        assert!(matches!(&messages[1].parts[1], Part::Other { kind, .. } if kind == "truncated"));
    }

    #[test]
    fn streams_that_end_early_show_no_half_of_a_word() {
        let collect = |message: OutputMessage| {
            let mut collected = Collected::default();
            collected.observe(vec![message]);
            collected.end_early();
            collected.into_messages()[0].to_json()["parts"][0].clone()
        };
        let text = |text: &str| collect(OutputMessage::text(text))["content"].clone();
        assert_eq!(text("my key is sk-proj-abc"), "my key is…[12 bytes cut]");
        assert_eq!(text("my card is 4111 1111 "), "my card is…[11 bytes cut]");
        assert_eq!(text("Whole words "), "Whole words ");
        let finished = OutputMessage::text("All said.").finished("stop");
        assert_eq!(collect(finished)["content"], "All said.");
        let call = |arguments: &str| {
            collect(ToolCall::delta(0, arguments).with_id("a").with_name("f").into())["arguments"]
                .clone()
        };
        assert_eq!(call("{\"x\": \"sk-"), "{\"x\":…[5 bytes cut]");
        assert_eq!(call("{\"x\": 1}"), json!({"x": 1}));
    }

    #[test]
    fn hostile_choices_cost_no_memory() {
        let mut collected = Collected::default();
        collected.observe(vec!["x".into(); 10_000]);
        assert_eq!(collected.into_messages().len(), MAX_CHOICES);
    }
}
