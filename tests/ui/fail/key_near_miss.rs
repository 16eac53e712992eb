//! A slip in a key of the core conventions is refused.

use agent_trace_runtime::step;

#[step("app.call", attributes("server.adress" = "localhost"))]
fn f() {}

fn main() {}
