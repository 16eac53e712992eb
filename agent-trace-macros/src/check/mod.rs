//! What a value may be: names, keys, types, providers, operations.

mod key;
mod name;
mod operation;
mod provider;
mod value;

pub(crate) use key::{check_key, check_key_anywhere};
pub(crate) use name::{Check, check_span_name, check_step_name, problem_of_target, target_check};
#[cfg(test)]
pub(crate) use operation::operations;
pub(crate) use operation::{inference_operation, memory_operation};
pub(crate) use provider::{Provider, check_family, provider};
pub(crate) use value::{Value, typed, untyped};

use syn::{Expr, ExprCall, ExprLit, Lit, LitStr};

/// `custom("…")`: a value outside of the conventions, said on purpose.
fn custom(expression: &Expr) -> Option<&LitStr> {
    let Expr::Call(ExprCall { func, args, .. }) = expression else { return None };
    let is_custom = matches!(&**func, Expr::Path(path) if path.path.is_ident("custom"));
    match (is_custom, args.first()) {
        (true, Some(Expr::Lit(ExprLit { lit: Lit::Str(value), .. }))) if args.len() == 1 => {
            Some(value)
        }
        _ => None,
    }
}

/// Segments of lower snake case with dots between them, as the conventions' own values are.
fn is_low_cardinality(value: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c);
    !value.is_empty() && value.chars().all(is_allowed)
}
