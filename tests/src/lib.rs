//! What the tests of several packages share: an OTLP receiver on a real socket.

mod collector;

pub use collector::{Collector, Received};
