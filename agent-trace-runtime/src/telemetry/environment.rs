//! The variables of the OpenTelemetry specification that the runtime reads itself.
//!
//! The rest is read by the SDK and the exporters.

use std::env::VarError;
use std::time::Duration;

use opentelemetry_sdk::trace::{Config, Sampler, SpanLimits};

use super::arm::Kind;
use super::error::{InstallError, warn};
use super::settings::{Compression, Protocol};
use crate::call::Sampling;
use crate::propagation::{Propagation, Propagator};
use crate::semconv::Conventions;
use crate::signals::ContentCapture;

/// A variable that is set, with its value. Empty is unset, as the specification says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) value: String,
}

/// The variable of this name, where it is set.
pub(super) fn variable(name: &str) -> Result<Option<Variable>, InstallError> {
    match std::env::var(name) {
        Ok(value) if value.trim().is_empty() => Ok(None),
        Ok(value) => Ok(Some(Variable { name: name.to_owned(), value: value.trim().to_owned() })),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(value)) => Err(InstallError::InvalidSetting {
            setting: name.to_owned(),
            value: value.to_string_lossy().into_owned(),
            reason: "it is not valid Unicode".to_owned(),
        }),
    }
}

/// What a variable of the exporters says of this arm: its own goes before that of all.
fn exporter(arm: Kind, setting: &str) -> Result<Option<Variable>, InstallError> {
    match variable(&format!("OTEL_EXPORTER_OTLP_{}_{setting}", word(arm)))? {
        None => variable(&format!("OTEL_EXPORTER_OTLP_{setting}")),
        found => Ok(found),
    }
}

/// What variables call an arm.
const fn word(arm: Kind) -> &'static str {
    match arm {
        Kind::Spans => "TRACES",
        Kind::Metrics => "METRICS",
        Kind::Events => "LOGS",
    }
}

/// An endpoint, and whether it is the arm's own: such a one is used as it is.
pub(super) fn endpoint(arm: Kind) -> Result<Option<(Variable, bool)>, InstallError> {
    let found = exporter(arm, "ENDPOINT")?;
    Ok(found.map(|variable| {
        let is_whole = variable.name.contains(word(arm));
        (variable, is_whole)
    }))
}

/// The protocol, where a variable names one. Another value than the specification's is said on
/// stderr, and counts as none.
pub(super) fn protocol(arm: Kind) -> Result<Option<Protocol>, InstallError> {
    let Some(Variable { name, value }) = exporter(arm, "PROTOCOL")? else { return Ok(None) };
    Ok(match value.as_str() {
        "grpc" => Some(Protocol::Grpc),
        "http/protobuf" => Some(Protocol::HttpProtobuf),
        "http/json" => Some(Protocol::HttpJson),
        _ => {
            warn(&format_args!(
                "{name} is `{value}`, which is none of grpc, http/protobuf, http/json; it is ignored"
            ));
            None
        }
    })
}

/// The compression, where a variable names one.
pub(super) fn compression(arm: Kind) -> Result<Option<Compression>, InstallError> {
    let Some(Variable { name, value }) = exporter(arm, "COMPRESSION")? else { return Ok(None) };
    Ok(match value.to_ascii_lowercase().as_str() {
        "none" => None,
        "gzip" => Some(Compression::Gzip),
        "zstd" => Some(Compression::Zstd),
        _ => {
            warn(&format_args!(
                "{name} is `{value}`, which is none of none, gzip, zstd; it is ignored"
            ));
            None
        }
    })
}

/// How long one export may take, where a variable says it.
pub(super) fn timeout(arm: Kind) -> Result<Option<Duration>, InstallError> {
    let Some(variable) = exporter(arm, "TIMEOUT")? else { return Ok(None) };
    match variable.value.parse() {
        Ok(milliseconds) => Ok(Some(Duration::from_millis(milliseconds))),
        Err(_) => Err(InstallError::InvalidSetting {
            setting: variable.name,
            value: variable.value,
            reason: "a timeout is a whole number of milliseconds".to_owned(),
        }),
    }
}

/// How much a span holds, as the SDK reads it.
pub(super) fn span_limits() -> SpanLimits {
    Config::default().span_limits
}

