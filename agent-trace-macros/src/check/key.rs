//! The keys of attributes that users name themselves.

use syn::LitStr;

use super::name::is_snake_case;
use crate::diagnostics::Errors;

/// Namespaces whose keys the macros record by themselves.
const RECORDED: &[&str] = &["gen_ai", "error"];

/// Checks a key: a namespace of the application's own, then lower snake case.
pub(crate) fn check_key(key: &LitStr, errors: &mut Errors) {
    if let Some(problem) = problem_of_key(&key.value()) {
        errors.push(key.span(), problem);
    }
}

fn problem_of_key(key: &str) -> Option<String> {
    const EXAMPLE: &str = "write it like \"app.tenant\"";
    let Some((namespace, _)) = key.split_once('.') else {
        return Some(format!("the attribute `{key}` has no namespace; {EXAMPLE}"));
    };
    if let Some(wrong) = key.split('.').find(|segment| !is_snake_case(segment)) {
        return Some(format!(
            "the segment `{wrong}` of an attribute's key is not lower snake case; {EXAMPLE}"
        ));
    }
    RECORDED.contains(&namespace).then(|| {
        format!(
            "`{key}` belongs to the OpenTelemetry conventions, which the macro records by itself"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_a_namespace_of_their_own() {
        for right in ["app.tenant", "acme.billing.plan", "user.id"] {
            assert_eq!(problem_of_key(right), None, "{right}");
        }
        for wrong in ["tenant", "app.", "App.tenant", "app.Tenant", "app.a b", "gen_ai.system"] {
            assert!(problem_of_key(wrong).is_some(), "{wrong}");
        }
    }
}
