//! Contexts that travel: into headers, metadata and messages, to services and processes, and back out of them.

mod baggage;
mod headers;
mod hostile;
mod parents;
