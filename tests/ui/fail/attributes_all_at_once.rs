//! All mistakes in a list of attributes are reported at once.

use agent_trace_runtime::step;

#[step("app.x", attributes("C.d" = 1, app = 3, "gen_ai.system" = 1, "a.b" = "right"))]
fn f() {}

fn main() {}
