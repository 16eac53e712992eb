//! Carries the context of a trace to other services and takes it up from them: W3C Trace Context and Baggage,
//! and by choice B3, Jaeger's and X-Ray's headers.
//!
//! [`inject`] writes the current context into what goes out, [`extract`] reads what came in. Both take any
//! [`Carrier`]: HTTP headers, gRPC metadata, maps of strings, JSON objects. What is malformed is ignored by the
//! rules of each format, and fails nothing.
//!
//! ```
//! use std::collections::HashMap;
//! use agent_trace_runtime::propagation;
//! use agent_trace_runtime::testing::Recorder;
//!
//! let recorder = Recorder::install();
//! let message = HashMap::from([(
//!     "traceparent".to_owned(),
//!     "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned(),
//! )]);
//! let _attached = propagation::extract(&message).attach();
//!
//! let mut onwards = HashMap::new();
//! propagation::inject(&mut onwards);
//! assert_eq!(onwards["traceparent"], message["traceparent"]);
//! ```
//!
//! # Which formats
//!
//! `OTEL_PROPAGATORS` lists them, or [`TelemetryBuilder::propagators`](crate::TelemetryBuilder::propagators):
//! `tracecontext,baggage` where nothing is said; `b3`, `b3multi`, `jaeger`, `xray`, `none`. All
//! that are listed are written; of several that can be read, the last one counts.
//!
//! # Baggage
//!
//! Baggage goes to each host that a request is sent to, and may tell strangers who your users are. So it leaves
//! only to hosts that are allowed: see [`TelemetryBuilder::baggage_hosts`](crate::TelemetryBuilder::baggage_hosts).
//! The client layers know where a request goes, [`inject_for`] is told, and [`inject`], which is not, writes
//! baggage only where all hosts are allowed.

mod carrier;
mod formats;
mod hosts;
mod in_force;
#[cfg(feature = "tonic")]
mod interceptor;
mod origin;
mod parent;
mod propagator;

use opentelemetry::Context;

pub use carrier::{Carrier, CarrierMut};
use carrier::{Reading, Writing};
pub(crate) use hosts::Hosts;
#[cfg(any(feature = "rmcp", feature = "tower"))]
pub(crate) use hosts::authority;
pub(crate) use in_force::{Propagation, in_force, set_while_disabled};
#[cfg(feature = "tonic")]
pub use interceptor::ClientInterceptor;
#[cfg(feature = "tower")]
pub(crate) use origin::{trusted, untrusted};
pub use parent::Parent;
pub use propagator::Propagator;
pub(crate) use propagator::RoutingPropagator;

/// Writes the current context into `carrier`, so that what receives it continues the trace.
///
/// Where nothing is installed it writes nothing. Where baggage may not go along, none that stands there stays.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::{agent, propagation};
///
/// #[agent]
/// fn dispatcher(job: &mut serde_json::Value) {
///     // The worker that takes the job from the queue continues this trace.
///     propagation::inject(job);
/// }
/// # dispatcher(&mut serde_json::json!({}));
/// ```
pub fn inject(carrier: &mut (impl CarrierMut + ?Sized)) {
    inject_to(None, carrier);
}

/// Writes the current context into what goes to `host`, with the baggage that may go there.
///
/// `host` is a name or an address, with or without a port.
pub fn inject_for(host: &str, carrier: &mut (impl CarrierMut + ?Sized)) {
    inject_to(Some(host), carrier);
}

fn inject_to(host: Option<&str>, carrier: &mut (impl CarrierMut + ?Sized)) {
    let context = Context::current();
    in_force(&context, |propagation| inject_context(propagation, &context, host, carrier));
}

/// Writes `context` into what goes to `host`, where that is known.
pub(crate) fn inject_context(
    propagation: &Propagation,
    context: &Context,
    host: Option<&str>,
    carrier: &mut (impl CarrierMut + ?Sized),
) {
    propagation.inject(context, host, &mut Writing(carrier));
}

/// The context that came with `carrier`, on top of the current one: spans that start in it are children of the
/// sender's span.
///
/// Where nothing valid came, it is the current context.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::{FutureExt, agent, propagation};
///
/// #[agent(name = "worker")]
/// async fn work(task: &str) {}
///
/// async fn handle(job: serde_json::Value) {
///     let parent = propagation::extract(&job);
///     work(job["task"].as_str().unwrap_or_default()).with_context(parent).await;
/// }
/// ```
#[must_use = "spans have to start in the context that is returned"]
pub fn extract(carrier: &(impl Carrier + ?Sized)) -> Context {
    extract_in(&Context::current(), carrier)
}

/// The context that came with `carrier`, on top of `context`, where anything is in force.
pub(crate) fn extract_in(context: &Context, carrier: &(impl Carrier + ?Sized)) -> Context {
    in_force(context, |propagation| extract_context(propagation, context, carrier))
        .unwrap_or_else(|| context.clone())
}

/// The context that came with `carrier`, on top of `context`.
pub(crate) fn extract_context(
    propagation: &Propagation,
    context: &Context,
    carrier: &(impl Carrier + ?Sized),
) -> Context {
    propagation.extract(context, &Reading(carrier))
}
