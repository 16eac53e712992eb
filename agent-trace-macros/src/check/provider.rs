//! Providers of models: the well-known values of `gen_ai.provider.name`, and which families of models
//! only one of them names.

use syn::{Expr, ExprLit, Lit, LitStr};

use super::{custom, is_low_cardinality};
use crate::diagnostics::{Errors, nearest};

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

/// Former values and those of other kits, with what they are in the conventions now.
const FORMER: &[(&str, &str)] = &[
    ("az.ai.inference", "azure.ai.inference"),
    ("az.ai.openai", "azure.ai.openai"),
    ("gemini", "gcp.gemini"),
    ("google", "gcp.gen_ai"),
    ("mistral", "mistral_ai"),
    ("moonshot", "moonshot_ai"),
    ("watsonx", "ibm.watsonx.ai"),
    ("vertex_ai", "gcp.vertex_ai"),
    ("xai", "x_ai"),
];

/// The beginnings of model names, up to a `-` or the end, that one provider uses in its own API.
///
/// Sources: the model lists of OpenAI, Anthropic, Google, Mistral, Cohere, xAI, DeepSeek and Perplexity,
/// read 2026-11. Some of these families have open weights too; the name alone then means the API of the
/// provider that made them, and whoever serves them elsewhere says so by `provider`.
const FAMILIES: &[(&str, &str)] = &[
    ("chatgpt", "openai"),
    ("claude", "anthropic"),
    ("codestral", "mistral_ai"),
    ("command", "cohere"),
    ("deepseek", "deepseek"),
    ("embed-english", "cohere"),
    ("embed-multilingual", "cohere"),
    ("gemini", "gcp.gemini"),
    ("gpt", "openai"),
    ("grok", "x_ai"),
    ("mistral", "mistral_ai"),
    ("o1", "openai"),
    ("o3", "openai"),
    ("o4", "openai"),
    ("sonar", "perplexity"),
    ("text-embedding-3", "openai"),
    ("text-embedding-ada", "openai"),
];

/// Models by others, or for anyone to serve, that are called like a family.
const OPEN_WEIGHTS: &[&str] = &["gpt-2", "gpt-j", "gpt-neo", "gpt-neox", "gpt-oss"];

/// Providers that serve models of others.
const SERVES_OTHERS: &[&str] = &[
    "aws.bedrock",
    "azure.ai.inference",
    "azure.ai.openai",
    "gcp.gen_ai",
    "gcp.vertex_ai",
    "groq",
    "ibm.watsonx.ai",
    "perplexity",
];

/// A provider as it was given.
pub(crate) enum Provider {
    /// A well-known value, or one of the user's by `custom("…")`.
    Constant(LitStr),
    Expression(Expr),
}

/// The provider that a model's name tells, where it tells one.
pub(crate) fn provider_of(model: &str) -> Option<&'static str> {
    let is_of = |family: &str| {
        model.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    if model.contains("-distill") || OPEN_WEIGHTS.iter().any(|open| is_of(open)) {
        return None;
    }
    let family = FAMILIES.iter().find(|(family, _)| is_of(family))?;
    Some(family.1)
}

/// Reads and checks a provider.
pub(crate) fn provider(given: Expr, errors: &mut Errors) -> Option<Provider> {
    if let Some(name) = custom(&given) {
        let text = name.value();
        if !is_low_cardinality(&text) {
            errors.push(name.span(), "a provider is lower snake case, like \"acme\"");
        } else if PROVIDERS.contains(&text.as_str()) {
            let message =
                format!("`{text}` is a well-known provider: write `provider = \"{text}\"`");
            errors.push(name.span(), message);
        }
        return Some(Provider::Constant(name.clone()));
    }
    match given {
        Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => {
            check_known(&name, errors);
            Some(Provider::Constant(name))
        }
        Expr::Lit(other) => {
            errors.push_error(syn::Error::new_spanned(other, "a provider is a string"));
            None
        }
        other => Some(Provider::Expression(other)),
    }
}

fn check_known(provider: &LitStr, errors: &mut Errors) {
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
        [] => format!("one of {}, or `custom(\"{name}\")`", PROVIDERS.join(", ")),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    let message = format!("`{name}` is no well-known provider; {hint}");
    errors.push(provider.span(), message);
}

/// Refuses a provider that does not serve the family of the model.
pub(crate) fn check_family(provider: &LitStr, model: &str, errors: &mut Errors) {
    let given = provider.value();
    let is_known = PROVIDERS.contains(&given.as_str());
    if let Some(family) = provider_of(model)
        && is_known
        && given != family
        && !SERVES_OTHERS.contains(&given.as_str())
    {
        let message = format!("`{model}` is a model of `{family}`, which `{given}` does not serve");
        errors.push(provider.span(), message);
    }
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
        assert_eq!(provider_of("gpt-neox-20b"), None);
        assert_eq!(provider_of("o1ympus-7b"), None);
        assert_eq!(provider_of("deepseek-r1-distill-llama-70b"), None);
        assert_eq!(provider_of("o3"), Some("openai"));
        assert_eq!(provider_of("sonar-pro"), Some("perplexity"));
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
