//! OpenTelemetry for AI agents, by attribute macros.
//!
//! Annotate the functions of an agent, and each request becomes one trace under the OpenTelemetry GenAI
//! semantic conventions: the agent's run, its model calls with their tokens, its tools, its memory.
//!
//! ```
//! use agent_trace_runtime::{InferenceResponse, Usage, agent, llm_call, tool};
//!
//! #[agent(name = "support")]
//! async fn answer(question: &str) -> Result<String, std::fmt::Error> {
//!     let order = lookup_order(1042).await?;
//!     Ok(ask(&format!("{question}\n{order}")).await?.text)
//! }
//!
//! #[tool]
//! async fn lookup_order(id: u32) -> Result<String, std::fmt::Error> {
//!     Ok(format!("order {id}: shipped"))
//! }
//!
//! #[llm_call(model = "gpt-4o")]
//! async fn ask(prompt: &str) -> Result<Reply, std::fmt::Error> {
//!     Ok(Reply { text: prompt.to_uppercase(), input: 412, output: 38 })
//! }
//!
//! struct Reply { text: String, input: u64, output: u64 }
//!
//! impl InferenceResponse for Reply {
//!     fn usage(&self) -> Option<Usage> {
//!         Some(Usage::new(self.input, self.output))
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let telemetry = agent_trace_runtime::init()?;
//! # use std::task::{Context, Poll, Waker};
//! # let mut run = std::pin::pin!(answer("Where is my order?"));
//! # assert!(run.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
//! telemetry.shutdown()?;
//! # Ok(())
//! # }
//! ```
//!
//! # Where spans, metrics and log events go
//!
//! [`init()`] reads the `OTEL_*` variables, [`Telemetry::builder()`] is the same in code: to an OTLP
//! endpoint over gRPC or HTTP; with none configured, spans go to stderr as a tree. Either way exporting has a
//! thread of its own, works under any async runtime and under none, and never fails a call.
//! A [`Backend`] knows what a receiver wants to be told: Jaeger, Honeycomb, Langfuse and others.
//! [`doctor()`] says why nothing arrives.
//!
//! # Macros
//!
//! [`macro@agent`], [`macro@workflow`], [`macro@llm_call`], [`macro@embedding`], [`macro@retrieval`],
//! [`macro@memory`], [`macro@tool`], [`macro@plan`] and [`macro@step`] go on `async fn` and plain `fn`,
//! free or in any `impl` or trait, on functions that return `impl Future` or a boxed one, and with
//! `#[async_trait]` in either order. They change nothing about the function but that it is traced: its
//! result, errors, panics, borrows and `Send`-ness stay.
//!
//! A span starts when the body does: for an `async fn` at its first poll, for a plain function at the
//! call. It ends with the outcome:
//!
//! | the body | status | `error.type` |
//! |---|---|---|
//! | returned a value, or `Ok` | unset | none |
//! | returned `Err` | error | the error's type, or what [`ErrorType`] says |
//! | returned a response that tells of an error | error | the provider's code |
//! | was dropped before it finished | error | `cancelled` |
//! | panicked | error | `panic` |
//! | returned a stream that was dropped before its end | error | `abandoned` |
//!
//! # Metrics and log events
//!
//! Each call is measured, whether or not its span is sampled: durations, tokens, the chunks of streams, what an
//! agent calls in a run, under the [`Conventions`] of choice. An error of a service is a log event with its
//! span; so is an [`Evaluation`], and each inference as a whole where that is asked for.
//!
//! # Content
//!
//! Prompts, replies, arguments and results are recorded only where a site names them, by `capture(…)`, and
//! [`ContentCapture`] is switched on; else they are not even looked at. See [`content`] for what can be
//! captured, and for what takes secrets out of it. Texts of errors are treated as content.
//!
//! # Inside of a call
//!
//! [`current()`] is the running call: [`CurrentCall::set`], [`CurrentCall::add_event`],
//! [`CurrentCall::record_usage`], [`CurrentCall::record_evaluation`]. The span is also OpenTelemetry's current one, so that spans of other
//! libraries nest.
//!
//! # Across tasks, threads and channels
//!
//! `spawn`, `spawn_in` a `JoinSet`, `spawn_blocking` and [`spawn_thread`] are those of tokio and of the standard
//! library, with what runs there below the call; [`carry()`] is for any other pool or runtime, rayon's among them.
//! An [`Envelope`] takes the context along with a message.
//!
//! [`with_conversation`] says which conversation all calls below are a part of; [`ContextAttributes`] says the
//! user, the tenant, or what else is true of all of them.
//!
//! # Across services
//!
//! [`propagation`] carries the trace to other services and takes it up from them, in the headers of any format that
//! `OTEL_PROPAGATORS` names; `parent = headers` on a macro continues what came with an argument. `http` has layers for
//! servers and clients of HTTP and gRPC, `mcp` both sides of the Model Context Protocol. An [`Envelope`] crosses
//! queues. [`with_conversation`] and [`ContextAttributes`] say once what is true of all calls below, and cross
//! services by baggage where that is allowed.
//!
//! # What a model call used
//!
//! `#[llm_call]` and `#[embedding]` read tokens, model, id and finish reasons from the value that the
//! function returns, by [`trait@InferenceResponse`], which `#[derive(InferenceResponse)]` implements for a
//! type of your own by its marked fields. A provider's body, as `serde_json::Value` or as bytes,
//! implements it, and so do the types of several client crates: see [`response`]. Of a stream, the items do.
//!
//! # Features
//!
//! `macros`, `console`, `otlp-http`, `otlp-grpc`, `tokio` and `http` are on by default; `tls`, `zstd` and
//! `signal` are not. `redaction` has patterns of what is not to be recorded of [`content`]; `tracing` and `log`
//! send the application's own records along.
//! `async-openai`, `genai`, `ollama-rs` and `rig-core` read what the response types of these crates tell;
//! `async-openai-client` also names that crate's errors, `reqwest` and `anyhow` those of theirs; `bytes` reads
//! bodies that are `Bytes`. `rig-core` needs Rust 1.95.
//! `tower`, `axum`, `tonic`, `reqwest-middleware` and `rmcp` carry the trace through these crates; `http` reads and
//! writes headers.
#![deny(missing_docs)]
#![warn(clippy::unwrap_used)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod call;
#[cfg(feature = "console")]
mod console;
pub mod content;
mod families;
mod grammar;
#[cfg(feature = "tower")]
pub mod http;
#[cfg(feature = "rmcp")]
pub mod mcp;
mod nearest;
pub mod propagation;
#[cfg(any(feature = "rmcp", feature = "tower"))]
mod request_span;
pub mod response;
pub mod semconv;
mod signals;
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
pub use call::{
    Attribute, Carried, CarriedFuture, ContextAttributes, CurrentCall, Envelope, ErrorType,
    StreamTracer, TraceStream, TracedStream, calls_without_usage, carry, current,
    with_conversation,
};
/// Runs a future, stream or sink in a context of OpenTelemetry: `future.with_current_context()`
/// carries the current span into another task. [`current()`] stays behind; [`carry()`] takes both.
pub use opentelemetry::trace::FutureExt;
pub use response::{InferenceResponse, Modality, Usage};
pub use semconv::Conventions;
pub use signals::{ContentCapture, Evaluation, calls_beyond_metric_limit};
pub use task::spawn_thread;
#[cfg(feature = "tokio")]
pub use task::{spawn, spawn_blocking, spawn_in};
#[cfg(feature = "log")]
pub use telemetry::LogBridge;
#[cfg(feature = "tracing")]
pub use telemetry::TracingLayer;
pub use telemetry::{
    Backend, Compression, Description, Diagnosis, Finding, FlushError, InstallError, Level,
    Protocol, Source, Telemetry, TelemetryBuilder, doctor, init,
};
#[cfg(feature = "__push")]
pub use telemetry::{ExportCounts, Loss};
#[cfg(feature = "signal")]
pub use telemetry::{Run, Signal};
pub use value::{AttributeText, AttributeValue};

/// An attribute with a key that is checked while compiling, for
/// [`CurrentCall::set`] and [`CurrentCall::add_event`].
///
/// The key is one of the application's own, with a namespace and in lower snake case, or one of the
/// conventions that the macros do not record by themselves. The value is anything that implements
/// [`AttributeValue`]; for a key of the conventions it has that key's type.
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
