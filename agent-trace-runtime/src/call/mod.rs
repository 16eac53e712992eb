//! One annotated call, from its static site to the end of its span.

mod active;
mod current;
mod dispatch;
mod future;
mod inspect;
mod outcome;
mod returned;
mod site;

pub use current::{Attribute, CurrentCall, current};
#[cfg(feature = "tokio")]
pub(crate) use current::{CarriedCall, carry};
pub(crate) use dispatch::{
    Pipeline, Scope, clear_global, scope_ended, scope_started, set_global, with_pipeline,
};
pub use inspect::Inspect;
pub use outcome::ErrorType;
pub use returned::returned;
pub use site::{CallSite, Constant, Operation};
