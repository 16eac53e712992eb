//! The tools that a model or an agent is offered.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::{MAX_ELEMENTS, capture_texts, forward_capture, requests};
use crate::content::ToolDefinition;

/// A value that is a tool, or a list of tools.
///
/// Implemented for [`ToolDefinition`]s, for texts, each of which is the name of a function, for lists of
/// those, and for [`serde_json::Value`]: a tool in the form of a provider's request, a list of them, or
/// the request that holds them. Of JSON, only type and name are taken.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::{CaptureTools, ToolDefinition};
/// use serde_json::json;
///
/// let request = json!({"tools": [{"type": "function", "function": {"name": "lookup_order"}}]});
/// assert_eq!(request.capture_tools(), [ToolDefinition::function("lookup_order")]);
/// assert_eq!("lookup_order".capture_tools(), [ToolDefinition::function("lookup_order")]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tool that can be captured",
    label = "not a tool definition, a name, or a list of them",
    note = "implement `CaptureTools` for it: `fn capture_tools(&self) -> Vec<ToolDefinition> {{ vec![ToolDefinition::function(name)] }}`"
)]
pub trait CaptureTools {
    /// The tools in the order in which they are offered.
    fn capture_tools(&self) -> Vec<ToolDefinition>;
}

forward_capture!(CaptureTools::capture_tools -> ToolDefinition);
capture_texts!(CaptureTools::capture_tools -> ToolDefinition: ToolDefinition::function);

impl CaptureTools for ToolDefinition {
    fn capture_tools(&self) -> Vec<ToolDefinition> {
        vec![self.clone()]
    }
}

impl CaptureTools for Value {
    fn capture_tools(&self) -> Vec<ToolDefinition> {
        requests::tools(self)
    }
}
