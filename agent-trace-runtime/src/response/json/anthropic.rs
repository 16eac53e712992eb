//! Anthropic's messages and their streams.
//!
//! Input tokens are those beside the cached ones. A stream tells of the input in its first event, and
//! of the output, as a running total, in those of the kind `message_delta`.

use super::account::{Account, first};
use super::body::{Body, StatedUsage};
use crate::response::Usage;
use crate::response::usage::Counts;

pub(super) fn is_message(body: &Body<'_>) -> bool {
    let is_event = ["message_start", "message_delta", "message_stop"];
    is_event.iter().any(|kind| body.kind.is(kind))
        // Others call their messages so too, but tell no usage in them.
        || (body.kind.is("message") && body.own.usage.is_some())
}

pub(super) fn message<'a>(body: Body<'a>) -> Account<'a> {
    let (message, delta) = match body.message {
        Some(message) if body.kind.is("message_start") => (message, None),
        _ => (body.own, body.delta),
    };
    let stop_reason = first([message.stop_reason, delta.unwrap_or_default().stop_reason]);
    let account = Account {
        usage: message.usage.and_then(|stated| usage(&stated)),
        model: message.model,
        id: message.id,
        // Every event but the last belongs to a message that has not stopped yet.
        choice_count: 1,
        ..Account::default()
    };
    account.finished(stop_reason)
}

/// Whether cached tokens are told in Anthropic's way by another service.
pub(super) fn is_usage(stated: &StatedUsage) -> bool {
    let cached = [stated.cache_read_input_tokens, stated.cache_creation_input_tokens];
    stated.prompt_tokens.0.is_none() && cached.iter().any(|count| count.0.is_some())
}

pub(super) fn usage(stated: &StatedUsage) -> Option<Usage> {
    let counts = Counts {
        output: stated.output_tokens.0,
        cache_read: stated.cache_read_input_tokens.0,
        cache_write: stated.cache_creation_input_tokens.0,
        reasoning: stated.output_details.reasoning_tokens.0,
        ..Counts::default()
    };
    let usage = Usage { stated: counts, uncached_input: stated.input_tokens.0 };
    (usage != Usage::default()).then_some(usage)
}
