//! The tokens that a model call used.

mod counts;

use std::borrow::Cow;
use std::iter::Sum;
use std::ops::Add;

use opentelemetry::KeyValue;

pub(in crate::response) use self::counts::add;
pub(crate) use self::counts::{ByModality, Counts};
use self::counts::{Room, replace};
use crate::semconv;
use crate::value::push_made;

/// Token counts of one model call.
///
/// The input count includes cached tokens and the output count includes reasoning tokens, as the
/// GenAI semantic conventions define them; the finer counts are parts of these two, never added to
/// them, and never told as more than their whole. A count that nobody has stated is absent, not zero.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::Usage;
///
/// // OpenAI: 412 input tokens, of which 128 were cached; 38 output tokens, of which 20 reasoning.
/// let usage = Usage::new(412, 38).cached_input(128).reasoning_output(20);
/// assert_eq!(usage.input_tokens(), Some(412));
///
/// // Anthropic: 284 input tokens beside the 128 that were cached.
/// let usage = Usage::cached_apart(284, 128, 0, 38);
/// assert_eq!(usage.input_tokens(), Some(412));
///
/// // The first event of a stream tells of the input only.
/// assert_eq!(Usage::default().with_input(412).output_tokens(), None);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// As stated; [`Usage::settled`] brings them into agreement.
    pub(in crate::response) stated: Counts,
    /// The input beside what was cached, which stands in for the whole where a provider counts so.
    pub(in crate::response) uncached_input: Option<u64>,
}

/// What a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Modality {
    /// Text.
    Text,
    /// An image.
    Image,
    /// Sound.
    Audio,
}

impl Usage {
    /// All input tokens, cached ones included, and all output tokens, reasoning included: how OpenAI
    /// and Gemini count.
    #[must_use]
    pub const fn new(input_tokens: u64, output_tokens: u64) -> Self {
        Self::empty().with_input(input_tokens).with_output(output_tokens)
    }

    /// Input tokens beside those that the cache was read for and written with: how Anthropic and
    /// Bedrock count. The input is the sum of the three.
    ///
    /// ```
    /// use agent_trace_runtime::Usage;
    ///
    /// let usage = Usage::cached_apart(10, 900, 90, 38);
    /// assert_eq!(usage, Usage::new(1000, 38).cached_input(900).cache_write_input(90));
    /// ```
    #[must_use]
    pub const fn cached_apart(
        input_tokens: u64,
        cache_read_tokens: u64,
        cache_write_tokens: u64,
        output_tokens: u64,
    ) -> Self {
        let mut usage = Self::empty().with_output(output_tokens);
        usage.uncached_input = Some(input_tokens);
        usage.cached_input(cache_read_tokens).cache_write_input(cache_write_tokens)
    }

    /// [`Default::default`], for constants.
    const fn empty() -> Self {
        Self { stated: Counts::NONE, uncached_input: None }
    }

    /// States all input tokens, cached ones included.
    #[must_use]
    pub const fn with_input(mut self, tokens: u64) -> Self {
        self.stated.input = Some(tokens);
        self.uncached_input = None;
        self
    }

    /// States all output tokens, reasoning included.
    #[must_use]
    pub const fn with_output(mut self, tokens: u64) -> Self {
        self.stated.output = Some(tokens);
        self
    }

    /// How many of the input tokens came from the provider's cache; at most all of them.
    #[must_use]
    pub const fn cached_input(mut self, tokens: u64) -> Self {
        self.stated.cache_read = Some(tokens);
        self
    }

    /// How many of the input tokens were written to the provider's cache; at most those that did not
    /// come from it.
    #[must_use]
    pub const fn cache_write_input(mut self, tokens: u64) -> Self {
        self.stated.cache_write = Some(tokens);
        self
    }

    /// How many of the output tokens were spent on reasoning; at most all of them.
    #[must_use]
    pub const fn reasoning_output(mut self, tokens: u64) -> Self {
        self.stated.reasoning = Some(tokens);
        self
    }

    /// How many of the input tokens are of this modality.
    ///
    /// ```
    /// use agent_trace_runtime::{Modality, Usage};
    ///
    /// let usage = Usage::new(412, 38).input_of(Modality::Text, 112).input_of(Modality::Image, 300);
    /// assert_eq!(usage.input_tokens_of(Modality::Image), Some(300));
    /// ```
    #[must_use]
    pub const fn input_of(mut self, modality: Modality, tokens: u64) -> Self {
        self.stated.input_of[modality as usize] = Some(tokens);
        self
    }

