//! What calls are asked to tell, as telemetry was configured.

use super::content::ContentSettings;
use crate::propagation::Propagation;
use crate::semconv::Conventions;

/// What a pipeline wants of its calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) conventions: Conventions,
    /// Whether each inference is repeated as a log event.
    pub(crate) details: bool,
    /// Whether the texts of errors may be told, which can quote what a user wrote.
    pub(crate) error_messages: bool,
    pub(crate) content: ContentSettings,
    /// Whether spans have the attributes of OpenInference as well.
    pub(crate) openinference: bool,
    /// How contexts travel to other services.
    pub(crate) propagation: Propagation,
}

impl Settings {
    /// Whether texts that may quote content can be told.
    pub(crate) const fn may_quote(&self) -> bool {
        self.error_messages || self.content.capture.is_on()
    }

    /// Whether an inference is told of by a log event.
    pub(crate) const fn has_details(&self) -> bool {
        self.details || self.content.capture.is_on_events()
    }
}
