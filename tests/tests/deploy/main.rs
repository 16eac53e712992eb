//! The folder `deploy/`: queries name only what the runtime emits, and real software takes the files.
//!
//! What is missing on this machine is said, and the test passes; `AGENT_TRACE_REQUIRE_INTEROP` makes that a failure.

mod alertmanager;
mod calls;
mod dashboards;
mod emitted;
mod files;
mod grafana;
mod hurried;
mod install;
mod names;
mod other_queries;
mod paging;
mod prometheus;
mod promql;
mod rules;
mod runbooks;
mod stack;
