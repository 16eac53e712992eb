//! A tool's name has at most 64 characters.

use agent_trace_runtime::tool;

#[tool(name = "a_tool_whose_name_goes_on_and_on_until_no_model_provider_would_take_it")]
fn f() {}

fn main() {}
