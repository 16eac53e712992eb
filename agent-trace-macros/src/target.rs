//! What an operation is about, as it was written: a literal, a constant, or an expression.

use syn::{Expr, ExprLit, ExprPath, Lit, LitStr};

use crate::diagnostics::Errors;

/// What the operation is about.
pub(crate) enum Target {
    Literal(LitStr),
    /// The path of a constant.
    Constant(ExprPath),
    Expression(Expr),
}

impl Target {
    pub(crate) fn read(
        expression: Expr,
        type_parameters: &[String],
        errors: &mut Errors,
    ) -> Option<Self> {
        match expression {
            Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => Some(Self::Literal(name)),
            Expr::Lit(other) => {
                errors.push_error(syn::Error::new_spanned(other, "a name is a string"));
                errors.mention_target();
                None
            }
            Expr::Path(path) if is_constant(&path, type_parameters) => Some(Self::Constant(path)),
            other => Some(Self::Expression(other)),
        }
    }
}

/// Whether a path names a constant that a `static` can use: by its case, and not one of `Self`.
pub(crate) fn is_constant(path: &ExprPath, type_parameters: &[String]) -> bool {
    let segments = &path.path.segments;
    let begins_with_self = segments.first().is_some_and(|segment| segment.ident == "Self");
    let is_upper_case = segments.last().is_some_and(|segment| {
        let name = segment.ident.to_string();
        name.chars().any(|c| c.is_ascii_uppercase())
            && !name.chars().any(|c| c.is_ascii_lowercase())
    });
    // `T::MODEL` of a type parameter cannot stand in a static; a type of one capital letter is one.
    let of_parameter = segments.len() > 1
        && segments.first().is_some_and(|segment| {
            let name = segment.ident.to_string();
            name.len() == 1 || type_parameters.contains(&name)
        });
    path.qself.is_none() && is_upper_case && !begins_with_self && !of_parameter
}
