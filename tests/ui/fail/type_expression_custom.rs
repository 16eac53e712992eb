//! A value of the application's attribute can be recorded.

use agent_trace_runtime::tool;

struct Tenant;

#[tool(attributes("app.tenant" = tenant))]
fn f(tenant: Tenant) {
    drop(tenant);
}

fn main() {}
