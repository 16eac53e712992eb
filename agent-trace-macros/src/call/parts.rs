//! What a call is made of: names, targets, and what is recorded.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, LitStr};

use crate::semconv;

/// The span's name, as the static site knows it.
pub(crate) enum SpanName {
    Literal(String),
    /// A constant of the user's, checked when it is evaluated.
    Constant(TokenStream),
}

/// What the operation is about, where the static site knows it.
pub(crate) enum SiteTarget {
    Literal(LitStr),
    /// A constant of the user's, checked when it is evaluated.
    Constant {
        value: TokenStream,
        /// Whether it ends the span's name, which the macro cannot do.
        ends_name: bool,
    },
}

/// An attribute that is the same at every call: its key, and a variant of the runtime's `Constant`.
pub(crate) struct Constant {
    pub(crate) key: String,
    pub(crate) value: TokenStream,
}

/// A value that is read from the function's arguments at each call.
pub(crate) enum Record {
    /// Recorded, and the end of the span's name.
    Target { key: &'static str, value: Expr },
    /// A constant that the body may set again: a variant of the runtime's `Constant`.
    Constant { key: LitStr, value: TokenStream },
    /// Recorded by a method of the runtime that takes its type.
    Value { method: &'static str, key: LitStr, value: Expr },
}

impl Record {
    /// Whether it tells the series of metrics apart, and so is read of calls that are not sampled, too.
    pub(crate) fn is_measured(&self) -> bool {
        match self {
            Self::Target { key, .. } => semconv::is_measured(key),
            Self::Constant { key, .. } | Self::Value { key, .. } => {
                semconv::is_measured(&key.value())
            }
        }
    }
}

impl Constant {
    pub(super) fn literal(key: &str, value: &LitStr) -> Self {
        Self { key: key.to_owned(), value: quote!(Str(#value)) }
    }
}
