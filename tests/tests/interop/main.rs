//! Traces through software that is not ours: OpenTelemetry's SDK for Python, and the reference server of MCP.
//!
//! What is missing on this machine is said, and the test passes; `AGENT_TRACE_REQUIRE_INTEROP` makes that a failure.

mod both_ways;
mod install;
mod npm;
mod python;
