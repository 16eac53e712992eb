//! The keys of attributes that users name themselves.

use syn::LitStr;

use crate::args::Argument;
use crate::args::Meaning;
use crate::diagnostics::Errors;
use crate::nearest::nearest;
use crate::semconv::{self, Kinds, Known, ValueType};

/// Namespaces in which every key is known here: another one is a slip.
const RESERVED: &[&str] = &["gen_ai", "mcp", "openai", "jsonrpc", "otel", "error", "exception"];

/// Namespaces that applications use for their own keys, to name in messages.
const EXAMPLE: &str = "write it like \"app.tenant\"";

/// Checks a key on the span of `kinds`, whose macro takes `arguments`. Gives the attribute of the
/// conventions that it is, where it is one that users may set.
pub(crate) fn check_key(
    key: &LitStr,
    kinds: Kinds,
    arguments: &[Argument],
    errors: &mut Errors,
) -> Option<&'static Known> {
    let text = key.value();
    let by_argument = arguments.iter().find(|argument| {
        matches!(argument.meaning, Meaning::Record(recorded) if recorded == text)
            || target_key(argument, kinds) == Some(text.as_str())
            || (argument.meaning == Meaning::Provider && text == "gen_ai.provider.name")
    });
    if let Some(argument) = by_argument {
        errors.push(key.span(), format!("`{text}` has an argument: write {}", argument.usage()));
        return None;
    }
    let known = check_key_anywhere(key, errors)?;
    if known.kinds.has(kinds) || !is_reserved(&text) {
        return Some(known);
    }
    let message = if known.kinds == Kinds::NONE {
        format!("`{text}` belongs on no span of these macros")
    } else {
        format!("`{text}` does not belong on this span, but on those of {}", known.kinds.names())
    };
    errors.push(key.span(), message);
    None
}

/// Checks a key where the span is not known.
pub(crate) fn check_key_anywhere(key: &LitStr, errors: &mut Errors) -> Option<&'static Known> {
    match look_up(&key.value()) {
        Ok(known) => known,
        Err(problem) => {
            errors.push(key.span(), problem);
            None
        }
    }
}

fn look_up(key: &str) -> Result<Option<&'static Known>, String> {
    if let Some(reason) = recorded_by_macro(key) {
        return Err(format!("`{key}` {reason}"));
    }
    if let Some(known) = semconv::find(key) {
        return match known.value {
            ValueType::Structured | ValueType::Template => Err(format!(
                "`{key}` is content, which is recorded only where it is captured, and never set"
            )),
            _ => Ok(Some(known)),
        };
    }
    if let Some(now) = semconv::successor(key) {
        return Err(match (now, recorded_by_macro(now)) {
            ("", _) => format!("`{key}` is no attribute any more; nothing took its place"),
            (now, Some(reason)) => format!("`{key}` is called `{now}` now, which {reason}"),
            (now, None) => format!("`{key}` is called `{now}` now"),
        });
    }
    let Some((namespace, _)) = key.split_once('.') else {
        return Err(format!("the attribute `{key}` has no namespace; {EXAMPLE}"));
    };
    if is_reserved(key) {
        let keys: Vec<&str> = semconv::KNOWN.iter().map(|known| known.key).collect();
        let hint = match nearest(key, &keys).as_slice() {
            [] => format!("use a namespace of your own: {EXAMPLE}"),
            near => format!("did you mean {}?", near.join(" or ")),
        };
        return Err(format!(
            "the OpenTelemetry conventions have no `{key}`, and `{namespace}.` is theirs; {hint}"
        ));
    }
    if let Some(known) = near_miss(key, namespace) {
        return Err(format!(
            "`{key}` is nearly an attribute of the conventions: did you mean `{known}`?"
        ));
    }
    match key.split('.').find(|segment| !is_snake_case(segment)) {
        Some(wrong) => Err(format!(
            "the segment `{wrong}` of an attribute's key is not lower snake case; {EXAMPLE}"
        )),
        None => Ok(None),
    }
}

/// The attribute of the conventions that a slip may have made this key of, in a namespace of which only a
/// part is known here, like `server.`.
fn near_miss(key: &str, namespace: &str) -> Option<&'static str> {
    let near = |known: &&str| {
        known.split('.').next() == Some(namespace) && !nearest(key, &[*known]).is_empty()
    };
    semconv::KNOWN.iter().map(|known| known.key).find(near)
}

/// What the macros and the runtime record themselves, and how.
fn recorded_by_macro(key: &str) -> Option<&'static str> {
    match key {
        "gen_ai.operation.name" => Some("is recorded by the macro itself"),
        "gen_ai.provider.name" => Some("is recorded by the argument `provider`"),
        "gen_ai.request.model" => Some("is recorded by the argument `model`"),
        "gen_ai.tool.name" | "gen_ai.workflow.name" => Some("is recorded by the argument `name`"),
        "error.type" => Some("is recorded by the macro itself where the function fails"),
        "gen_ai.response.time_to_first_chunk" => Some("is measured by the runtime itself"),
        _ if key.starts_with("gen_ai.usage.") => semconv::find(key)
            .map(|_| "is recorded by the macro itself, from the response or by `record_usage`"),
        _ if key.starts_with("gen_ai.response.") => {
            semconv::find(key).map(|_| "is recorded by the macro itself, from the response")
        }
        _ if key.starts_with("exception.") => {
            semconv::find(key).map(|_| "belongs to events that the runtime records itself")
        }
        _ => None,
    }
}

fn target_key(argument: &Argument, kinds: Kinds) -> Option<&'static str> {
    if argument.meaning != Meaning::Target {
        return None;
    }
    if kinds.has(Kinds::AGENT.and(Kinds::REMOTE_AGENT).and(Kinds::PLAN)) {
        Some("gen_ai.agent.name")
    } else if kinds.has(Kinds::RETRIEVAL) {
        Some("gen_ai.data_source.id")
    } else {
        None
    }
}

fn is_reserved(key: &str) -> bool {
    key.split('.').next().is_some_and(|namespace| RESERVED.contains(&namespace))
}

fn is_snake_case(segment: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    segment.starts_with(|c: char| c.is_ascii_lowercase())
        && segment.chars().all(is_allowed)
        && !segment.ends_with('_')
        && !segment.contains("__")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_application_have_a_namespace_of_their_own() {
        for right in ["app.tenant", "acme.billing.plan", "user.id", "http.route"] {
            assert!(matches!(look_up(right), Ok(None)), "{right}");
        }
        for wrong in ["tenant", "app.", "App.tenant", "app.Tenant", "app.a b", "app.a__b", ""] {
            assert!(look_up(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn keys_of_the_conventions_are_known_or_refused() {
        assert!(matches!(look_up("gen_ai.request.seed"), Ok(Some(_))));
        for (wrong, hint) in [
            ("gen_ai.request.temprature", "did you mean `gen_ai.request.temperature`?"),
            ("gen_ai.system", "`gen_ai.provider.name` now, which is recorded"),
            ("gen_ai.usage.prompt_tokens", "`gen_ai.usage.input_tokens` now, which is recorded"),
            ("llm.model", "`gen_ai.request.model` now, which is recorded"),
            ("gen_ai.usage.total_tokens", "nothing took its place"),
            ("gen_ai.usage.input_tokens", "is recorded by the macro itself"),
            ("gen_ai.input.messages", "is content"),
            ("otel.status", "`otel.` is theirs"),
            ("server.adress", "did you mean `server.address`?"),
        ] {
            let problem = look_up(wrong).expect_err(wrong);
            assert!(problem.contains(hint), "{problem}");
        }
    }
}
