//! Batches of spans.

use std::fmt::Debug;
use std::time::Duration;

use opentelemetry::{Array, Context, KeyValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use super::super::super::worker::is_exporting;
use super::super::encoding::Encode;
use super::batches::{Batches, PATIENCE};

/// Queues sampled spans for an exporter.
pub(crate) type SpanBatches<E> = Batches<SpanData, E>;

impl<E: Encode<SpanData> + Debug> SpanProcessor for SpanBatches<E>
where
    Self: Sync,
{
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, mut span: SpanData) {
        if span.span_context.is_sampled() && !is_exporting() {
            if let Some(most) = self.limits.text_bytes {
                cut_texts(&mut span, most);
            }
            self.put(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.flush(PATIENCE)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.end(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.start(resource);
    }
}

/// Cuts the texts of all attributes after so many characters, as the specification counts them.
fn cut_texts(span: &mut SpanData, most: usize) {
    let of_events = span.events.events.iter_mut().flat_map(|event| &mut event.attributes);
    let of_links = span.links.links.iter_mut().flat_map(|link| &mut link.attributes);
    for KeyValue { value, .. } in span.attributes.iter_mut().chain(of_events).chain(of_links) {
        match value {
            Value::String(text) => {
                if let Some(cut) = cut(text.as_str(), most) {
                    *value = Value::String(cut.into());
                }
            }
            Value::Array(Array::String(texts)) => {
                for text in texts {
                    if let Some(cut) = cut(text.as_str(), most) {
                        *text = cut.into();
                    }
                }
            }
            _ => {}
        }
    }
}

/// The first characters of a text; `None` where it has no more.
pub(in super::super) fn cut(text: &str, most: usize) -> Option<String> {
    if text.len() <= most {
        return None;
    }
    let (end, _) = text.char_indices().nth(most)?;
    text.get(..end).map(str::to_owned)
}
