//! What a call tells besides its span: metrics and log events.

mod content;
mod evaluation;
mod events;
mod labels;
mod metrics;
mod overflow;
mod settings;

pub use content::ContentCapture;
pub(crate) use content::ContentSettings;
pub use evaluation::Evaluation;
pub(crate) use events::Events;
pub(crate) use labels::Labels;
pub(crate) use metrics::{Metrics, RememberedSeries, Series, view};
pub use overflow::calls_beyond_metric_limit;
pub(crate) use settings::Settings;