    /// How many of the output tokens are of this modality.
    #[must_use]
    pub const fn output_of(mut self, modality: Modality, tokens: u64) -> Self {
        self.stated.output_of[modality as usize] = Some(tokens);
        self
    }

    /// How many of the cached input tokens are of this modality.
    #[must_use]
    pub const fn cached_input_of(mut self, modality: Modality, tokens: u64) -> Self {
        self.stated.cache_read_of[modality as usize] = Some(tokens);
        self
    }

    /// All input tokens.
    #[must_use]
    pub fn input_tokens(&self) -> Option<u64> {
        self.settled().input
    }

    /// All output tokens.
    #[must_use]
    pub fn output_tokens(&self) -> Option<u64> {
        self.settled().output
    }

    /// The input tokens that came from the provider's cache.
    #[must_use]
    pub fn cached_input_tokens(&self) -> Option<u64> {
        self.settled().cache_read
    }

    /// The input tokens that were written to the provider's cache.
    #[must_use]
    pub fn cache_write_input_tokens(&self) -> Option<u64> {
        self.settled().cache_write
    }

    /// The output tokens that were spent on reasoning.
    #[must_use]
    pub fn reasoning_output_tokens(&self) -> Option<u64> {
        self.settled().reasoning
    }

    /// The input tokens of one modality.
    #[must_use]
    pub fn input_tokens_of(&self, modality: Modality) -> Option<u64> {
        self.settled().input_of[modality as usize]
    }

    /// The output tokens of one modality.
    #[must_use]
    pub fn output_tokens_of(&self, modality: Modality) -> Option<u64> {
        self.settled().output_of[modality as usize]
    }

    /// The cached input tokens of one modality.
    #[must_use]
    pub fn cached_input_tokens_of(&self, modality: Modality) -> Option<u64> {
        self.settled().cache_read_of[modality as usize]
    }

    /// Takes over what `later` states about the same call, as the events of a stream do: each of its
    /// counts replaces the one before.
    ///
    /// ```
    /// use agent_trace_runtime::Usage;
    ///
    /// let mut usage = Usage::new(412, 1);
    /// usage.merge(Usage::default().with_output(38));
    /// assert_eq!(usage, Usage::new(412, 38));
    /// ```
    pub fn merge(&mut self, later: Self) {
        // One of the two says what the input is. With the other, an event that repeats only the
        // uncached part would replace the whole.
        if later.stated.input.is_some() || later.uncached_input.is_some() {
            self.uncached_input = later.uncached_input;
            self.stated.input = later.stated.input;
        }
        let known = &mut self.stated;
        replace(&mut known.output, later.stated.output);
        replace(&mut known.cache_read, later.stated.cache_read);
        replace(&mut known.cache_write, later.stated.cache_write);
        replace(&mut known.reasoning, later.stated.reasoning);
        for (known, later) in [
            (&mut known.input_of, later.stated.input_of),
            (&mut known.output_of, later.stated.output_of),
            (&mut known.cache_read_of, later.stated.cache_read_of),
        ] {
            known.iter_mut().zip(later).for_each(|(known, later)| replace(known, later));
        }
    }

    /// Counts of an API that some providers implement with reasoning beside the output: those where
    /// the total is the sum of input, output and reasoning.
    pub(in crate::response) fn with_total(mut counts: Counts, total: Option<u64>) -> Self {
        let all = [counts.input, counts.output, counts.reasoning].into_iter().flatten();
        let sum = all.fold(0, u64::saturating_add);
        if counts.reasoning.is_some() && total == Some(sum) {
            counts.output = add(counts.output, counts.reasoning);
        }
        Self::of(counts).unwrap_or_default()
    }

    /// These counts, if any of them is known.
    pub(in crate::response) fn of(counts: Counts) -> Option<Self> {
        (counts != Counts::default()).then_some(Self { stated: counts, uncached_input: None })
    }

