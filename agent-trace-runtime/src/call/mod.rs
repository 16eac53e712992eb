//! One annotated call, from its static site to the end of its span.

mod active;
mod attributes;
#[cfg(feature = "tokio")]
mod carried;
mod current;
mod dispatch;
mod first_poll;
mod future;
mod inspect;
mod outcome;
mod returned;
mod site;

pub use active::ActiveCall;
#[cfg(feature = "tokio")]
pub(crate) use carried::{CarriedCall, carry};
pub use current::{Attribute, CurrentCall, attribute_of, current};
pub(crate) use dispatch::{
    Pipeline, Scope, clear_global, is_global_set, scope_ended, scope_started, set_global,
    with_pipeline,
};
pub use future::trace;
pub use inspect::Inspect;
pub use outcome::ErrorType;
pub use returned::{returned, returned_future, returned_opaque};
pub use site::{CallSite, Constant, Operation};
