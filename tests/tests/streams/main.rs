//! Functions that return streams: found by their types, traced to their end.

mod endings;
mod forms;
mod support;
mod usage;
