//! Providers of models: the well-known values of `gen_ai.provider.name`, and which families of models
//! only one of them names.

use syn::LitStr;

use crate::diagnostics::{Errors, nearest};

/// The values of `gen_ai.provider.name` (GenAI semantic conventions, development, 2026-10-09).
const PROVIDERS: &[&str] = &[
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

/// Former values, with what they are now.
const FORMER: &[(&str, &str)] = &[
    ("az.ai.inference", "azure.ai.inference"),
    ("az.ai.openai", "azure.ai.openai"),
    ("gemini", "gcp.gemini"),
    ("vertex_ai", "gcp.vertex_ai"),
    ("xai", "x_ai"),
];

/// The beginnings of model names that one provider alone uses in its own API, by the providers' lists
/// of models. Models with open weights are left out: anyone may serve them.
const FAMILIES: &[(&str, &str)] = &[
    ("chatgpt-", "openai"),
    ("claude-", "anthropic"),
    ("codestral-", "mistral_ai"),
    ("command-", "cohere"),
    ("deepseek-", "deepseek"),
    ("embed-english-", "cohere"),
    ("embed-multilingual-", "cohere"),
    ("gemini-", "gcp.gemini"),
    ("gpt-", "openai"),
    ("grok-", "x_ai"),
    ("mistral-", "mistral_ai"),
    ("o1", "openai"),
    ("o3", "openai"),
    ("o4-", "openai"),
    ("sonar", "perplexity"),
    ("text-embedding-3-", "openai"),
    ("text-embedding-ada-", "openai"),
];

/// Models with open weights within a family that is otherwise one provider's.
const OPEN_WEIGHTS: &[&str] = &["gpt-oss"];

/// The provider that a model's name tells, where it tells one.
pub(crate) fn provider_of(model: &str) -> Option<&'static str> {
    if OPEN_WEIGHTS.iter().any(|open| model.starts_with(open)) {
        return None;
    }
    let family = FAMILIES.iter().find(|(beginning, _)| model.starts_with(beginning))?;
    Some(family.1)
}

/// Checks a provider that is given as a literal.
pub(crate) fn check_provider(provider: &LitStr, errors: &mut Errors) {
    let name = provider.value();
    if PROVIDERS.contains(&name.as_str()) {
        return;
    }
    if let Some((_, now)) = FORMER.iter().find(|(former, _)| *former == name) {
        let message = format!("the provider `{name}` is called `{now}` in the conventions now");
        errors.push(provider.span(), message);
        return;
    }
    let hint = match nearest(&name, PROVIDERS).as_slice() {
        [] => format!("one of {}", PROVIDERS.join(", ")),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    let message = format!("`{name}` is no well-known provider; {hint}");
    errors.push(provider.span(), message);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_tell_their_provider_and_open_weights_do_not() {
        assert_eq!(provider_of("gpt-4o"), Some("openai"));
        assert_eq!(provider_of("claude-sonnet-4-5"), Some("anthropic"));
        assert_eq!(provider_of("o3-mini"), Some("openai"));
        assert_eq!(provider_of("llama-3.3-70b"), None);
        assert_eq!(provider_of("gpt-oss-120b"), None);
    }

    #[test]
    fn every_family_names_a_known_provider() {
        for (family, provider) in FAMILIES {
            assert!(PROVIDERS.contains(provider), "{family}");
        }
        for (former, now) in FORMER {
            assert!(PROVIDERS.contains(now) && !PROVIDERS.contains(former), "{former}");
        }
    }
}
