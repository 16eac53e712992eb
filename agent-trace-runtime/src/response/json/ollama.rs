//! Ollama's chat, generation and embeddings. A stream tells its counts with `done`.

use super::account::Account;
use super::body::Body;
use crate::response::Usage;
use crate::response::usage::Counts;

pub(super) fn is_generation(body: &Body<'_>) -> bool {
    let is_generation = body.done.0.is_some() && body.own.model.0.is_some();
    is_generation || body.prompt_eval_count.0.is_some()
}

pub(super) fn generation<'a>(body: Body<'a>) -> Account<'a> {
    let counts =
        Counts { input: body.prompt_eval_count.0, output: body.eval_count.0, ..Counts::default() };
    let account = Account {
        usage: Usage::of(counts),
        model: body.own.model,
        // Embeddings are never done.
        choice_count: usize::from(body.done.0.is_some()),
        ..Account::default()
    };
    account.finished(body.done_reason)
}
