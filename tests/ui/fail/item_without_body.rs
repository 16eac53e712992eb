//! A method without a body is not traced.

use agent_trace_runtime::tool;

trait Tools {
    #[tool]
    fn f();
}

fn main() {}