/// The sampler: of all traces whose callers have not decided, where no variable says otherwise.
pub(super) fn sampling() -> Result<Sampling, InstallError> {
    let Some(Variable { name, value }) = variable("OTEL_TRACES_SAMPLER")? else {
        return Ok(Sampling::below_parents(Sampler::AlwaysOn));
    };
    let (below_parents, word) = match value.strip_prefix("parentbased_") {
        Some(word) => (true, word),
        None => (false, value.as_str()),
    };
    let sampler = match word {
        "always_on" => Sampler::AlwaysOn,
        "always_off" => Sampler::AlwaysOff,
        "traceidratio" => Sampler::TraceIdRatioBased(sampled_ratio()?),
        _ => {
            warn(&format_args!(
                "{name} is `{value}`, which is none of always_on, always_off, traceidratio, alone or after \
                 parentbased_; all traces are recorded that no caller has dropped"
            ));
            return Ok(Sampling::below_parents(Sampler::AlwaysOn));
        }
    };
    Ok(if below_parents { Sampling::below_parents(sampler) } else { sampler.into() })
}

/// The part of all traces that is recorded; all of them where the variable is not set.
fn sampled_ratio() -> Result<f64, InstallError> {
    let Some(Variable { name, value }) = variable("OTEL_TRACES_SAMPLER_ARG")? else {
        return Ok(1.0);
    };
    match value.parse() {
        Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
        _ => {
            warn(&format_args!(
                "{name} is `{value}`, which is no number from 0 to 1; all traces are recorded"
            ));
            Ok(1.0)
        }
    }
}

/// The formats in which contexts travel: W3C's where the variable is not set. An unknown word is said on stderr, and
/// left out.
pub(super) fn propagators() -> Result<Vec<Propagator>, InstallError> {
    let mut propagators = Vec::new();
    let words = list("OTEL_PROPAGATORS")?;
    if words.is_empty() {
        return Ok(Propagation::default().propagators);
    }
    for word in words {
        let known = Propagator::WORDS.iter().find(|(known, _)| *known == word);
        match known {
            Some((_, propagator)) if propagators.contains(propagator) => {}
            Some((_, propagator)) => propagators.push(*propagator),
            None if word == "none" => {}
            None => {
                let words = Propagator::WORDS.iter().map(|(word, _)| *word);
                let words: Vec<&str> = words.chain(["none"]).collect();
                warn(&format_args!(
                    "OTEL_PROPAGATORS names `{word}`, which is none of {}; it is ignored",
                    words.join(", ")
                ));
            }
        }
    }
    Ok(propagators)
}

/// The words of a variable, which commas part.
pub(super) fn list(name: &str) -> Result<Vec<String>, InstallError> {
    let found = variable(name)?;
    let value = found.map(|found| found.value).unwrap_or_default();
    let words = value.split(',').map(str::trim).filter(|word| !word.is_empty());
    Ok(words.map(str::to_owned).collect())
}

/// The conventions, where the variable names some.
pub(super) fn conventions() -> Result<Conventions, InstallError> {
    let found = variable("OTEL_SEMCONV_STABILITY_OPT_IN")?;
    Ok(found.map(|found| Conventions::opted_into(&found.value)).unwrap_or_default())
}

/// Whether this variable is `true`. What is neither that nor `false` is said on stderr, and counts as unset.
pub(super) fn flag(name: &str) -> Result<bool, InstallError> {
    let Some(Variable { name, value }) = variable(name)? else { return Ok(false) };
    Ok(match value.to_ascii_lowercase().as_str() {
        "true" => true,
        "false" => false,
        _ => {
            warn(&format_args!("{name} is `{value}`, which is none of true, false; it is ignored"));
            false
        }
    })
}

/// Where content is recorded, where a variable says it. An unknown word is said on stderr, and records
/// nothing.
pub(super) fn content_capture() -> Result<ContentCapture, InstallError> {
    let found = variable("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT")?;
    let Some(Variable { name, value }) = found else { return Ok(ContentCapture::Off) };
    let mut words = ContentCapture::WORDS.iter();
    Ok(words.find(|(word, _)| value.eq_ignore_ascii_case(word)).map_or_else(
        || {
            warn(&format_args!(
                "{name} is `{value}`, which is none of NO_CONTENT, SPAN_ONLY, EVENT_ONLY, \
                 SPAN_AND_EVENT; nothing is captured"
            ));
            ContentCapture::Off
        },
        |(_, capture)| *capture,
    ))
}
