//! The parent that a call is given by its site: `#[agent(parent = headers)]`.

use opentelemetry::Context;

use super::carrier::Carrier;
use super::extract;

/// What a call can continue: anything that came with a context, or a context itself.
///
/// What `parent = …` takes on the macros. Of an `Option` that is `None`, the call stays below what is current.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell the parent of a call",
    note = "`parent = …` takes what carries a context (headers, metadata, a map of strings, a JSON object) or a `Context` of OpenTelemetry"
)]
pub trait Parent {
    /// The context that the call is to start in; `None` for the current one.
    fn parent(&self) -> Option<Context>;
}

impl<C: Carrier + ?Sized> Parent for C {
    fn parent(&self) -> Option<Context> {
        Some(extract(self))
    }
}

impl Parent for Context {
    fn parent(&self) -> Option<Context> {
        Some(self.clone())
    }
}

impl Parent for &Context {
    fn parent(&self) -> Option<Context> {
        Some((*self).clone())
    }
}

impl<P: Parent> Parent for Option<P> {
    fn parent(&self) -> Option<Context> {
        self.as_ref()?.parent()
    }
}

impl<P: Parent> Parent for &Option<P> {
    fn parent(&self) -> Option<Context> {
        self.as_ref()?.parent()
    }
}
