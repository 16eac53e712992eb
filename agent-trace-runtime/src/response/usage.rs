//! The tokens that a model call used.

use opentelemetry::KeyValue;

use crate::semconv;

/// Token counts of one model call.
///
/// The input count includes cached tokens and the output count includes reasoning tokens, as the
/// GenAI semantic conventions define them; the finer counts are parts of these two, never added to
/// them.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::Usage;
///
/// // OpenAI: 412 input tokens, of which 128 were cached; 38 output tokens, of which 20 reasoning.
/// let usage = Usage::new(412, 38).cached_input(128).reasoning_output(20);
/// assert_eq!(usage.input_tokens(), 412);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    input: u64,
    output: u64,
    cache_read: Option<u64>,
    cache_write: Option<u64>,
    reasoning: Option<u64>,
}

impl Usage {
    /// All input tokens, cached ones included, and all output tokens, reasoning included.
    #[must_use]
    pub const fn new(input_tokens: u64, output_tokens: u64) -> Self {
        Self {
            input: input_tokens,
            output: output_tokens,
            cache_read: None,
            cache_write: None,
            reasoning: None,
        }
    }

    /// How many of the input tokens came from the provider's cache; at most all of them.
    #[must_use]
    pub fn cached_input(self, tokens: u64) -> Self {
        Self { cache_read: Some(tokens.min(self.input)), ..self }
    }

    /// How many of the input tokens were written to the provider's cache; at most all of them.
    #[must_use]
    pub fn cache_write_input(self, tokens: u64) -> Self {
        Self { cache_write: Some(tokens.min(self.input)), ..self }
    }

    /// How many of the output tokens were spent on reasoning; at most all of them.
    #[must_use]
    pub fn reasoning_output(self, tokens: u64) -> Self {
        Self { reasoning: Some(tokens.min(self.output)), ..self }
    }

    /// All input tokens.
    #[must_use]
    pub const fn input_tokens(&self) -> u64 {
        self.input
    }

    /// All output tokens.
    #[must_use]
    pub const fn output_tokens(&self) -> u64 {
        self.output
    }

    pub(crate) fn append_to(self, attributes: &mut Vec<KeyValue>) {
        let counts = [
            (semconv::USAGE_INPUT_TOKENS, Some(self.input)),
            (semconv::USAGE_OUTPUT_TOKENS, Some(self.output)),
            (semconv::USAGE_CACHE_READ_INPUT_TOKENS, self.cache_read),
            (semconv::USAGE_CACHE_WRITE_INPUT_TOKENS, self.cache_write),
            (semconv::USAGE_REASONING_OUTPUT_TOKENS, self.reasoning),
        ];
        for (key, count) in counts {
            if let Some(count) = count {
                attributes.push(KeyValue::new(key, i64::try_from(count).unwrap_or(i64::MAX)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_never_exceed_their_whole() {
        let usage = Usage::new(10, 5).cached_input(12).cache_write_input(11).reasoning_output(9);
        assert_eq!((usage.cache_read, usage.cache_write), (Some(10), Some(10)));
        assert_eq!(usage.reasoning, Some(5));
    }
}
