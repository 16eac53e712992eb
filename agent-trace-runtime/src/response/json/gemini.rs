//! Gemini's content and its streams, whose counts are running totals.
//!
//! Cached content is part of the prompt. Thoughts are not part of the candidates, and what tools
//! added to the prompt is not part of it.

use super::account::Account;
use super::body::{Body, Choices, UsageMetadata};
use crate::response::Usage;
use crate::response::usage::{Counts, add};

pub(super) fn is_content(body: &Body<'_>) -> bool {
    // What a model wrote as JSON may have candidates too.
    let is_finished = |candidates: &Choices<'_>| !candidates.finished.is_empty();
    body.usage_metadata.is_some()
        || body.model_version.0.is_some()
        || body.candidates.as_ref().is_some_and(is_finished)
        || body.prompt_feedback.is_some()
}

pub(super) fn content<'a>(body: Body<'a>) -> Account<'a> {
    let candidates = body.candidates.unwrap_or_default();
    let account = Account {
        usage: body.usage_metadata.and_then(|stated| usage(&stated)),
        model: body.model_version,
        id: body.gemini_response_id,
        finished: candidates.finished,
        choice_count: candidates.count,
        ..Account::default()
    };
    // A prompt that is refused has no candidates.
    account.finished(body.prompt_feedback.unwrap_or_default().block_reason)
}

fn usage(stated: &UsageMetadata) -> Option<Usage> {
    let input_details = [stated.prompt_details.0, stated.tool_use_prompt_details.0];
    let counts = Counts {
        input: add(stated.prompt.0, stated.tool_use_prompt.0),
        output: add(stated.candidates.0, stated.thoughts.0),
        cache_read: stated.cached_content.0,
        reasoning: stated.thoughts.0,
        input_of: std::array::from_fn(|modality| {
            add(input_details[0][modality], input_details[1][modality])
        }),
        output_of: stated.candidates_details.0,
        cache_read_of: stated.cache_details.0,
        ..Counts::default()
    };
    Usage::of(counts)
}
