//! The names of the variables, for those who have mistyped one. The tests below hold them to what is read.

/// Those that are read: by this folder, or by OpenTelemetry's crates for it.
pub(in super::super) const READ: &[&str] = &[
    "AGENT_TRACE_BAGGAGE_HOSTS",
    "AGENT_TRACE_BAGGAGE_KEYS",
    "AGENT_TRACE_ERROR_MESSAGES",
    "AGENT_TRACE_FILE_DIRECTORY",
    "AGENT_TRACE_OPENINFERENCE",
    "AGENT_TRACE_SPOOL_BYTES",
    "AGENT_TRACE_SPOOL_DIRECTORY",
    "AGENT_TRACE_SPOOL_SYNC",
    "AGENT_TRACE_STRICT",
    "AGENT_TRACE_TIMED_TRACE_IDS",
    "OTEL_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_BLRP_EXPORT_TIMEOUT",
    "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_BLRP_MAX_QUEUE_SIZE",
    "OTEL_BLRP_SCHEDULE_DELAY",
    "OTEL_BSP_EXPORT_TIMEOUT",
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_BSP_MAX_QUEUE_SIZE",
    "OTEL_BSP_SCHEDULE_DELAY",
    "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_EXPORTER_OTLP_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_CLIENT_KEY",
    "OTEL_EXPORTER_OTLP_COMPRESSION",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_EXPORTER_OTLP_INSECURE",
    "OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_LOGS_CLIENT_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY",
    "OTEL_EXPORTER_OTLP_LOGS_COMPRESSION",
    "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_LOGS_HEADERS",
    "OTEL_EXPORTER_OTLP_LOGS_INSECURE",
    "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL",
    "OTEL_EXPORTER_OTLP_LOGS_TIMEOUT",
    "OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY",
    "OTEL_EXPORTER_OTLP_METRICS_COMPRESSION",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
    "OTEL_EXPORTER_OTLP_METRICS_INSECURE",
    "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
    "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT",
    "OTEL_EXPORTER_OTLP_PROTOCOL",
    "OTEL_EXPORTER_OTLP_TIMEOUT",
    "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY",
    "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "OTEL_EXPORTER_OTLP_TRACES_INSECURE",
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
    "OTEL_EXPORTER_PROMETHEUS_HOST",
    "OTEL_EXPORTER_PROMETHEUS_PORT",
    "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
    "OTEL_EXPORTER_ZIPKIN_TIMEOUT",
    "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
    "OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT",
    "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_LOGS_EXPORTER",
    "OTEL_METRICS_EXPORTER",
    "OTEL_METRIC_EXPORT_INTERVAL",
    "OTEL_METRIC_EXPORT_TIMEOUT",
    "OTEL_PROPAGATORS",
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_SDK_DISABLED",
    "OTEL_SEMCONV_STABILITY_OPT_IN",
    "OTEL_SERVICE_NAME",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_SPAN_EVENT_COUNT_LIMIT",
    "OTEL_SPAN_LINK_COUNT_LIMIT",
    "OTEL_TRACES_EXPORTER",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
];

/// Those of the specification that nobody reads here: no slips of the others.
pub(in super::super) const UNREAD: &[&str] = &[
    "OTEL_CONFIG_FILE",
    "OTEL_ENTITIES",
    "OTEL_EXPORTER_JAEGER_ENDPOINT",
    "OTEL_EXPORTER_JAEGER_TIMEOUT",
    "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
    "OTEL_LOG_LEVEL",
    "OTEL_METRICS_EXEMPLAR_FILTER",
];

/// What the exporter of metrics reads, and this folder does not.
const BY_EXPORTER: &str = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";

/// Whether anybody reads a variable of this name.
pub(in super::super) fn is_read(name: &str) -> bool {
    READ.contains(&name) || name == BY_EXPORTER
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// What stands in quotes in the source, without its tests, and looks like a name or the beginning of one.
    fn in_source(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                in_source(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && path.file_name().is_some_and(|name| name != "names.rs")
            {
                let text = std::fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
                let quoted = text.split('"').filter(|part| {
                    let is_name =
                        |c: char| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit();
                    (part.starts_with("OTEL_") || part.starts_with("AGENT_TRACE_"))
                        && part.chars().all(is_name)
                });
                found.extend(quoted.map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_name_in_the_source_is_in_the_table() {
        let mut found = BTreeSet::new();
        in_source(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/telemetry"), &mut found);
        assert!(found.len() > 30, "{found:?}");
        for name in found {
            // `OTEL_BSP` is put before others.
            let beginning = format!("{}_", name.trim_end_matches('_'));
            let is_beginning = READ.iter().any(|known| known.starts_with(&beginning));
            assert!(
                READ.contains(&&*name) || is_beginning,
                "{name} is read, and is not in the table"
            );
        }
    }

    /// Reads all that can be read, with nothing set.
    #[cfg(feature = "__push")]
    #[test]
    fn every_name_in_the_table_is_read() {
        use crate::telemetry::Telemetry;
        use crate::telemetry::arm::Kind;
        use crate::telemetry::destination::Destination;
        use crate::telemetry::environment::Environment;
        use crate::telemetry::export::{Sample, span_context};
        use crate::telemetry::settings::Exporting;
        use crate::telemetry::worker::Worker;

        let exporting = Exporting { spool: Some("spool".into()), ..Exporting::default() };
        let environment = Environment::examined(None).unwrap();
        Telemetry::builder().read_all(&environment);
        let _ = environment.variable("AGENT_TRACE_SPOOL_DIRECTORY");
        environment.spool(&exporting).unwrap();
        environment.prometheus(&exporting).unwrap();
        environment.sampled_ratio().unwrap();
        for kind in [Kind::Spans, Kind::Metrics, Kind::Events] {
            environment.exporters(kind).unwrap();
            environment.is_insecure(kind).unwrap();
            let otlp = Destination::otlp(&environment, &exporting, kind, true).unwrap().unwrap();
            let _ = Destination::zipkin(&environment, &exporting);
            let _ = Destination::file(&environment, &exporting, kind);
            let worker = Worker::start().unwrap();
            let resource = opentelemetry_sdk::Resource::builder_empty().build();
            Sample::new(&environment, kind, &otlp, &worker, (&resource, &span_context())).unwrap();
        }
        let mut asked = environment.asked.take();
        // Behind features that may be off.
        for (is_on, names) in [
            (
                cfg!(feature = "zipkin"),
                &["OTEL_EXPORTER_ZIPKIN_ENDPOINT", "OTEL_EXPORTER_ZIPKIN_TIMEOUT"][..],
            ),
            (cfg!(feature = "otlp-file"), &["AGENT_TRACE_FILE_DIRECTORY"]),
        ] {
            if !is_on {
                asked.extend(names.iter().map(|name| (*name).to_owned()));
            }
        }
        let table: BTreeSet<String> = READ.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(asked, table);
    }
}
