//! The keys of `#[response(…)]`.

use crate::nearest::nearest;

/// A key that a field is marked with.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) meaning: Meaning,
    /// One line for errors and for the documentation.
    pub(crate) summary: &'static str,
}

/// What a field is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The text of this getter.
    Text(&'static str),
    /// The reason of the only choice.
    FinishReason,
    /// A reason for each choice.
    FinishReasons,
    /// A count of tokens.
    Count(Count),
    /// All counts.
    Usage,
    /// All that another response tells.
    Flatten,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    Input,
    Output,
    CachedInput,
    CacheWriteInput,
    ReasoningOutput,
}

impl Count {
    /// The key of the count that this one is a part of.
    pub(crate) const fn whole(self) -> Option<&'static str> {
        match self {
            Self::Input | Self::Output => None,
            Self::CachedInput | Self::CacheWriteInput => Some("input_tokens"),
            Self::ReasoningOutput => Some("output_tokens"),
        }
    }

    /// Whether it counts tokens of the provider's cache.
    pub(crate) const fn is_cached(self) -> bool {
        matches!(self, Self::CachedInput | Self::CacheWriteInput)
    }
}

const fn key(name: &'static str, meaning: Meaning, summary: &'static str) -> Key {
    Key { name, meaning, summary }
}

/// The keys of fields.
pub(crate) const FIELD_KEYS: &[Key] = &[
    key("model", Meaning::Text("response_model"), "the model that answered"),
    key("id", Meaning::Text("response_id"), "the provider's id of the response"),
    key("finish_reason", Meaning::FinishReason, "why the model stopped"),
    key("finish_reasons", Meaning::FinishReasons, "why it stopped, for each choice of a list"),
    key("service_tier", Meaning::Text("service_tier"), "the tier that served the call"),
    key(
        "system_fingerprint",
        Meaning::Text("system_fingerprint"),
        "the fingerprint of the backend that served the call",
    ),
    key("input_tokens", Meaning::Count(Count::Input), "the tokens of the input"),
    key("output_tokens", Meaning::Count(Count::Output), "the tokens of the output"),
    key(
        "cached_input_tokens",
        Meaning::Count(Count::CachedInput),
        "the input tokens that came from the provider's cache",
    ),
    key(
        "cache_write_input_tokens",
        Meaning::Count(Count::CacheWriteInput),
        "the input tokens that were written to that cache",
    ),
    key(
        "reasoning_output_tokens",
        Meaning::Count(Count::ReasoningOutput),
        "the output tokens that were spent on reasoning",
    ),
    key(
        "usage",
        Meaning::Usage,
        "all counts: `Usage`, or a type that implements `InferenceResponse`",
    ),
    key(
        "flatten",
        Meaning::Flatten,
        "a field that implements `InferenceResponse`, with all it tells",
    ),
];

/// How the keys of the type are written, and what they say.
pub(crate) const TYPE_KEYS: &[(&str, &str, &str)] = &[
    (
        "cached",
        "cached = apart",
        "the input count leaves out cached tokens, as Anthropic and Bedrock count; `included` where it is left out",
    ),
    ("crate", "crate = path", "the path of agent-trace-runtime, where the dependency is renamed"),
];

/// What providers call some of them.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("prompt_tokens", "input_tokens"),
    ("completion_tokens", "output_tokens"),
    ("candidates_token_count", "output_tokens"),
    ("prompt_token_count", "input_tokens"),
    ("cached_tokens", "cached_input_tokens"),
    ("cache_read_input_tokens", "cached_input_tokens"),
    ("cache_read_tokens", "cached_input_tokens"),
    ("cache_creation_input_tokens", "cache_write_input_tokens"),
    ("cache_write_tokens", "cache_write_input_tokens"),
    ("reasoning_tokens", "reasoning_output_tokens"),
    ("stop_reason", "finish_reason"),
    ("done_reason", "finish_reason"),
    ("response_model", "model"),
    ("response_id", "id"),
    ("tokens", "usage"),
];

pub(crate) fn find(name: &str) -> Option<&'static Key> {
    FIELD_KEYS.iter().find(|key| key.name == name)
}

/// Pairs of keys that tell the same.
pub(crate) const EXCLUSIVE: &[(&str, &str, &str)] = &[(
    "finish_reason",
    "finish_reasons",
    "one reason is `finish_reason`, a list `finish_reasons`",
)];

/// What is said of a key of `place` that there is not.
pub(crate) fn unknown(name: &str, place: &str) -> String {
    if let Some((_, usage, _)) = TYPE_KEYS.iter().find(|(key, ..)| *key == name) {
        return format!("`{name}` is about the type: write `#[response({usage})]` above it");
    }
    if name == "total_tokens" {
        return "a total is not recorded: mark the counts that it is the sum of, by `input_tokens` and \
                `output_tokens`"
            .to_owned();
    }
    let names: Vec<&str> = FIELD_KEYS.iter().map(|key| key.name).collect();
    let other = OTHER_NAMES.iter().find(|(other, _)| *other == name);
    let hint = match (other, nearest(name, &names).as_slice()) {
        (Some((_, key)), _) => format!("did you mean `{key}`?"),
        (None, []) => format!("it takes `{}`", names.join("`, `")),
        (None, near) => format!("did you mean {}?", near.join(" or ")),
    };
    format!("{place} has no key `{name}`; {hint}")
}

/// What is said of a key that no type has.
pub(super) fn unknown_of_type(name: &str) -> String {
    if find(name).is_some() {
        return format!("`{name}` is about a field: write `#[response({name})]` above that field");
    }
    let names: Vec<&str> = TYPE_KEYS.iter().map(|(key, ..)| *key).collect();
    let hint = match nearest(name, &names).as_slice() {
        [] => {
            let usages: Vec<String> =
                TYPE_KEYS.iter().map(|(_, usage, _)| format!("`{usage}`")).collect();
            format!("above a type it takes {}", usages.join(" and "))
        }
        near => format!("did you mean {}?", near.join(" or ")),
    };
    format!("`#[response]` has no key `{name}`; {hint}")
}
