//! What generated code calls. Not part of the public API: it changes with any release.

pub use crate::call::{CallSite, Constant, Inspect, Operation, returned};

#[cfg(feature = "macros")]
pub use agent_trace_macros::attribute;

/// Makes attributes whose keys the macro has checked.
pub use crate::call::attribute_of;

/// Checks the names that are given as constants, when those are evaluated.
pub mod checked {
    use crate::grammar;

    macro_rules! checks {
        ($($(#[$attribute:meta])* $name:ident by $problem:ident;)*) => {$(
            $(#[$attribute])*
            ///
            /// # Panics
            ///
            /// Where the name is refused: while compiling, since the sites of calls are static.
            #[must_use]
            pub const fn $name(name: &'static str) -> &'static str {
                match grammar::$problem(name) {
                    None => name,
                    Some(problem) => panic!("{}", problem),
                }
            }
        )*};
    }

    checks! {
        /// The name of a step.
        span_name by problem_of_span_name;
        /// The name of a model.
        model by problem_of_model;
        /// The name of a tool.
        tool by problem_of_tool;
        /// The name of an agent, a workflow or a data source.
        name by problem_of_name;
    }
}

/// The type that a body returns, for the compiler's eyes: it is never called. Written before the
/// body, it lets the body's `return`s and last expression convert as they do without the macro.
pub fn output_type<T>() -> T {
    unreachable!("it types a branch that is never taken")
}
