//! One annotated call, from its static site to the end of its span.

#[macro_use]
mod chain;

mod active;
mod agent_run;
mod arguments;
mod attachable;
mod below;
pub mod captured;
mod carried;
mod context_attributes;
mod covered;
#[cfg(feature = "rmcp")]
mod covering;
mod current;
mod dispatch;
mod dropping;
mod ending;
mod envelope;
mod error_type;
mod finish;
mod finished_span;
mod future;
mod look;
mod missing_usage;
mod moment;
mod outcome;
mod probe;
mod reading;
mod returned;
mod site;
mod span;
mod start_rules;
mod starting;
mod stream;
mod stream_ending;
mod streamed;

pub use active::ActiveCall;
pub use arguments::arguments;
pub use below::{Below, below, parent};
pub use carried::{Carried, CarriedFuture, carry};
pub use context_attributes::{ContextAttributes, with_conversation};
#[cfg(feature = "rmcp")]
pub(crate) use covered::Requested;
pub use current::{Attribute, CurrentCall, attribute_of, current};
pub(crate) use dispatch::{
    Pipeline, Providers, Scope, clear_global, end_global, is_global_set, scope_ended,
    scope_started, set_global, with_pipeline,
};
pub use envelope::Envelope;
pub use error_type::ErrorType;
pub use future::trace;
pub use look::look;
pub use missing_usage::calls_without_usage;
pub(crate) use outcome::{Failure, bounded, quietly};
pub use reading::{
    Read, count_of, error_type_of, mapped_response, ok_if, reading_value, record_response,
    trace_reading, usage_of,
};
pub use returned::{returned, returned_future, returned_opaque};
pub(crate) use site::Operation;
pub use site::{CallSite, Constant};
pub(crate) use span::{Identifiers, Processor, Sampling, Spans};
pub use stream::{StreamTracer, TraceStream, TracedStream};
