//! How much a span holds, and how often metrics are collected.

#[cfg(any(feature = "__push", feature = "console"))]
use std::time::Duration;

use opentelemetry_sdk::trace::SpanLimits;

use super::super::error::InstallError;
#[cfg(feature = "__push")]
use super::super::export::EventLimits;
use super::{Environment, Said};

impl Environment {
    /// The limits of spans, their events and links.
    pub(in super::super) fn span_limits(&self) -> Result<SpanLimits, InstallError> {
        let default = SpanLimits::default();
        let of_all = || self.count("OTEL_ATTRIBUTE_COUNT_LIMIT");
        let limit = |setting: &str, names: &[&str], default: u32| {
            let of_variable = || {
                for name in names {
                    if let Some(said) = self.count(name)? {
                        return Ok(Some(said));
                    }
                }
                if setting.contains("attributes") { of_all() } else { Ok(None) }
            };
            self.choose("spans", setting, None, of_variable, default)
        };
        Ok(SpanLimits {
            max_attributes_per_span: limit(
                "attributes",
                &["OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT"],
                default.max_attributes_per_span,
            )?,
            max_events_per_span: limit(
                "events",
                &["OTEL_SPAN_EVENT_COUNT_LIMIT"],
                default.max_events_per_span,
            )?,
            max_links_per_span: limit(
                "links",
                &["OTEL_SPAN_LINK_COUNT_LIMIT"],
                default.max_links_per_span,
            )?,
            max_attributes_per_event: limit(
                "attributes of an event",
                &["OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT"],
                default.max_attributes_per_event,
            )?,
            max_attributes_per_link: limit(
                "attributes of a link",
                &["OTEL_LINK_ATTRIBUTE_COUNT_LIMIT"],
                default.max_attributes_per_link,
            )?,
        })
    }

    /// How often metrics are collected and sent.
    #[cfg(any(feature = "__push", feature = "console"))]
    pub(in super::super) fn metric_interval(&self) -> Result<Duration, InstallError> {
        let said = self.milliseconds("OTEL_METRIC_EXPORT_INTERVAL")?;
        let said = said.filter(|said| !said.value.is_zero());
        let said = said.unwrap_or(Said::by_default(Duration::from_secs(60)));
        self.note("metrics", "interval", &format_args!("{:?}", said.value), &said.source);
        Ok(said.value)
    }

    /// How long one export of metrics may take.
    #[cfg(feature = "__push")]
    pub(in super::super) fn metric_timeout(&self) -> Result<Duration, InstallError> {
        let said = self.milliseconds("OTEL_METRIC_EXPORT_TIMEOUT")?;
        let said = said.unwrap_or(Said::by_default(Duration::from_secs(30)));
        self.note("metrics", "export timeout", &format_args!("{:?}", said.value), &said.source);
        Ok(said.value)
    }

    /// The limits of log events, of which there are none where nobody says so.
    #[cfg(feature = "__push")]
    pub(in super::super) fn event_limits(&self) -> Result<EventLimits, InstallError> {
        let limit = |setting: &str, names: [&str; 2]| {
            for name in names {
                let said =
                    self.read(name, "no whole number", |value| value.parse::<usize>().ok())?;
                if let Some(said) = said {
                    self.note("log events", setting, &said.value, &said.source);
                    return Ok::<_, InstallError>(Some(said.value));
                }
            }
            Ok(None)
        };
        Ok(EventLimits {
            attributes: limit(
                "attributes",
                ["OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT"],
            )?,
            characters: limit(
                "characters of a text",
                [
                    "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT",
                    "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
                ],
            )?,
        })
    }

    /// The most characters of a text in an attribute of a span; `None` where there is no limit.
    #[cfg(feature = "__push")]
    pub(in super::super) fn text_limit(&self) -> Result<Option<usize>, InstallError> {
        let limit =
            |name| self.read(name, "no whole number", |value: &str| value.parse::<usize>().ok());
        let said = match limit("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT")? {
            None => limit("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT")?,
            said => said,
        };
        if let Some(said) = &said {
            self.note("spans", "characters of a text", &said.value, &said.source);
        }
        Ok(said.map(|said| said.value))
    }

    fn count(&self, name: &str) -> Result<Option<Said<u32>>, InstallError> {
        self.read(name, "no whole number", |value| value.parse().ok())
    }
}
