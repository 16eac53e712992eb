//! `gen_ai.` belongs to the conventions.

use agent_trace_runtime::step;

#[step("gen_ai.prompt")]
fn f() {}

fn main() {}
