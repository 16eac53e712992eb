// Families of models that one provider makes, one file for both crates: the macros look a literal model
// up here, and generated code a constant one while it is evaluated. (No inner documentation: it is a
// module here and a module there.)

/// The values of `gen_ai.provider.name` (GenAI semantic conventions, development, 2026-10-09).
pub(crate) const PROVIDERS: &[&str] = &[
    "anthropic",
    "aws.bedrock",
    "azure.ai.inference",
    "azure.ai.openai",
    "cohere",
    "deepseek",
    "gcp.gemini",
    "gcp.gen_ai",
    "gcp.vertex_ai",
    "groq",
    "ibm.watsonx.ai",
    "mistral_ai",
    "moonshot_ai",
    "openai",
    "perplexity",
    "x_ai",
];

macro_rules! former {
    ($($former:literal => $now:literal,)*) => {
        /// Former values and those of other kits, with what they are in the conventions now, and what is
        /// said of them.
        pub(crate) const FORMER: &[(&str, &str, &str)] = &[$((
            $former,
            $now,
            concat!("the provider `", $former, "` is called `", $now, "` in the conventions now"),
        )),*];
    };
}

former! {
    "az.ai.inference" => "azure.ai.inference",
    "az.ai.openai" => "azure.ai.openai",
    "gemini" => "gcp.gemini",
    "google" => "gcp.gen_ai",
    "kimi" => "moonshot_ai",
    "magistral" => "mistral_ai",
    "ministral" => "mistral_ai",
    "mistral" => "mistral_ai",
    "moonshot" => "moonshot_ai",
    "moonshot" => "moonshot_ai",
    "watsonx" => "ibm.watsonx.ai",
    "vertex_ai" => "gcp.vertex_ai",
    "xai" => "x_ai",
    "azure" => "azure.ai.openai",
    "bedrock" => "aws.bedrock",
    "vertexai" => "gcp.vertex_ai",
}

macro_rules! families {
    ($($family:literal => $provider:literal,)*) => {
        /// The beginnings of model names, up to a `-` or the end, the provider that uses them in its own
        /// API, and what is said of another one.
        ///
        /// Sources: the model lists of OpenAI, Anthropic, Google, Mistral, Cohere, xAI, DeepSeek, Moonshot
        /// AI and Perplexity, read 2026-11. Some of these families have open weights too; the name alone
        /// then means the API of the provider that made them, and whoever serves them elsewhere says so
        /// by `provider`.
        pub(crate) const FAMILIES: &[(&str, &str, &str)] = &[$((
            $family,
            $provider,
            concat!("this is a model of `", $provider, "`, which the `provider` here does not serve"),
        )),*];
    };
}

families! {
    "babbage" => "openai",
    "chatgpt" => "openai",
    "claude" => "anthropic",
    "codestral" => "mistral_ai",
    "command" => "cohere",
    "davinci" => "openai",
    "deepseek" => "deepseek",
    "devstral" => "mistral_ai",
    "embed-english" => "cohere",
    "embed-multilingual" => "cohere",
    "gemini" => "gcp.gemini",
    "gpt" => "openai",
    "grok" => "x_ai",
    "kimi" => "moonshot_ai",
    "magistral" => "mistral_ai",
    "ministral" => "mistral_ai",
    "mistral" => "mistral_ai",
    "moonshot" => "moonshot_ai",
    "o1" => "openai",
    "o3" => "openai",
    "o4" => "openai",
    "open-mistral" => "mistral_ai",
    "open-mixtral" => "mistral_ai",
    "pixtral" => "mistral_ai",
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

/// What a former name of a provider is called now.
#[allow(dead_code, reason = "the runtime asks for the whole problem")]
pub(crate) const fn successor(provider: &str) -> Option<&'static str> {
    match former(provider) {
        Some((now, _)) => Some(now),
        None => None,
    }
}

const fn former(provider: &str) -> Option<(&'static str, &'static str)> {
    let mut index = 0;
    while index < FORMER.len() {
        let (former, now, problem) = FORMER[index];
        if is_equal(former, provider) {
            return Some((now, problem));
        }
        index += 1;
    }
    None
}

/// Why this is no value of `gen_ai.provider.name`.
#[allow(dead_code, reason = "the macros say more")]
pub(crate) const fn problem_of_provider(provider: &str) -> Option<&'static str> {
    if let Some((_, problem)) = former(provider) {
        return Some(problem);
    }
    if is_among(provider, PROVIDERS) {
        return None;
    }
    Some("this is no well-known provider; a literal of your own is written `custom(\"acme\")`")
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
    !is_among(provider, SERVES_OTHERS) && is_among(provider, MAKERS)
}

const fn is_among(name: &str, names: &[&str]) -> bool {
    let mut index = 0;
    while index < names.len() {
        if is_equal(names[index], name) {
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
    if let Some((prefix, base)) = model.as_bytes().split_at_checked(3)
        && begins_at(prefix, 0, b"ft:")
        && let Ok(base) = core::str::from_utf8(base)
    {
        // How OpenAI names what it has fine-tuned.
        return family_of_base(base);
    }
    family_of_base(model)
}

const fn family_of_base(model: &str) -> Option<(&'static str, &'static str)> {
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
