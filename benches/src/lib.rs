//! What agent-trace costs, beside the same telemetry by hand and by the kits that people use now.
//!
//! ```console
//! $ cargo bench -p agent-trace-benches                      # the whole table
//! $ cargo bench -p agent-trace-benches -- --short           # the same in less time
//! $ cargo test --release -p agent-trace-benches             # what cannot be noisy, held
//! ```

pub mod alternate;
pub mod calls;
pub mod destination;
pub mod expected;
pub mod kits;
pub mod machine;
pub mod once;
pub mod processes;
pub mod rows;
pub mod table;
mod text;
pub mod work;
