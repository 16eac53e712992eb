//! The types of values: literals are checked here, expressions by the bounds of the runtime.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprArray, ExprLit, ExprReference, ExprUnary, Lit, LitInt, UnOp};

use crate::args::Range;
use crate::diagnostics::Errors;
use crate::nearest::nearest;
use crate::semconv::{Known, ValueType};

/// A value that was checked as far as it can be here.
pub(crate) enum Value {
    /// A variant of the runtime's `Constant`, with its literal.
    Constant(TokenStream),
    /// An expression, with the runtime's method that takes its type.
    Expression(&'static str, Expr),
}

/// A value of an attribute that is the user's own: of any type.
pub(crate) fn untyped(value: Expr) -> Value {
    match literal(&value).filter(|(literal, _)| literal.suffix().is_empty()) {
        Some((Lit::Str(text), false)) => Value::Constant(quote!(Str(#text))),
        Some((Lit::Bool(boolean), false)) => Value::Constant(quote!(Bool(#boolean))),
        Some((Lit::Int(_), _)) => Value::Constant(quote!(Int(#value))),
        Some((Lit::Float(_), _)) => Value::Constant(quote!(Double(#value))),
        _ => Value::Expression("set", value),
    }
}

/// A value of an attribute of the conventions.
pub(crate) fn typed(
    known: &Known,
    value: Expr,
    range: Option<Range>,
    errors: &mut Errors,
) -> Option<Value> {
    let Some((literal, is_negative)) = literal(&value) else {
        if known.value == ValueType::Texts {
            check_elements(&value, errors);
        }
        return Some(Value::Expression(method(known.value), value));
    };
    match (known.value, literal) {
        (ValueType::Text, Lit::Str(text)) => {
            if let Some(problem) = problem_of_member(known, &text.value()) {
                errors.push(text.span(), problem);
            }
            Some(Value::Constant(quote!(Str(#text))))
        }
        (ValueType::Boolean, Lit::Bool(boolean)) => Some(Value::Constant(quote!(Bool(#boolean)))),
        (ValueType::Integer, Lit::Int(number)) if !fits(&number, is_negative) => {
            let message = format!("`{}` is an integer of 64 bits", known.key);
            errors.push_error(syn::Error::new_spanned(&value, message));
            None
        }
        (ValueType::Integer, Lit::Int(number)) => {
            check_range(number.base10_parse().ok(), is_negative, range, &value, errors);
            Some(number_of(number.suffix().is_empty(), quote!(Int(#value)), "integer", &value))
        }
        (ValueType::Double, Lit::Int(number)) => {
            let parsed = number.base10_parse::<f64>().ok();
            check_range(parsed, is_negative, range, &value, errors);
            let double = parsed.map(|number| if is_negative { -number } else { number });
            Some(Value::Constant(quote!(Double(#double))))
        }
        (ValueType::Double, Lit::Float(number)) => {
            check_range(number.base10_parse().ok(), is_negative, range, &value, errors);
            Some(number_of(number.suffix().is_empty(), quote!(Double(#value)), "double", &value))
        }
        (expected, _) => {
            let message = format!("`{}` is {}", known.key, expected.name());
            errors.push_error(syn::Error::new_spanned(&value, message));
            None
        }
    }
}

/// A literal as a constant, or as an expression where it has a type of its own.
fn number_of(is_plain: bool, constant: TokenStream, method: &'static str, value: &Expr) -> Value {
    if is_plain { Value::Constant(constant) } else { Value::Expression(method, value.clone()) }
}

/// The runtime's method that takes an expression of this type.
const fn method(value: ValueType) -> &'static str {
    match value {
        ValueType::Text | ValueType::Structured | ValueType::Template => "text",
        ValueType::Integer => "integer",
        ValueType::Double => "double",
        ValueType::Boolean => "boolean",
        ValueType::Texts => "texts",
    }
}

fn literal(value: &Expr) -> Option<(Lit, bool)> {
    match value {
        Expr::Paren(inner) if inner.attrs.is_empty() => literal(&inner.expr),
        Expr::Lit(ExprLit { lit, attrs }) if attrs.is_empty() => Some((lit.clone(), false)),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match &**expr {
            Expr::Lit(ExprLit { lit: lit @ (Lit::Int(_) | Lit::Float(_)), .. }) => {
                Some((lit.clone(), true))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether an integer has 64 bits with its sign.
fn fits(number: &LitInt, is_negative: bool) -> bool {
    let magnitude = number.base10_parse::<u64>();
    magnitude.is_ok_and(|magnitude| magnitude <= i64::MAX.unsigned_abs() + u64::from(is_negative))
}

fn check_range(
    number: Option<f64>,
    is_negative: bool,
    range: Option<Range>,
    value: &Expr,
    errors: &mut Errors,
) {
    let (Some(number), Some(range)) = (number, range) else { return };
    let number = if is_negative { -number } else { number };
    if !range.has(number) {
        let message = format!("this is out of range: it is {range}");
        errors.push_error(syn::Error::new_spanned(value, message));
    }
}

/// Checks the literals among the elements of a written list.
fn check_elements(value: &Expr, errors: &mut Errors) {
    let list = match value {
        Expr::Reference(ExprReference { expr, .. }) => expr,
        other => other,
    };
    let Expr::Array(ExprArray { elems, .. }) = list else { return };
    for element in elems {
        if literal(element).is_some_and(|(literal, _)| !matches!(literal, Lit::Str(_))) {
            let message = "an element of a list of strings is a string";
            errors.push_error(syn::Error::new_spanned(element, message));
        }
    }
}

/// The enums are open: any value goes, save for one that a slip made out of a member.
fn problem_of_member(known: &Known, value: &str) -> Option<String> {
    if known.members.is_empty() || known.members.contains(&value) {
        return None;
    }
    let simplified = value.trim().to_ascii_lowercase();
    let near = nearest(&simplified, known.members);
    (!near.is_empty()).then(|| {
        format!(
            "`{value}` is nearly a value of `{}`: did you mean {}?",
            known.key,
            near.join(" or ")
        )
    })
}
