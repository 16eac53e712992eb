//! What calls are asked to tell, as telemetry was configured.

use crate::semconv::Conventions;

/// What a pipeline wants of its calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) conventions: Conventions,
    /// Whether each inference is repeated as a log event.
    pub(crate) details: bool,
    /// Whether the texts of errors may be told, which can quote what a user wrote.
    pub(crate) error_messages: bool,
}
