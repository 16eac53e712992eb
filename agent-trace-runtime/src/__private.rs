//! What generated code calls. Not part of the public API: it changes with any release.

pub use crate::call::{CallSite, Constant, Inspect, Operation, returned};
pub use crate::semconv as key;

#[cfg(feature = "macros")]
pub use agent_trace_macros::attribute;

/// Makes an attribute whose key the macro has checked.
pub use crate::call::Attribute;

/// The type that a body returns, for the compiler's eyes: it is never called. Written before the
/// body, it lets the body's `return`s and last expression convert as they do without the macro.
pub fn output_type<T>() -> T {
    unreachable!("it types a branch that is never taken")
}
