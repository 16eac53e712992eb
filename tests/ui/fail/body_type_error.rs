//! An error in the body points into the body.

use agent_trace_runtime::tool;

#[tool]
async fn f() -> Result<u8, String> {
    let number: u8 = "one";
    Ok(number)
}

fn main() {}
