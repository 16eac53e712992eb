//! Cohere's chat, of both versions, with its streams, and its embeddings.
//!
//! Tokens are counted twice, as billed and as processed; where both are told, the billed ones count.

use super::account::{Account, first};
use super::body::{Body, StatedUsage, Statement, Tokens};
use crate::response::Usage;
use crate::response::usage::Counts;

const STARTS: [&str; 2] = ["message-start", "stream-start"];
const ENDS: [&str; 2] = ["message-end", "stream-end"];

pub(super) fn is_chat(body: &Body<'_>) -> bool {
    let is_stated = |usage: &StatedUsage| usage.billed_units.is_some() || usage.tokens.is_some();
    let own = [&body.own.usage, &body.own.meta];
    STARTS.iter().chain(&ENDS).any(|kind| body.kind.is(kind))
        || own.into_iter().flatten().any(|usage| is_stated(usage))
}

pub(super) fn chat<'a>(body: Body<'a>) -> Account<'a> {
    let is_start = STARTS.iter().any(|kind| body.kind.is(kind));
    // The end of a stream has it all one level below.
    let [own, delta, response] =
        [Some(body.own), body.delta, body.response].map(Option::unwrap_or_default);
    let stated = |statement: &Statement<'_>| {
        let stated = [&statement.usage, &statement.meta];
        stated.into_iter().flatten().find_map(|stated| usage(stated))
    };
    let usage = [&own, &delta, &response].into_iter().find_map(stated);
    let account = Account {
        usage,
        id: first([
            own.id,
            own.cohere_response_id,
            own.generation_id,
            response.cohere_response_id,
            response.generation_id,
        ]),
        choice_count: usize::from(is_start),
        ..Account::default()
    };
    account.finished(first([own.finish_reason, delta.finish_reason, response.finish_reason]))
}

fn usage(stated: &StatedUsage) -> Option<Usage> {
    let by_preference = [&stated.billed_units, &stated.tokens];
    let count = |of: fn(&Tokens) -> Option<u64>| by_preference.into_iter().flatten().find_map(of);
    let counts = Counts {
        input: count(|tokens| tokens.input_tokens.0),
        output: count(|tokens| tokens.output_tokens.0),
        cache_read: stated.cached_tokens.0,
        ..Counts::default()
    };
    Usage::of(counts)
}
