//! A user's crate of the 2021 edition that knows `agent-trace-runtime` as `telemetry_kit` only.
//!
//! Each attribute names the crate:
//!
//! ```
//! #[telemetry_kit::tool(crate = telemetry_kit)]
//! fn lookup() {}
//!
//! lookup();
//! ```
//!
//! Without it, nothing of the runtime would be found, since its usual name means nothing here:
//!
//! ```compile_fail,E0433
//! #[telemetry_kit::tool]
//! fn lookup() {}
//!
//! lookup();
//! ```
//!
//! ```compile_fail,E0432
//! use ::agent_trace_runtime::tool;
//! ```
