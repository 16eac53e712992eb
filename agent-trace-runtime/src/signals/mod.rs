//! What a call tells besides its span: metrics and log events.

mod content;
mod evaluation;
mod events;
mod labels;
mod metrics;
mod overflow;
mod remembered;
mod settings;

pub use content::ContentCapture;
pub(crate) use content::ContentSettings;
pub use evaluation::Evaluation;
pub(crate) use events::Events;
pub(crate) use labels::{Labels, Told};
pub(crate) use metrics::{Metrics, Series, view};
pub use overflow::calls_beyond_metric_limit;
pub(crate) use remembered::RememberedSeries;
pub(crate) use settings::Settings;
