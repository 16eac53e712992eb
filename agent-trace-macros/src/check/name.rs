//! The names of spans, and the names in them.

use syn::LitStr;

use crate::diagnostics::Errors;
use crate::grammar;
use crate::kind::Kind;

/// Checks the name of a step.
pub(crate) fn check_step_name(name: &LitStr, errors: &mut Errors) {
    if let Some(problem) = grammar::problem_of_step_name(&name.value()) {
        errors.push(name.span(), problem);
    }
}

/// Checks a `span_name`.
pub(crate) fn check_span_name(name: &LitStr, errors: &mut Errors) {
    if let Some(problem) = grammar::problem_of_span_name(&name.value()) {
        errors.push(name.span(), problem);
    }
}

/// Why the operation of `kind` cannot be about something of this name.
pub(crate) fn problem_of_target(kind: Kind, name: &str) -> Option<&'static str> {
    match kind {
        Kind::Tool => grammar::problem_of_tool(name),
        Kind::LlmCall | Kind::Embedding => grammar::problem_of_model(name),
        _ => grammar::problem_of_name(name),
    }
}

/// A function of the runtime's that checks a constant.
pub(crate) struct Check {
    pub(crate) function: &'static str,
    /// The model or the provider that the site has beside it, for the function's first argument.
    pub(crate) other: Option<String>,
}

/// What checks a constant as `problem_of_target` checks a literal.
pub(crate) fn target_check(kind: Kind, provider: Option<String>) -> Check {
    let function = match (kind, &provider) {
        (Kind::LlmCall | Kind::Embedding, Some(_)) => {
            return Check { function: "model_of", other: provider };
        }
        (Kind::LlmCall | Kind::Embedding, None) => "model",
        (Kind::Tool, _) => "tool",
        _ => "name",
    };
    Check { function, other: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn span_names_have_a_namespace_and_snake_case() {
        for right in ["agent.prompt_assembly", "a.b", "support.v2.rank_documents", "report.q3_2026"]
        {
            assert_eq!(grammar::problem_of_span_name(right), None, "{right}");
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
            "a._b",
            "gen_ai.chat",
            "mcp.call",
            "otel.x",
            "a.order_1234567",
            "a.é",
            "a.x550e8400",
            "a\n.b",
        ] {
            assert!(grammar::problem_of_span_name(wrong).is_some(), "{wrong}");
        }
        assert!(grammar::problem_of_span_name(&format!("a.{}", "b".repeat(63))).is_some());
        assert_eq!(grammar::problem_of_span_name(&format!("a.{}", "b".repeat(62))), None);
    }

    #[test]
    fn names_hold_no_ids() {
        for right in ["support", "Customer support", "kb-2026", "facade", "decade-accede"] {
            assert_eq!(grammar::problem_of_name(right), None, "{right}");
        }
        for wrong in [
            "",
            "agent-1234567",
            "550e8400-e29b-41d4-a716-446655440000",
            "agent {id}",
            "a\tb",
            "9f86d081884c",
        ] {
            assert!(grammar::problem_of_name(wrong).is_some(), "{wrong}");
        }
    }
}
