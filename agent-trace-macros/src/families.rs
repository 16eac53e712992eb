// Families of models that one provider makes, one file for both crates: the macros look a literal model
// up here, and generated code a constant one while it is evaluated. (No inner documentation: it is a
// module here and a module there.)

macro_rules! families {
    ($($family:literal => $provider:literal,)*) => {
        /// The beginnings of model names, up to a `-` or the end, the provider that uses them in its own
        /// API, and what is said of another one.
        ///
        /// Sources: the model lists of OpenAI, Anthropic, Google, Mistral, Cohere, xAI, DeepSeek and
        /// Perplexity, read 2026-11. Some of these families have open weights too; the name alone then
        /// means the API of the provider that made them, and whoever serves them elsewhere says so by
        /// `provider`.
        pub(crate) const FAMILIES: &[(&str, &str, &str)] = &[$((
            $family,
            $provider,
            concat!("this is a model of `", $provider, "`, which the `provider` here does not serve"),
        )),*];
    };
}

families! {
    "chatgpt" => "openai",
    "claude" => "anthropic",
    "codestral" => "mistral_ai",
    "command" => "cohere",
    "deepseek" => "deepseek",
    "embed-english" => "cohere",
    "embed-multilingual" => "cohere",
    "gemini" => "gcp.gemini",
    "gpt" => "openai",
    "grok" => "x_ai",
    "mistral" => "mistral_ai",
    "o1" => "openai",
    "o3" => "openai",
    "o4" => "openai",
    "sonar" => "perplexity",
    "text-embedding-3" => "openai",
    "text-embedding-ada" => "openai",
}

/// Models by others, or for anyone to serve, that are called like a family.
const OPEN_WEIGHTS: &[&str] = &["gpt-2", "gpt-j", "gpt-neo", "gpt-neox", "gpt-oss"];

/// Providers that serve models of others.
pub(crate) const SERVES_OTHERS: &[&str] = &[
    "aws.bedrock",
    "azure.ai.inference",
    "azure.ai.openai",
    "gcp.gen_ai",
    "gcp.vertex_ai",
    "groq",
    "ibm.watsonx.ai",
    "perplexity",
];

/// The provider that a model's name tells, where it tells one.
#[allow(dead_code, reason = "only the macros fill it in")]
pub(crate) const fn provider_of(model: &str) -> Option<&'static str> {
    match family_of(model) {
        Some((provider, _)) => Some(provider),
        None => None,
    }
}

/// The provider whose family `model` is of, and what is said of that, where `provider` is another one that
/// serves no models but its own.
pub(crate) const fn contradiction(
    model: &str,
    provider: &str,
) -> Option<(&'static str, &'static str)> {
    let Some((maker, problem)) = family_of(model) else { return None };
    if is_equal(maker, provider) || !makes_models(provider) {
        return None;
    }
    Some((maker, problem))
}

/// Whether a provider is known to serve the models of its own families and no others.
const fn makes_models(provider: &str) -> bool {
    let mut index = 0;
    while index < SERVES_OTHERS.len() {
        if is_equal(SERVES_OTHERS[index], provider) {
            return false;
        }
        index += 1;
    }
    index = 0;
    while index < MAKERS.len() {
        if is_equal(MAKERS[index], provider) {
            return true;
        }
        index += 1;
    }
    false
}

/// The providers that serve their own models.
const MAKERS: &[&str] = &[
    "anthropic",
    "cohere",
    "deepseek",
    "gcp.gemini",
    "mistral_ai",
    "moonshot_ai",
    "openai",
    "x_ai",
];

const fn family_of(model: &str) -> Option<(&'static str, &'static str)> {
    if holds(model, "-distill") {
        return None;
    }
    let mut index = 0;
    while index < OPEN_WEIGHTS.len() {
        if is_of(model, OPEN_WEIGHTS[index]) {
            return None;
        }
        index += 1;
    }
    index = 0;
    while index < FAMILIES.len() {
        let (family, provider, problem) = FAMILIES[index];
        if is_of(model, family) {
            return Some((provider, problem));
        }
        index += 1;
    }
    None
}

/// Whether a model's name is that of the family, alone or before a `-`.
const fn is_of(model: &str, family: &str) -> bool {
    let (model, length) = (model.as_bytes(), family.len());
    begins_at(model, 0, family.as_bytes()) && (model.len() == length || model[length] == b'-')
}

const fn holds(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let mut start = 0;
    while start < text.len() {
        if begins_at(text, start, part) {
            return true;
        }
        start += 1;
    }
    false
}

const fn is_equal(one: &str, other: &str) -> bool {
    one.len() == other.len() && begins_at(one.as_bytes(), 0, other.as_bytes())
}

const fn begins_at(text: &[u8], start: usize, part: &[u8]) -> bool {
    let mut index = 0;
    while index < part.len() {
        if start + index >= text.len() || text[start + index] != part[index] {
            return false;
        }
        index += 1;
    }
    true
}
