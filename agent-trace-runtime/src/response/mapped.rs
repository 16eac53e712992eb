//! What the mapping of a site reads from a result.

use super::derived::{CountedUsage, ResponseText, ResponseTexts, TokenCount, finish_reasons};
use super::{FinishReason, InferenceResponse, Response, Usage};

/// Gathers what `record(…)` of a model call maps: one method for each of its keys.
#[derive(Debug, Default)]
#[must_use]
pub struct MappedResponse {
    counts: CountedUsage,
    response: Response,
}

/// One part of a response.
#[derive(Default)]
struct Part<'a> {
    model: Option<&'a str>,
    id: Option<&'a str>,
    service_tier: Option<&'a str>,
    system_fingerprint: Option<&'a str>,
    finished: Vec<FinishReason<'a>>,
    choice_count: usize,
}

impl InferenceResponse for Part<'_> {
    fn response_model(&self) -> Option<&str> {
        self.model
    }

    fn response_id(&self) -> Option<&str> {
        self.id
    }

    fn finished_choices(&self) -> Vec<FinishReason<'_>> {
        self.finished.clone()
    }

    fn choice_count(&self) -> usize {
        self.choice_count
    }

    fn service_tier(&self) -> Option<&str> {
        self.service_tier
    }

    fn system_fingerprint(&self) -> Option<&str> {
        self.system_fingerprint
    }
}

macro_rules! texts {
    ($($(#[$attribute:meta])* $key:ident;)*) => {$(
        $(#[$attribute])*
        pub fn $key<M>(self, text: &(impl ResponseText<M> + ?Sized)) -> Self {
            self.with(&Part { $key: text.response_text(), ..Part::default() })
        }
    )*};
}

macro_rules! counts {
    ($($(#[$attribute:meta])* $key:ident => $count:ident;)*) => {$(
        $(#[$attribute])*
        pub fn $key(self, count: &(impl TokenCount + ?Sized)) -> Self {
            Self { counts: self.counts.$count(count), ..self }
        }
    )*};
}

impl MappedResponse {
    texts! {
        /// The model that answered.
        model;
        /// The provider's id of the response.
        id;
        /// The tier that served the call.
        service_tier;
        /// The fingerprint of the backend that served the call.
        system_fingerprint;
    }

    counts! {
        /// All input tokens, cached ones included.
        input_tokens => input;
        /// The input tokens beside those of the cache.
        uncached_input_tokens => uncached_input;
        /// All output tokens.
        output_tokens => output;
        /// The input tokens that the cache was read for.
        cached_input_tokens => cached_input;
        /// The input tokens that were written to the cache.
        cache_write_input_tokens => cache_write_input;
        /// The output tokens of reasoning.
        reasoning_output_tokens => reasoning_output;
    }

    /// Why the only choice ended.
    pub fn finish_reason<M>(self, reason: &(impl ResponseText<M> + ?Sized)) -> Self {
        let finished = reason.response_text().map(|reason| FinishReason::new(0, reason));
        self.with(&Part { finished: finished.into_iter().collect(), ..Part::default() })
    }

    /// Why each choice ended.
    pub fn finish_reasons<M>(self, reasons: &(impl ResponseTexts<M> + ?Sized)) -> Self {
        let choice_count = finish_reasons(reasons).count();
        let finished = finish_reasons(reasons).finished();
        self.with(&Part { finished, choice_count, ..Part::default() })
    }

    fn with(mut self, part: &Part<'_>) -> Self {
        self.response.observe(part);
        self
    }

    /// The tokens, where a count was there; and the rest.
    pub(crate) fn into_parts(self) -> (Option<Usage>, Response) {
        (self.counts.told(), self.response)
    }
}
