//! The one way of content to an attribute.

use serde_json::Value;

use super::attribute::Content;
use super::bound::Limits;
use super::part::{Blob, Part};
use super::redact::Redact;
use crate::call::quietly;

/// Puts bytes elsewhere, so that a reference to them can be recorded.
///
/// It gets the bytes as they are. Any function from a [`Blob`] to an address is one. Where there is no
/// address, or where it panics, the size and the digest of the bytes are recorded.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::{Blob, Content, Limits, Message, Part};
///
/// let upload = |blob: &Blob| Some(format!("s3://prompts/{}", blob.bytes.len()));
/// let content = Content::InputMessages(vec![Message::user(Part::blob("image/png", [1, 2, 3]))]);
/// let json = content.prepare(None, Some(&upload), &Limits::default()).unwrap();
/// assert_eq!(json[0]["parts"][0]["uri"], "s3://prompts/3");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not upload bytes",
    label = "not an upload",
    note = "write a closure, `|blob: &Blob| Some(uri)`, or implement `Upload`"
)]
pub trait Upload: Send + Sync {
    /// The address at which the bytes are from now on.
    fn upload(&self, blob: &Blob) -> Option<String>;
}

impl<F: Fn(&Blob) -> Option<String> + Send + Sync> Upload for F {
    fn upload(&self, blob: &Blob) -> Option<String> {
        self(blob)
    }
}

impl Content {
    /// What is to be recorded; `None` where the redactor drops it, panics, or makes another attribute of
    /// it.
    ///
    /// In this order:
    ///
    /// 1. What is nested too deeply is cut, and arguments that are JSON as a text are read, so that
    ///    nothing hides in escapes.
    /// 2. Bytes go to the upload, as they are; the address it gives is redacted as any text is.
    /// 3. The redactor sees all of what is left, before anything is cut: half of a key does not look
    ///    like one.
    /// 4. What the redactor leaves is [bound](Self::bound), which turns bytes that were not uploaded
    ///    into a digest.
    #[must_use]
    pub fn prepare(
        mut self,
        redactor: Option<&dyn Redact>,
        upload: Option<&dyn Upload>,
        limits: &Limits,
    ) -> Option<Value> {
        let key = self.key();
        self.cap_depth();
        self.parse_arguments();
        if let Some(upload) = upload {
            self.upload(upload);
        }
        // Whatever the user's code does, nothing of it leaves unredacted, and the call goes on.
        let mut content = match redactor {
            Some(redactor) => quietly(|| redactor.redact(self)).flatten()?,
            None => self,
        };
        if content.key() != key {
            return None;
        }
        content.bound(limits);
        Some(content.to_json())
    }

    /// Reads arguments and results that are an object as JSON text.
    fn parse_arguments(&mut self) {
        let parse = |value: &mut Value| {
            *value = super::json::parsed_object(value.take());
            super::json::cap_depth(value);
        };
        match self {
            Self::ToolCallArguments(value) | Self::ToolCallResult(value) => parse(value),
            _ => {
                for part in self.part_lists().into_iter().flatten() {
                    match part {
                        Part::ToolCall(call) => parse(&mut call.arguments),
                        Part::ToolResponse { response, .. } => parse(response),
                        _ => {}
                    }
                }
            }
        }
    }

    fn upload(&mut self, upload: &dyn Upload) {
        for part in self.part_lists().into_iter().flatten() {
            let Part::Blob(blob) = part else { continue };
            if let Some(uri) = quietly(|| upload.upload(blob)).flatten() {
                let (modality, mime_type) = (blob.modality.clone(), blob.mime_type.take());
                *part = Part::Uri { modality, mime_type, uri };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Message, OutputMessage};
    use super::*;

    fn shouting(mut content: Content) -> Option<Content> {
        content.map_text(|text| *text = text.replace("sk-secret", "[key]"));
        Some(content)
    }

    #[test]
    fn redaction_comes_before_every_cut() {
        let limits = Limits::default();
        // The cut would leave half of the key.
        let text = format!("{}sk-secret{}", "x".repeat(16_300), "y".repeat(1_000));
        let content = Content::OutputMessages(vec![OutputMessage::text(text)]);
        let json = content.prepare(Some(&shouting), None, &limits).unwrap().to_string();
        assert!(!json.contains("sk-"), "{json}");
        // Escapes in JSON within a text hide nothing.
        let arguments = r#"{"key": "s\u006b-secret"}"#;
        let call = Part::ToolCall(super::super::ToolCall {
            arguments: arguments.into(),
            ..super::super::ToolCall::default()
        });
        let content = Content::OutputMessages(vec![OutputMessage::new([call])]);
        let json = content.prepare(Some(&shouting), None, &limits).unwrap();
        assert_eq!(json[0]["parts"][0]["arguments"], json!({"key": "[key]"}));
    }

    #[test]
    fn a_redactor_that_panics_or_refuses_drops_the_content() {
        let content = || Content::RetrievalQuery("sk-secret".into());
        let panics = |_: Content| -> Option<Content> { panic!("no regex today") };
        assert_eq!(content().prepare(Some(&panics), None, &Limits::default()), None);
        let confuses = |_: Content| Some(Content::MemoryQuery("another".into()));
        assert_eq!(content().prepare(Some(&confuses), None, &Limits::default()), None);
        let refuses = |_: Content| None;
        assert_eq!(content().prepare(Some(&refuses), None, &Limits::default()), None);
    }

    #[test]
    fn an_upload_that_fails_leaves_a_digest() {
        let panics = |_: &Blob| -> Option<String> { panic!("no bucket") };
        let fails = |_: &Blob| None;
        for upload in [&panics as &dyn Upload, &fails] {
            let message = Message::user(Part::blob("image/png", [1, 2, 3]));
            let content = Content::InputMessages(vec![message]);
            let json = content.prepare(None, Some(upload), &Limits::default()).unwrap();
            assert_eq!(json[0]["parts"][0]["type"], "blob_digest");
        }
    }
}
