//! What the tests share: an OTLP receiver on a real socket, bodies of responses, an allocator that counts.

mod allocations;
mod collector;
pub mod responses;

pub use allocations::{Counting, allocations};
pub use collector::{Collector, Received};
