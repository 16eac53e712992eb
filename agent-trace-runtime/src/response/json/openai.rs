//! OpenAI's formats and those of services compatible with it: chat completions, embeddings, the
//! responses API, their streams.
//!
//! Cached tokens are part of the input. Reasoning is part of the output, but for xAI, which counts it
//! beside: there the stated total says so.

use super::account::{Account, first};
use super::anthropic;
use super::body::{Body, Details, StatedUsage, Statement};
use crate::response::Usage;
use crate::response::usage::Counts;

/// Whether this is the responses API, or an event of it that carries a response.
pub(super) fn is_response(body: &Body<'_>) -> bool {
    body.object.is("response") || (body.kind.starts_with("response.") && body.response.is_some())
}

pub(super) fn response<'a>(body: Body<'a>) -> Account<'a> {
    let is_event = !body.object.is("response");
    let response = if is_event { body.response } else { Some(body.own) };
    let Statement { id, model, service_tier, status, incomplete_details, usage, .. } =
        response.unwrap_or_default();
    let account = Account {
        usage: usage.and_then(|usage| self::usage(&usage)),
        model,
        id,
        service_tier,
        // A stream is to end with a status; a response that is fetched may have none yet.
        choice_count: usize::from(is_event),
        ..Account::default()
    };
    // A response has no finish reason beside its status, which says why only if it is incomplete.
    match status.0.as_deref() {
        Some("incomplete") => account.finished(first([incomplete_details.reason, status])),
        Some("completed" | "failed" | "cancelled") => account.finished(status),
        _ => account,
    }
}

/// Whether this is a chat completion, a chunk of one, or anything else with such a usage.
pub(super) fn is_completion(body: &Body<'_>) -> bool {
    // What a model wrote as JSON may have choices too.
    (body.choices.is_some() && body.own.model.0.is_some())
        || body.object.starts_with("chat.completion")
        || body.own.usage.as_deref().and_then(usage).is_some()
}

pub(super) fn completion<'a>(body: Body<'a>) -> Account<'a> {
    let choices = body.choices.unwrap_or_default();
    let by_groq = body.x_groq.unwrap_or_default();
    let stated = [body.own.usage, choices.usage, by_groq.usage];
    Account {
        usage: stated.into_iter().flatten().find_map(|stated| usage(&stated)),
        model: body.own.model,
        id: body.own.id,
        finished: choices.finished,
        choice_count: choices.count,
        service_tier: body.own.service_tier,
        system_fingerprint: body.own.system_fingerprint,
        ..Account::default()
    }
}

pub(super) fn usage(stated: &StatedUsage) -> Option<Usage> {
    if anthropic::is_usage(stated) {
        return anthropic::usage(stated);
    }
    let input = stated.prompt_tokens.0.or(stated.input_tokens.0);
    let output = stated.completion_tokens.0.or(stated.output_tokens.0);
    let cached = [
        stated.input_details.cached_tokens,
        stated.prompt_cache_hit_tokens,
        stated.cached_tokens,
        stated.cache_read_input_tokens,
    ];
    let written = [stated.input_details.cache_write_tokens, stated.cache_creation_input_tokens];
    let by_cache = &stated.input_details.cached_details;
    let counts = Counts {
        input,
        output,
        cache_read: cached.into_iter().find_map(|count| count.0),
        cache_write: written.into_iter().find_map(|count| count.0),
        reasoning: stated.output_details.reasoning_tokens.0,
        input_of: by_modality(&stated.input_details),
        output_of: by_modality(&stated.output_details),
        cache_read_of: [by_cache.text_tokens.0, by_cache.image_tokens.0, by_cache.audio_tokens.0],
    };
    let is_stated = input.is_some() || output.is_some();
    is_stated.then(|| Usage::with_total(counts, stated.total_tokens.0))
}

fn by_modality(details: &Details) -> [Option<u64>; 3] {
    [details.text_tokens.0, details.image_tokens.0, details.audio_tokens.0]
}
