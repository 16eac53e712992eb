//! Providers of models: the well-known values of `gen_ai.provider.name`.

use syn::{Expr, ExprLit, ExprPath, Lit, LitStr};

use super::{custom, is_low_cardinality};
use crate::diagnostics::Errors;
use crate::families::{self, PROVIDERS};
use crate::nearest::nearest;
use crate::target::is_constant;

/// A provider as it was given.
pub(crate) enum Provider {
    /// A well-known value, or one of the user's by `custom("…")`.
    Literal(LitStr),
    /// The path of a constant, checked when it is evaluated.
    Constant(ExprPath),
    Expression(Expr),
}

/// Reads and checks a provider.
pub(crate) fn provider(
    given: Expr,
    type_parameters: &[String],
    errors: &mut Errors,
) -> Option<Provider> {
    if let Some(name) = custom(&given) {
        let text = name.value();
        if !is_low_cardinality(&text) {
            errors.push(name.span(), "a provider is lower snake case, like \"acme\"");
        } else if let Some(now) = families::successor(&text) {
            let message =
                format!("`{text}` is a well-known provider, called `{now}` in the conventions now");
            errors.push(name.span(), message);
        } else if PROVIDERS.contains(&text.as_str()) {
            let message =
                format!("`{text}` is a well-known provider: write `provider = \"{text}\"`");
            errors.push(name.span(), message);
        }
        return Some(Provider::Literal(name.clone()));
    }
    match given {
        Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => {
            check_known(&name, errors);
            Some(Provider::Literal(name))
        }
        Expr::Lit(other) => {
            errors.push_error(syn::Error::new_spanned(other, "a provider is a string"));
            None
        }
        Expr::Path(path) if is_constant(&path, type_parameters) => Some(Provider::Constant(path)),
        other => Some(Provider::Expression(other)),
    }
}

fn check_known(provider: &LitStr, errors: &mut Errors) {
    let name = provider.value();
    if PROVIDERS.contains(&name.as_str()) {
        return;
    }
    if let Some(now) = families::successor(&name) {
        let message = format!("the provider `{name}` is called `{now}` in the conventions now");
        errors.push(provider.span(), message);
        return;
    }
    let hint = match nearest(&name.to_ascii_lowercase(), PROVIDERS).as_slice() {
        [] => format!("one of {}, or `custom(\"…\")`", PROVIDERS.join(", ")),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    let message = format!("`{name}` is no well-known provider; {hint}");
    errors.push(provider.span(), message);
}

/// Refuses a provider that does not serve the family of the model.
pub(crate) fn check_family(provider: &LitStr, model: &str, errors: &mut Errors) {
    if let Some((family, _)) = families::contradiction(model, &provider.value()) {
        let given = provider.value();
        let message = format!("`{model}` is a model of `{family}`, which `{given}` does not serve");
        errors.push(provider.span(), message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_tell_their_provider_and_open_weights_do_not() {
        use families::provider_of;
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
        for (family, provider, _) in families::FAMILIES {
            assert!(PROVIDERS.contains(provider), "{family}");
        }
        for provider in families::SERVES_OTHERS {
            assert!(PROVIDERS.contains(provider), "{provider}");
        }
        for (former, now, _) in families::FORMER {
            assert!(PROVIDERS.contains(now) && !PROVIDERS.contains(former), "{former}");
        }
    }
}
