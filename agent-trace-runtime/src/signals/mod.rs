//! What a call tells besides its span: metrics and log events.

mod labels;
mod metrics;
mod overflow;

pub(crate) use labels::Labels;
pub(crate) use metrics::{Metrics, Series};
pub use overflow::calls_beyond_metric_limit;
