//! OpenTelemetry for AI agents, by attribute macros.
#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod call;
#[cfg(feature = "console")]
mod console;
mod response;
pub mod semconv;
#[cfg(feature = "tokio")]
mod task;
mod telemetry;
pub mod testing;
mod tree;
mod value;

#[doc(hidden)]
pub mod __private;

#[cfg(feature = "macros")]
pub use agent_trace_macros::{
    agent, embedding, llm_call, memory, plan, retrieval, step, tool, workflow,
};
pub use call::{Attribute, CurrentCall, ErrorType, current};
pub use opentelemetry::trace::FutureExt;
pub use response::{InferenceResponse, Usage};
#[cfg(feature = "tokio")]
pub use task::{spawn, spawn_blocking};
pub use telemetry::{
    Compression, FlushError, InstallError, Protocol, Telemetry, TelemetryBuilder, init,
};
pub use value::{AttributeText, AttributeValue};

/// An attribute with a key that is checked while compiling, for
/// [`CurrentCall::set`] and [`CurrentCall::add_event`].
///
/// The key needs a namespace of the application's own and lower snake case. The value is anything
/// that implements [`AttributeValue`].
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::{attribute, current};
///
/// let tenant = String::from("acme");
/// current().set(attribute!("app.tenant" = tenant));
/// ```
#[cfg(feature = "macros")]
#[macro_export]
macro_rules! attribute {
    ($key:literal = $value:expr) => {
        $crate::__private::attribute!($crate, $key = $value)
    };
}

pub use opentelemetry;
pub use opentelemetry_sdk;
