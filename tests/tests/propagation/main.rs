//! Contexts that travel: into headers, metadata and messages, to services and processes, and back out of them.

mod baggage;
mod grpc;
mod headers;
mod hostile;
mod http;
mod http_endings;
mod mcp;
mod mcp_conventions;
mod mcp_notifications;
mod parents;
mod queues;
mod trust;
mod variables;
