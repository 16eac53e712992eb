//! HTTP requests between services: spans of servers and clients under the HTTP conventions, with the context in the
//! headers. Of gRPC, which travels by HTTP, under the RPC conventions.
//!
//! [`ServerLayer`] and [`ClientLayer`] are `tower` layers, for axum, tonic and hyper. [`ClientMiddleware`] is for
//! `reqwest`, by `reqwest-middleware`.
//!
//! ```
//! use agent_trace_runtime::agent;
//! use agent_trace_runtime::http::ServerLayer;
//! use axum::Router;
//! use axum::routing::post;
//!
//! #[agent(name = "specialist")]
//! async fn answer(question: String) -> String {
//!     question.to_uppercase()
//! }
//!
//! // Each answer is a child of `POST /agents/{name}`, which is a child of the caller's span.
//! let router: Router =
//!     Router::new().route("/agents/{name}", post(answer)).layer(ServerLayer::new());
//! ```
//!
//! # What is recorded
//!
//! Of a server: the method, the route and not the path in the span's name, the path, the scheme, host and port, the
//! protocol's version, the client's name of itself, the status. A status of 500 and more is an error. Of a client:
//! the method, the address, the status, of which 400 and more is an error. Neither bodies nor headers are recorded.
//! The values of queries can be secrets or what a user has typed: `REDACTED` stands for each, and a name and a
//! password before the host are left out.
//!
//! The spans last until the response's body has been sent, or was received: what streams is part of its request.
//!
//! Source: HTTP conventions 1.44.0, stable; RPC conventions 1.44.0, release candidate.

mod attributes;
mod body;
mod client;
mod ending;
#[cfg(feature = "reqwest-middleware")]
mod reqwest;
mod response;
mod rpc;
mod server;

pub use body::TracedBody;
pub use client::{ClientLayer, ClientService};
#[cfg(feature = "reqwest-middleware")]
pub use reqwest::ClientMiddleware;
pub use response::ResponseFuture;
pub use server::{ServerLayer, ServerService};
