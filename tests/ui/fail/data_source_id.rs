//! A data source's name holds no id of a single record.

use agent_trace_runtime::retrieval;

#[retrieval(data_source = "doc-9f86d081884c")]
fn f() {}

fn main() {}
