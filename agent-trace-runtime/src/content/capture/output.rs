//! What answers a conversation.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use super::{MAX_ELEMENTS, capture_texts, forward_capture};
use crate::content::OutputMessage;

/// A value that is the answer of an agent, or of a model whose response does not tell its messages.
///
/// Implemented for texts, each of which is an answer, for [`OutputMessage`]s, and for lists of them.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::{CaptureOutput, OutputMessage};
///
/// assert_eq!("Shipped.".capture_output(), [OutputMessage::text("Shipped.")]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no answer that can be captured",
    label = "not a text, an `OutputMessage`, or a list of them",
    note = "write `capture(output = |reply| …)` with a closure that gives a text of it, or implement `CaptureOutput`: `fn capture_output(&self) -> Vec<OutputMessage> {{ vec![OutputMessage::text(…)] }}`"
)]
pub trait CaptureOutput {
    /// The messages, one for each choice.
    fn capture_output(&self) -> Vec<OutputMessage>;
}

forward_capture!(CaptureOutput::capture_output -> OutputMessage);
capture_texts!(CaptureOutput::capture_output -> OutputMessage: OutputMessage::text);

impl CaptureOutput for OutputMessage {
    fn capture_output(&self) -> Vec<OutputMessage> {
        vec![self.clone()]
    }
}
