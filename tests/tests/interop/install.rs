//! What the tests talk to; `None` where it cannot be had.

use std::path::PathBuf;

use agent_trace_tests::software::Software;

static PYTHON: Software = Software::python(
    "Python with OpenTelemetry's SDK",
    "opentelemetry",
    include_str!("requirements.txt"),
);

static MCP_SERVER: Software = Software::npm(
    "the reference server of MCP",
    "mcp",
    "@modelcontextprotocol/server-everything@2026.8.31",
);

/// A Python with OpenTelemetry's SDK.
pub(crate) fn python() -> Option<PathBuf> {
    Some(PYTHON.installed(env!("CARGO_TARGET_TMPDIR"))?.join("bin/python"))
}

/// The script of the reference server of MCP.
pub(crate) fn mcp_server() -> Option<PathBuf> {
    let folder = MCP_SERVER.installed(env!("CARGO_TARGET_TMPDIR"))?;
    Some(folder.join("node_modules/@modelcontextprotocol/server-everything/dist/index.js"))
}
