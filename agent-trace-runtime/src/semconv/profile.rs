//! Which conventions are followed: what each of them calls metrics and attributes, as data.
//!
//! Sources: `open-telemetry/semantic-conventions` v1.41.1 for the released ones,
//! `open-telemetry/semantic-conventions-genai` as of 2026-10-09 for the current ones.

use opentelemetry::{KeyValue, Value};

use super as semconv;
use super::KeySketch;
use super::metrics::{COMMON, LATEST, Metric, RELEASED};

/// The version of the GenAI conventions that spans, metrics and events follow.
///
/// The released ones are what dashboards and back ends read today. The current ones are in
/// development: they have metrics and attributes of their own names, some of them split otherwise.
///
/// `OTEL_SEMCONV_STABILITY_OPT_IN` chooses as well: `gen_ai_latest_experimental` the current ones, `gen_ai/dup`
/// both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Conventions {
    /// The last release that has GenAI conventions, 1.41.1.
    ///
    /// What it has no name for, as the duration of tools, has the current one.
    #[default]
    Released,
    /// Those in development, as of October 2026.
    Latest,
    /// Both at once, for the time in which dashboards move from one to the other.
    Both,
}

/// An attribute that the release has otherwise.
struct Former {
    key: &'static str,
    /// What it calls it.
    name: &'static str,
    /// Whether it is a double there, and an integer now.
    is_double: bool,
}

/// Of the keys that have another name.
const SKETCH: KeySketch = {
    let mut sketch = KeySketch::NONE;
    let mut index = 0;
    while index < FORMER.len() {
        sketch = sketch.with(FORMER[index].key);
        index += 1;
    }
    sketch
};

const FORMER: &[Former] = &[
    Former {
        key: semconv::USAGE_CACHE_WRITE_INPUT_TOKENS,
        name: "gen_ai.usage.cache_creation.input_tokens",
        is_double: false,
    },
    Former { key: "gen_ai.request.top_k", name: "gen_ai.request.top_k", is_double: true },
    Former { key: "gen_ai.retrieval.top_k", name: "gen_ai.request.top_k", is_double: true },
];

impl Conventions {
    /// What `OTEL_SEMCONV_STABILITY_OPT_IN` says: a list, of which other areas may have a part.
    pub(crate) fn opted_into(list: &str) -> Self {
        let has = |word: &str| list.split(',').any(|entry| entry.trim() == word);
        if has("gen_ai/dup") {
            Self::Both
        } else if has("gen_ai_latest_experimental") {
            Self::Latest
        } else {
            Self::Released
        }
    }

    const fn has_released(self) -> bool {
        matches!(self, Self::Released | Self::Both)
    }

    pub(crate) const fn has_latest(self) -> bool {
        matches!(self, Self::Latest | Self::Both)
    }

    /// The schema of what is emitted, where it is one.
    pub(crate) const fn schema_url(self) -> Option<&'static str> {
        match self {
            Self::Released => Some("https://opentelemetry.io/schemas/1.41.0"),
            Self::Latest => Some("https://opentelemetry.io/schemas/gen-ai-dev/1.42.0-dev"),
            Self::Both => None,
        }
    }

    pub(crate) fn metrics(self) -> impl Iterator<Item = &'static Metric> {
        let released = self.has_released().then_some(RELEASED);
        let latest = self.has_latest().then_some(LATEST);
        COMMON.iter().chain(released.into_iter().chain(latest).flatten())
    }

    /// Gives the attributes of a span the names that these conventions have for them.
    pub(crate) fn name(self, attributes: &mut Vec<KeyValue>) {
        if !self.has_released() {
            return;
        }
        for index in 0..attributes.len() {
            let known = &attributes[index];
            let key = known.key.as_str();
            if !SKETCH.may_have(key) {
                continue;
            }
            let Some(former) = FORMER.iter().find(|former| key == former.key) else {
                continue;
            };
            let named = former.named(known.value.clone());
            if !self.has_latest() {
                attributes[index] = named;
            } else if former.name != former.key {
                attributes.push(named);
            }
        }
    }
}

impl Former {
    fn named(&self, value: Value) -> KeyValue {
        let value = match value {
            #[expect(clippy::cast_precision_loss, reason = "the release counts in doubles")]
            Value::I64(number) if self.is_double => Value::F64(number as f64),
            value => value,
        };
        KeyValue::new(self.name, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_may_name_other_areas_too() {
        assert_eq!(Conventions::opted_into(""), Conventions::Released);
        assert_eq!(Conventions::opted_into("http/dup"), Conventions::Released);
        let latest = Conventions::opted_into("http, gen_ai_latest_experimental");
        assert_eq!(latest, Conventions::Latest);
        assert_eq!(Conventions::opted_into("gen_ai/dup,http"), Conventions::Both);
    }

    #[test]
    fn attributes_have_the_names_of_their_conventions() {
        let named = |conventions: Conventions| {
            let mut attributes = vec![
                KeyValue::new("gen_ai.request.top_k", 40),
                KeyValue::new(semconv::USAGE_CACHE_WRITE_INPUT_TOKENS, 7),
            ];
            conventions.name(&mut attributes);
            attributes
        };
        let former = KeyValue::new("gen_ai.usage.cache_creation.input_tokens", 7);
        let released = named(Conventions::Released);
        assert_eq!(released, [KeyValue::new("gen_ai.request.top_k", 40.0), former.clone()]);
        let latest = named(Conventions::Latest);
        assert_eq!(latest[0], KeyValue::new("gen_ai.request.top_k", 40));
        let mut both = latest;
        both.push(former);
        assert_eq!(named(Conventions::Both), both);
    }
}
