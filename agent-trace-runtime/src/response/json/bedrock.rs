//! Bedrock's Converse and ConverseStream, with their events wrapped by name or bare.
//!
//! Input tokens are those beside the cached ones.

use super::account::{Account, first};
use super::body::{Body, InvocationMetrics, StatedUsage, Statement};
use crate::response::Usage;
use crate::response::usage::Counts;

pub(super) fn is_conversation(body: &Body<'_>) -> bool {
    let is_stated =
        |statement: &Statement<'_>| statement.usage.as_deref().and_then(usage).is_some();
    body.own.converse_stop_reason.0.is_some()
        || body.message_stop.is_some()
        || is_stated(&body.own)
        || body.metadata.as_ref().is_some_and(is_stated)
}

pub(super) fn conversation<'a>(body: Body<'a>) -> Account<'a> {
    let message_stop = body.message_stop.unwrap_or_default();
    let metadata = body.metadata.unwrap_or_default();
    let stated = body.own.usage.or(metadata.usage);
    let account = Account { usage: stated.and_then(|stated| usage(&stated)), ..Account::default() };
    account.finished(first([body.own.converse_stop_reason, message_stop.converse_stop_reason]))
}

fn usage(stated: &StatedUsage) -> Option<Usage> {
    let counts = Counts {
        output: stated.converse_output.0,
        cache_read: stated.converse_cache_read.0,
        cache_write: stated.converse_cache_write.0,
        ..Counts::default()
    };
    let uncached_input = stated.converse_input.0;
    let is_stated = uncached_input.is_some() || counts.output.is_some();
    is_stated.then_some(Usage { stated: counts, uncached_input })
}

/// What is told beside a model's own format, which may have no counts.
pub(super) fn metered(metrics: &InvocationMetrics) -> Option<Usage> {
    let counts = Counts {
        output: metrics.output.0,
        cache_read: metrics.cache_read.0,
        cache_write: metrics.cache_write.0,
        ..Counts::default()
    };
    let uncached_input = metrics.input.0;
    let is_stated = uncached_input.is_some() || counts.output.is_some();
    is_stated.then_some(Usage { stated: counts, uncached_input })
}
