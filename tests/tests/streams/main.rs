//! Functions that return streams: found by their types, traced to their end.

mod endings;
mod forms;
mod named;
mod readings;
mod support;
mod usage;