    /// The counts with the input as a whole, and no part larger than what it is a part of.
    pub(crate) fn settled(&self) -> Cow<'_, Counts> {
        let stated = &self.stated;
        if !stated.has_parts() && self.uncached_input.is_none() {
            return Cow::Borrowed(stated);
        }
        let input = stated.input.or_else(|| {
            let cached = [stated.cache_read, stated.cache_write].map(Option::unwrap_or_default);
            Some(self.uncached_input?.saturating_add(cached[0]).saturating_add(cached[1]))
        });
        let mut by_cache = Room(input);
        let cache_read = by_cache.take(stated.cache_read);
        let cache_write = by_cache.take(stated.cache_write);
        let input_of = Room(input).take_each(stated.input_of);
        let mut cache_read_of = Room(cache_read.or(input)).take_each(stated.cache_read_of);
        for (cached, whole) in cache_read_of.iter_mut().zip(input_of) {
            *cached = Room(whole).take(*cached);
        }
        Cow::Owned(Counts {
            input,
            output: stated.output,
            cache_read,
            cache_write,
            reasoning: Room(stated.output).take(stated.reasoning),
            input_of,
            output_of: Room(stated.output).take_each(stated.output_of),
            cache_read_of,
        })
    }

    pub(crate) fn append_to(&self, attributes: &mut Vec<KeyValue>) {
        let counts = self.settled();
        let mut append = |key: &'static str, count: Option<u64>| {
            if let Some(count) = count {
                push_made(attributes, || {
                    KeyValue::new(key, i64::try_from(count).unwrap_or(i64::MAX))
                });
            }
        };
        append(semconv::USAGE_INPUT_TOKENS, counts.input);
        append(semconv::USAGE_OUTPUT_TOKENS, counts.output);
        append(semconv::USAGE_CACHE_READ_INPUT_TOKENS, counts.cache_read);
        append(semconv::USAGE_CACHE_WRITE_INPUT_TOKENS, counts.cache_write);
        append(semconv::USAGE_REASONING_OUTPUT_TOKENS, counts.reasoning);
        if !counts.has_parts() {
            return;
        }
        for (keys, counts) in [
            (INPUT_KEYS, counts.input_of),
            (OUTPUT_KEYS, counts.output_of),
            (CACHE_READ_KEYS, counts.cache_read_of),
        ] {
            for (key, count) in keys.into_iter().zip(counts) {
                append(key, count);
            }
        }
    }
}

const INPUT_KEYS: [&str; 3] = [
    semconv::USAGE_TEXT_INPUT_TOKENS,
    semconv::USAGE_IMAGE_INPUT_TOKENS,
    semconv::USAGE_AUDIO_INPUT_TOKENS,
];
const OUTPUT_KEYS: [&str; 3] = [
    semconv::USAGE_TEXT_OUTPUT_TOKENS,
    semconv::USAGE_IMAGE_OUTPUT_TOKENS,
    semconv::USAGE_AUDIO_OUTPUT_TOKENS,
];
const CACHE_READ_KEYS: [&str; 3] = [
    semconv::USAGE_TEXT_CACHE_READ_INPUT_TOKENS,
    semconv::USAGE_IMAGE_CACHE_READ_INPUT_TOKENS,
    semconv::USAGE_AUDIO_CACHE_READ_INPUT_TOKENS,
];

/// Usages are equal that state the same counts, whichever way.
impl PartialEq for Usage {
    fn eq(&self, other: &Self) -> bool {
        self.settled() == other.settled()
    }
}

impl Eq for Usage {}

/// What several model calls used together.
///
/// ```
/// use agent_trace_runtime::Usage;
///
/// let calls = [Usage::new(412, 38), Usage::new(450, 20).cached_input(412)];
/// assert_eq!(calls.into_iter().sum::<Usage>(), Usage::new(862, 58).cached_input(412));
/// ```
impl Add for Usage {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let (left, right) = (self.settled(), other.settled());
        let each = |left: ByModality, right: ByModality| {
            std::array::from_fn(|modality| add(left[modality], right[modality]))
        };
        let stated = Counts {
            input: add(left.input, right.input),
            output: add(left.output, right.output),
            cache_read: add(left.cache_read, right.cache_read),
            cache_write: add(left.cache_write, right.cache_write),
            reasoning: add(left.reasoning, right.reasoning),
            input_of: each(left.input_of, right.input_of),
            output_of: each(left.output_of, right.output_of),
            cache_read_of: each(left.cache_read_of, right.cache_read_of),
        };
        Self { stated, uncached_input: None }
    }
}

impl Sum for Usage {
    fn sum<I: Iterator<Item = Self>>(usages: I) -> Self {
        usages.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests;
