//! One trace across tasks, threads, pools and channels, and what the context says of all calls below.

mod support;

mod carried;
mod context_attributes;
mod envelopes;
mod tracing_spans;
