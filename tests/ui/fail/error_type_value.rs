//! A name of an error is a text that lives for ever.

use agent_trace_runtime::tool;

#[tool(error_type = |error| error.code)]
async fn find() -> Result<(), Failure> {
    Err(Failure { code: 404 })
}

struct Failure {
    code: u16,
}

fn main() {}
