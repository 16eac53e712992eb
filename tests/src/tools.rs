//! A server of MCP whose tools end as they are called.

use agent_trace_runtime::{attribute, current, tool};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, GetPromptRequestParams,
    GetPromptResponse, GetPromptResult, ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};

/// The tools `weather`, `sum` (a `#[tool]` of that name), `broken` (its result says so), `fault` (an internal error), `hang` and `meta` (what came beside the
/// request), and the prompt
/// `greeting`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tools;

#[tool]
async fn forecast() -> &'static str {
    "rain"
}

/// Fails where it is to add nothing.
#[tool(attributes("app.count" = numbers.len() as i64))]
async fn sum(numbers: &[i64]) -> Result<i64, std::num::IntErrorKind> {
    forecast().await;
    current().set(attribute!("app.is_empty" = numbers.is_empty()));
    let sum = numbers.iter().sum();
    if numbers.is_empty() { Err(std::num::IntErrorKind::Empty) } else { Ok(sum) }
}

impl ServerHandler for Tools {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().enable_prompts().build())
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let text = |text: &str| vec![ContentBlock::text(text)];
        match &*request.name {
            "weather" => Ok(CallToolResult::success(text(forecast().await)).into()),
            "sum" => {
                let numbers = request.arguments.iter().flat_map(|arguments| arguments.values());
                let numbers: Vec<i64> = numbers.filter_map(|number| number.as_i64()).collect();
                // Once for the request, and once more.
                let result = sum(&numbers).await;
                let _ = sum(&[1]).await;
                Ok(match result {
                    Ok(sum) => CallToolResult::success(text(&sum.to_string())),
                    Err(_) => CallToolResult::error(text("nothing to add")),
                }
                .into())
            }
            "meta" => {
                let meta = serde_json::to_string(&context.meta).unwrap_or_default();
                Ok(CallToolResult::success(text(&meta)).into())
            }
            "broken" => Ok(CallToolResult::error(text("no thermometer")).into()),
            "fault" => Err(ErrorData::internal_error("secret of alice@example.com", None)),
            "hang" => {
                forecast().await;
                context.ct.cancelled().await;
                Err(ErrorData::internal_error("cancelled", None))
            }
            _ => Err(ErrorData::invalid_params("unknown tool", None)),
        }
    }

    async fn get_prompt(
        &self,
        _request: GetPromptRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        Ok(GetPromptResult::new(Vec::new()).into())
    }
}
