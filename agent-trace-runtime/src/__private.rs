//! What generated code calls. Not part of the public API: it changes with any release.

pub use crate::call::{
    ActiveCall, Below, CallSite, Constant, Read, arguments, below, count_of, error_type_of, look,
    mapped_response, ok_if, parent, reading_value, record_response, returned, returned_future,
    returned_opaque, trace, trace_reading, usage_of,
};

#[cfg(feature = "macros")]
pub use agent_trace_macros::attribute;

/// Reads fields for the derived `InferenceResponse`.
pub mod derived {
    pub use crate::response::derived::{CountedUsage, finish_reason, finish_reasons, text};
}

/// Reads content for the log event or the span of a call.
pub use crate::call::captured;

/// Makes attributes whose keys the macro has checked.
pub use crate::call::attribute_of;

/// Checks the names that are given as constants, when those are evaluated.
pub mod checked {
    use crate::{families, grammar};

    /// The name of a step.
    #[must_use]
    pub const fn step(name: &'static str) -> &'static str {
        accept(name, grammar::problem_of_step_name(name))
    }

    /// The name of a model.
    #[must_use]
    pub const fn model(name: &'static str) -> &'static str {
        accept(name, grammar::problem_of_model(name))
    }

    /// The name of a model that this provider serves.
    #[must_use]
    pub const fn model_of(provider: &'static str, name: &'static str) -> &'static str {
        match families::contradiction(name, provider) {
            None => model(name),
            Some((_, problem)) => accept(name, Some(problem)),
        }
    }

    /// The name of a provider.
    #[must_use]
    pub const fn provider(name: &'static str) -> &'static str {
        accept(name, families::problem_of_provider(name))
    }

    /// The name of a provider that serves this model.
    #[must_use]
    pub const fn provider_for(model: &'static str, name: &'static str) -> &'static str {
        match families::contradiction(model, name) {
            None => provider(name),
            Some((_, problem)) => accept(name, Some(problem)),
        }
    }

    /// The name of a tool.
    #[must_use]
    pub const fn tool(name: &'static str) -> &'static str {
        accept(name, grammar::problem_of_tool(name))
    }

    /// The name of an agent, a workflow or a data source.
    #[must_use]
    pub const fn name(name: &'static str) -> &'static str {
        accept(name, grammar::problem_of_name(name))
    }

    /// Panics while compiling, since the sites of calls are static.
    const fn accept(name: &'static str, problem: Option<&'static str>) -> &'static str {
        match problem {
            None => name,
            Some(problem) => panic!("{}", problem),
        }
    }
}

/// The type that a body returns, for the compiler's eyes: it is never called. Written before the
/// body, it lets the body's `return`s and last expression convert as they do without the macro.
pub fn output_type<T>() -> T {
    unreachable!("it types a branch that is never taken")
}
