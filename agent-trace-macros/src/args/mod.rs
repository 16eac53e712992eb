//! The arguments of a macro, parsed by one table.

use syn::Expr;

mod keys;
mod list;
mod parse;
pub(crate) mod table;

pub(crate) use keys::each_key;
pub(crate) use list::{comma, skip_to_comma, word};
pub(crate) use parse::{Arguments, Given, Pair, expression, is_closure, parse, parse_pair};

/// An argument that a macro takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    pub(crate) meaning: Meaning,
    /// What a literal number must lie in.
    pub(crate) range: Option<Range>,
    /// One line for errors and for the documentation.
    pub(crate) summary: &'static str,
}

/// The least and the greatest value of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    pub(crate) least: f64,
    pub(crate) greatest: f64,
}

impl Range {
    const fn at_least(least: f64) -> Self {
        Self { least, greatest: f64::INFINITY }
    }

    const fn between(least: f64, greatest: f64) -> Self {
        Self { least, greatest }
    }

    pub(crate) fn has(self, number: f64) -> bool {
        (self.least..=self.greatest).contains(&number)
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.greatest.is_infinite() {
            write!(formatter, "{} or more", self.least)
        } else {
            write!(formatter, "{} to {}", self.least, self.greatest)
        }
    }
}

/// What an argument says, which also decides how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// `name = value`: what the operation is about; it ends the span's name.
    Target,
    /// `name = value`: recorded under this key of the conventions.
    Record(&'static str),
    /// `provider = value`.
    Provider,
    /// `operation = "…"`.
    Operation,
    /// `span_name = "…"`.
    SpanName,
    /// `attributes("key" = value, …)`.
    Attributes,
    /// `crate = path`.
    Crate,
    /// `remote`.
    Remote,
    /// `in_process`.
    InProcess,
    /// `usage = manual`, and the other words of [`Usage`].
    Usage,
    /// `record(input_tokens = reply.usage.prompt, …)`.
    Mapping,
    /// `capture(input = messages, output)`.
    Capture,
    /// `parent = headers`.
    Parent,
    /// `cancel = ok`.
    Cancel,
    /// `ok_if = |error| …`.
    OkIf,
    /// `error_type = |error| …`.
    ErrorType,
    /// `chunk_events = 100`.
    ChunkEvents,
}

/// Where the token usage of a model call is.
#[derive(Clone, Default)]
pub(crate) enum Usage {
    /// In the result, or the compiler warns.
    #[default]
    InResult,
    /// In the result, or it does not compile.
    Required,
    /// Recorded by the body.
    Manual,
    /// Nowhere.
    None,
    /// What a closure or a function makes of the result.
    Read(Box<Expr>),
}

impl Usage {
    /// The words that users write.
    pub(crate) const WORDS: &[(&str, Self)] =
        &[("manual", Self::Manual), ("none", Self::None), ("required", Self::Required)];
}

impl Argument {
    /// How the argument is written, for errors.
    pub(crate) fn usage(&self) -> String {
        let name = self.name;
        match self.meaning {
            Meaning::Attributes => format!("`{name}(\"namespace.key\" = value)`"),
            Meaning::Crate => format!("`{name} = path`"),
            Meaning::Remote | Meaning::InProcess => format!("`{name}`"),
            Meaning::SpanName | Meaning::Operation => format!("`{name} = \"…\"`"),
            Meaning::Usage => format!("`{name} = manual`"),
            Meaning::Capture => format!("`{name}(…)`"),
            Meaning::Mapping => format!("`{name}(input_tokens = reply.…)`"),
            Meaning::Cancel => format!("`{name} = ok`"),
            Meaning::ChunkEvents => format!("`{name} = 100`"),
            Meaning::OkIf | Meaning::ErrorType => format!("`{name} = |error| …`"),
            Meaning::Target | Meaning::Record(_) | Meaning::Provider | Meaning::Parent => {
                format!("`{name} = value`")
            }
        }
    }
}
