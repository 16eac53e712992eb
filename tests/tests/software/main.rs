//! What back ends that are not ours understand of all that we send: rotel, a collector, and Arize Phoenix.
//!
//! What is missing on this machine is said, and the test passes; `AGENT_TRACE_REQUIRE_INTEROP` makes that a failure.

mod assistant;
mod collector;
mod phoenix;
mod printed;
mod restart;
mod rotel;
