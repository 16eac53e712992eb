//! Metrics and log events: of each macro, each ending, under each version of the conventions.

mod agents;
mod content;
mod conventions;
mod endings;
mod evaluations;
mod events;
mod limit;
mod metrics;
mod openinference;
mod support;
