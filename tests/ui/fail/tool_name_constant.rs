//! A tool's constant name is checked like a literal.

use agent_trace_runtime::tool;

mod names {
    pub const LOOKUP: &str = "look up";
}

#[tool(name = names::LOOKUP)]
fn f() {}

fn main() {}
