//! The tools that a request offers, as providers write them.

use serde_json::Value;

use super::{list, object, text};
use crate::content::ToolDefinition;

/// The tools in a request, in a list of tools, or the tool that this is.
pub(crate) fn tools(value: &Value) -> Vec<ToolDefinition> {
    tools_below(value, 0)
}

/// How deep tools stand in any request: `toolConfig`, `tools`, a list of declarations.
const MAX_DEPTH: usize = 8;

fn tools_below(value: &Value, depth: usize) -> Vec<ToolDefinition> {
    let tools = |value: &Value| tools_below(value, depth + 1);
    match value {
        _ if depth > MAX_DEPTH => Vec::new(),
        Value::String(name) => vec![ToolDefinition::function(name.as_str())],
        Value::Array(elements) => elements.iter().flat_map(tools).collect(),
        Value::Object(tool) => {
            if let Some(tools_of) = ["tools", "toolConfig"].iter().find_map(|key| tool.get(*key)) {
                return tools(tools_of);
            }
            let declared = ["functionDeclarations", "function_declarations"];
            if let Some(key) = declared.iter().find(|key| tool.contains_key(**key)) {
                return list(tool, key).iter().flat_map(tools).collect();
            }
            let inner = ["function", "custom", "toolSpec"].iter().find_map(|key| object(tool, key));
            let kind = text(tool, "type").filter(|kind| *kind != "custom").unwrap_or("function");
            let name = text(inner.unwrap_or(tool), "name");
            // A tool that the provider runs may have no name beside its type.
            let name = name.or_else(|| text(tool, "type"));
            let name = name.or_else(|| tool.keys().next().map(String::as_str));
            name.map(|name| ToolDefinition::new(kind, name)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tools_of_all_requests_are_read() {
        let f = ToolDefinition::function("f");
        let parameters = json!({"type": "object"});
        for request in [
            json!({"tools": [{"type": "function", "function": {"name": "f", "parameters": parameters}}]}),
            json!({"tools": [{"type": "function", "name": "f", "parameters": parameters}]}),
            json!({"tools": [{"name": "f", "input_schema": parameters}]}),
            json!({"tools": [{"functionDeclarations": [{"name": "f", "parameters": parameters}]}]}),
            json!({"toolConfig": {"tools": [{"toolSpec": {"name": "f"}}]}}),
            json!(["f"]),
        ] {
            assert_eq!(tools(&request), std::slice::from_ref(&f), "{request}");
        }
        assert_eq!(
            tools(
                &json!([{"type": "web_search_20250305", "name": "web_search"}, {"googleSearch": {}}])
            ),
            [
                ToolDefinition::new("web_search_20250305", "web_search"),
                ToolDefinition::function("googleSearch"),
            ]
        );
    }
}
