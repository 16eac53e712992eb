//! The grammar of span names and of the names in them.

use syn::LitStr;

use crate::diagnostics::Errors;
use crate::kind::Kind;

/// The longest name of a step, in bytes.
const MAX_STEP_NAME: usize = 64;

/// Namespaces whose span names belong to the conventions.
const RESERVED: &[&str] = &["gen_ai", "mcp", "otel", "http", "rpc", "db", "messaging"];

/// Checks the name of a step or a `span_name`: two or more dot-separated segments of lower snake
/// case.
pub(crate) fn check_step_name(name: &LitStr, errors: &mut Errors) {
    if let Some(problem) = problem_of_step_name(&name.value()) {
        errors.push(name.span(), problem);
    }
}

fn problem_of_step_name(name: &str) -> Option<String> {
    const EXAMPLE: &str = "write it like \"agent.prompt_assembly\"";
    if name.len() > MAX_STEP_NAME {
        return Some(format!("a span name has at most {MAX_STEP_NAME} characters; {EXAMPLE}"));
    }
    let segments: Vec<&str> = name.split('.').collect();
    if let [only] = segments.as_slice() {
        return Some(format!("the span name `{only}` has no namespace; {EXAMPLE}"));
    }
    if let Some(wrong) = segments.iter().find(|segment| !is_snake_case(segment)) {
        return Some(format!(
            "the segment `{wrong}` of a span name is not lower snake case; {EXAMPLE}"
        ));
    }
    let namespace = segments.first().copied().unwrap_or_default();
    RESERVED.contains(&namespace).then(|| {
        format!(
            "`{namespace}.` belongs to the OpenTelemetry conventions; use a namespace of your own"
        )
    })
}

/// A letter first, then letters, digits and single underscores between them.
pub(super) fn is_snake_case(segment: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    segment.starts_with(|c: char| c.is_ascii_lowercase())
        && segment.chars().all(is_allowed)
        && !segment.ends_with('_')
        && !segment.contains("__")
}

/// Checks the literal name of what an operation is about.
pub(crate) fn check_target(kind: Kind, name: &LitStr, errors: &mut Errors) {
    let text = name.value();
    let problem = match kind {
        _ if text.is_empty() => Some("the name is empty".to_owned()),
        Kind::Tool => (!is_function_name(&text)).then(|| {
            "a tool's name is what model providers accept as the name of a function: 1 to 64 of \
             A-Z, a-z, 0-9, `_` and `-`"
                .to_owned()
        }),
        Kind::LlmCall | Kind::Embedding => text
            .contains(char::is_whitespace)
            .then(|| "a model's name has no white space".to_owned()),
        _ if text.contains(char::is_control) => Some("a name has no control characters".to_owned()),
        _ if text.contains(['{', '}']) => Some(
            "a literal name has no placeholders; give an expression, or an attribute for what \
             differs from call to call"
                .to_owned(),
        ),
        _ => None,
    };
    if let Some(problem) = problem {
        errors.push(name.span(), problem);
    }
}

fn is_function_name(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn step_names_have_a_namespace_and_snake_case() {
        for right in ["agent.prompt_assembly", "a.b", "support.v2.rank_documents"] {
            assert_eq!(problem_of_step_name(right), None, "{right}");
        }
        for wrong in [
            "",
            "agent",
            "agent.",
            ".x",
            "a..b",
            "Agent.run",
            "a.b c",
            "a.{id}",
            "a.1b",
            "a.b__c",
            "a.b_",
            "gen_ai.chat",
            "mcp.call",
        ] {
            assert!(problem_of_step_name(wrong).is_some(), "{wrong}");
        }
        assert!(problem_of_step_name(&format!("a.{}", "b".repeat(63))).is_some());
    }
}
