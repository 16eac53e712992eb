//! The Model Context Protocol, by `rmcp`: spans and durations of both sides under the MCP conventions, with the
//! context in `params._meta`, over any transport.
//!
//! A server's handler goes into [`Traced`]; so does a client's, which a server can ask, too. Requests go out by
//! [`PeerExt::traced`], in the place of the peer itself:
//!
//! ```no_run
//! use agent_trace_runtime::agent;
//! use agent_trace_runtime::mcp::{PeerExt, Traced};
//! use rmcp::ServiceExt;
//! use rmcp::model::CallToolRequestParams;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! # let transport = tokio::io::duplex(1024).0;
//! let client = Traced::new(()).serve(transport).await?;
//!
//! #[agent(name = "specialist")]
//! async fn answer(client: &rmcp::Peer<rmcp::RoleClient>) -> Result<(), rmcp::ServiceError> {
//!     // `tools/call weather`, with the server's span of the same name below it.
//!     client.traced().call_tool(CallToolRequestParams::new("weather")).await?;
//!     Ok(())
//! }
//! answer(&client).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # One span a tool call
//!
//! Where the request is sent by a `#[tool]` of the same name, that span is the tool call's: it gets the attributes
//! of MCP, and no second one is opened. On the other side, a `#[tool]` of the name that was asked for opens none below
//! the request's: what it records goes on that one.
//!
//! Notifications are sent by `notify`, with a span. One that is received has a span where its sender has told the
//! context.
//!
//! # Errors
//!
//! The code of a JSON-RPC error is the span's `error.type`, and `tool_error` where a tool's result says `isError`. On
//! the server's side the codes that a client is to blame for are told in `rpc.response.status_code` only.
//!
//! Source: MCP conventions, development, as of 2026-10-09.

mod client;
mod connection;
mod handlers;
mod message;
mod metrics;
mod outcome;
mod server;
mod session;

pub use client::{PeerExt, TracedPeer};
pub(crate) use metrics::Instruments;
pub use server::Traced;
