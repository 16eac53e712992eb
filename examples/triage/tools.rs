//! The tools: a server of MCP over stdio, as any client can start it.

use std::error::Error;

use agent_trace_runtime::mcp::Traced;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::transport::stdio;
use rmcp::{ServerHandler, ServiceExt, schemars, tool, tool_handler, tool_router};
use serde::Deserialize;

use crate::service;

struct Tools;

#[derive(Deserialize, schemars::JsonSchema)]
struct Order {
    order: String,
}

#[tool_router]
impl Tools {
    /// Says where the parcel of an order is.
    #[tool]
    async fn track_order(&self, Parameters(Order { order }): Parameters<Order>) -> String {
        format!("Order {order} was due nine days ago and has not arrived.")
    }

    /// Says when an order is refunded.
    #[tool]
    async fn refund_policy(&self) -> String {
        "Late orders are refunded from the seventh day on.".to_owned()
    }
}

#[tool_handler]
impl ServerHandler for Tools {}

pub(crate) async fn serve() -> Result<(), Box<dyn Error>> {
    let telemetry = service::telemetry()?;
    Traced::new(Tools).serve(stdio()).await?.waiting().await?;
    telemetry.shutdown()?;
    Ok(())
}
