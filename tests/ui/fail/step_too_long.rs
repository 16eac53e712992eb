//! A step's name has at most 64 characters.

use agent_trace_runtime::step;

#[step("agent.a_name_that_goes_on_and_on_until_nobody_can_read_it_in_a_list")]
fn f() {}

fn main() {}
