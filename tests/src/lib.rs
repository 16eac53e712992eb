//! What the tests of several packages share: an OTLP receiver on a real socket.

mod collector;
pub mod responses;

pub use collector::{Collector, Received};
