//! Lists of parts, of messages, and of what else has a schema of its own.

use serde_json::Value;

use super::cut::cut_text;
use super::value::{length_up_to, share_out, shrink, shrink_object, trim_texts};
use super::{Limits, MARKER, MIN_MESSAGE, MIN_PART, truncated};
use crate::content::json;
use crate::content::pieces::{Body, Piecewise};
use crate::content::{Message, OutputMessage, Part, Role};

/// Holds each item, and the list, within so many bytes. What is missing, an item says.
pub(super) fn bound_each<T: Piecewise>(
    items: &mut Vec<T>,
    item_bytes: usize,
    list_bytes: usize,
    say: impl FnOnce(usize) -> T,
) {
    items.iter_mut().for_each(|item| bound_item(item, item_bytes));
    let sizes = items.iter().map(|item| 1 + json::length(&item.to_json()));
    let shares = share_out(sizes, items.len(), MIN_PART, list_bytes);
    let left_out = items.len() - shares.kept;
    items.truncate(shares.kept);
    items.iter_mut().for_each(|item| bound_item(item, shares.largest - 1));
    if left_out > 0 {
        items.push(say(left_out));
    }
}

fn bound_item(item: &mut impl Piecewise, max_bytes: usize) {
    for body in item.pieces().bodies {
        match body {
            Body::Text(text) => cut_text(text, max_bytes),
            Body::Value(value) => trim_texts(value, max_bytes),
            Body::Fields(fields) => {
                fields.values_mut().for_each(|value| trim_texts(value, max_bytes));
            }
        }
    }
    let length = json::length(&item.to_json());
    if length <= max_bytes {
        return;
    }
    let bodies = item.pieces().bodies;
    let sizes: Vec<usize> = bodies.iter().map(Body::length).collect();
    let frame = length.saturating_sub(sizes.iter().sum());
    // Two bytes more, which are those of a list's brackets.
    let room = max_bytes.saturating_sub(frame) + 2;
    let shares = share_out(sizes.iter().copied(), sizes.len(), 0, room);
    for (body, size) in bodies.into_iter().zip(sizes) {
        if size > shares.largest {
            body.shrink(shares.largest);
        }
    }
}

impl Body<'_> {
    fn length(&self) -> usize {
        match self {
            Self::Text(text) => 2 + text.bytes().map(json::escaped_length).sum::<usize>(),
            Self::Value(value) => json::length(value),
            Self::Fields(fields) => {
                let entries = fields.iter().map(|(key, value)| {
                    let key = key.bytes().map(json::escaped_length).sum::<usize>();
                    key + 4 + length_up_to(value, usize::MAX)
                });
                entries.sum::<usize>() + 1
            }
        }
    }

    fn shrink(self, max_bytes: usize) {
        match self {
            Self::Text(text) => cut_text(text, max_bytes.saturating_sub(2)),
            Self::Value(value) => shrink(value, max_bytes, cut_text),
            Self::Fields(fields) => shrink_object(fields, max_bytes, cut_text),
        }
    }
}

/// A message of either direction.
pub(super) trait Bounded: Sized {
    fn parts(&mut self) -> &mut Vec<Part>;
    fn to_json(&self) -> Value;

    /// Leaves messages out until what stays, of these sizes, fits.
    fn leave_out(messages: &mut Vec<Self>, sizes: &[usize], limits: Limits);
}

impl Bounded for Message {
    fn parts(&mut self) -> &mut Vec<Part> {
        &mut self.parts
    }

    fn to_json(&self) -> Value {
        self.to_json()
    }

    /// The oldest, since the newest are what the model answers.
    fn leave_out(messages: &mut Vec<Self>, sizes: &[usize], limits: Limits) {
        let mut left = limits.total_bytes.saturating_sub(2 + MARKER);
        let fits = |size: &&usize| match left.checked_sub(**size) {
            Some(rest) => {
                left = rest;
                true
            }
            None => false,
        };
        let kept = sizes.iter().rev().take_while(fits).count();
        let left_out = messages.len() - kept;
        let role = Role::Other("truncated".to_owned());
        let marker = Self::new(role, [truncated("messages", left_out)]);
        messages.splice(..left_out, [marker]);
    }
}

impl Bounded for OutputMessage {
    fn parts(&mut self) -> &mut Vec<Part> {
        &mut self.parts
    }

    fn to_json(&self) -> Value {
        self.to_json()
    }

    /// First parts of the largest, then the last, so that the others keep their positions.
    fn leave_out(messages: &mut Vec<Self>, sizes: &[usize], limits: Limits) {
        let sizes = sizes.iter().copied();
        let shares = share_out(sizes, messages.len(), MIN_MESSAGE, limits.total_bytes);
        let left_out = messages.len() - shares.kept;
        messages.truncate(shares.kept);
        for message in &mut *messages {
            bound_message(message, shares.largest - 1, limits.part_bytes);
        }
        if let (Some(last), true) = (messages.last_mut(), left_out > 0) {
            bound_message(last, limits.message_bytes - MARKER, limits.part_bytes);
            last.parts.push(truncated("messages", left_out));
        }
    }
}

pub(super) fn bound_messages<M: Bounded>(messages: &mut Vec<M>, limits: Limits) {
    for message in &mut *messages {
        bound_message(message, limits.message_bytes, limits.part_bytes);
    }
    let sizes: Vec<usize> =
        messages.iter().map(|message| 1 + json::length(&message.to_json())).collect();
    // The brackets are one byte more than the comma that the last message does not need.
    if 1 + sizes.iter().sum::<usize>() > limits.total_bytes {
        M::leave_out(messages, &sizes, limits);
    }
}

fn bound_message(message: &mut impl Bounded, max_bytes: usize, part_bytes: usize) {
    let mut parts = std::mem::take(message.parts());
    // With the brackets of the list.
    let frame = json::length(&message.to_json()) - 2;
    let list_bytes = max_bytes.saturating_sub(frame);
    let item_bytes = part_bytes.min(list_bytes.saturating_sub(2));
    bound_each(&mut parts, item_bytes, list_bytes, |left_out| truncated("parts", left_out));
    *message.parts() = parts;
}
