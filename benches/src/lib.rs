//! What agent-trace costs, beside the same telemetry by hand and by the kits that people use now.
//!
//! ```console
//! $ cargo bench -p agent-trace-benches
//! ```

pub mod machine;
pub mod table;
mod text;
