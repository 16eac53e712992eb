//! The arguments of a macro, parsed by one table.

mod parse;
pub(crate) mod table;

pub(crate) use parse::{Arguments, Pair, parse, parse_pair};

/// An argument that a macro takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    pub(crate) meaning: Meaning,
    /// One line for errors and for the documentation.
    pub(crate) summary: &'static str,
}

/// What an argument says, which also decides how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// `name = value`: what the operation is about; it ends the span's name.
    Target,
    /// `name = value`: recorded under the runtime's key of this name.
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
            Meaning::Target | Meaning::Record(_) | Meaning::Provider => {
                format!("`{name} = value`")
            }
        }
    }
}
