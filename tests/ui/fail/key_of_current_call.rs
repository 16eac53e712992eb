//! The key of `attribute!` is checked likewise.

fn f() {
    agent_trace_runtime::current().set(agent_trace_runtime::attribute!("gen_ai.systm" = "openai"));
}

fn main() {}
