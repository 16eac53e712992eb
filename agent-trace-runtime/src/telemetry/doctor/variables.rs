//! Variables that are set in vain: values that cannot be used, and names that nobody reads.

use std::ffi::OsString;

use super::super::environment::{self, Environment, Wrong};
use super::Finding;
use crate::nearest::nearest;

/// Values that cannot be used.
pub(super) fn wrong(environment: &Environment) -> Vec<Finding> {
    let is_strict = environment.is_strict();
    let found = |Wrong { variable, what_it_is }: Wrong| {
        let (name, value) = (variable.name, variable.value);
        let remedy = format!("correct {name}, or unset it");
        if is_strict {
            let message = format!(
                "it is `{value}`, which is {what_it_is}: `init()` fails, since it is strict"
            );
            Finding::problem(name, message, remedy)
        } else {
            Finding::warning(
                name,
                format!("it is `{value}`, which is {what_it_is}; it is ignored"),
                remedy,
            )
        }
    };
    environment.wrong_ones().into_iter().map(found).collect()
}

/// Names that look as if they were meant for telemetry.
pub(super) fn unknown(names: impl Iterator<Item = OsString>) -> Vec<Finding> {
    let mut names: Vec<String> = names.filter_map(|name| name.into_string().ok()).collect();
    names.sort_unstable();
    let mut findings = Vec::new();
    let mut others = Vec::new();
    for name in names {
        let upper = name.to_ascii_uppercase();
        let is_ours = upper.starts_with("AGENT_TRACE_");
        if !(is_ours || upper.starts_with("OTEL_")) || environment::is_read(&name) {
            continue;
        }
        match meant(&upper) {
            Some(near) => findings.push(Finding::warning(
                &name,
                "no variable has this name, and nobody reads it",
                format!("did you mean `{near}`? Else unset {name}"),
            )),
            None if is_ours => findings.push(Finding::warning(
                &name,
                "no variable has this name, and nobody reads it",
                format!(
                    "unset {name}; the documentation of `TelemetryBuilder` lists all that are read"
                ),
            )),
            None => others.push(name),
        }
    }
    if !others.is_empty() {
        let message = format!("set, and not read by this runtime: {}", others.join(", "));
        findings.push(Finding::ok("other variables", message));
    }
    findings
}

/// The name that was meant: one that goes on as this begins, or that a few edits lead to.
fn meant(name: &str) -> Option<String> {
    if environment::UNREAD.contains(&name) {
        return None;
    }
    let mut longer = environment::READ.iter().filter(|known| known.starts_with(name));
    if let (Some(known), None) = (longer.next(), longer.next()) {
        return Some((*known).to_owned());
    }
    let near = nearest(name, environment::READ);
    near.first().map(|near| near.trim_matches('`').to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    fn found(name: &str) -> Vec<Finding> {
        unknown([OsString::from(name)].into_iter())
    }

    #[test]
    fn slips_are_told_with_what_was_meant() {
        for (slip, meant) in [
            ("OTEL_EXPORTER_OLTP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
            ("OTEL_SERVICENAME", "OTEL_SERVICE_NAME"),
            ("OTEL_EXPORTER_OTLP_HEADER", "OTEL_EXPORTER_OTLP_HEADERS"),
            ("otel_service_name", "OTEL_SERVICE_NAME"),
            ("AGENT_TRACE_SPOOL_DIR", "AGENT_TRACE_SPOOL_DIRECTORY"),
        ] {
            let findings = found(slip);
            let [finding] = &findings[..] else { panic!("{slip}: {findings:?}") };
            assert_eq!((finding.level, finding.subject.as_str()), (Level::Warning, slip));
            let remedy = finding.remedy.as_deref().unwrap_or_default();
            assert!(remedy.starts_with(&format!("did you mean `{meant}`?")), "{slip}: {remedy}");
        }
        let findings = found("AGENT_TRACE_PROMPTS");
        assert_eq!(findings[0].level, Level::Warning);
    }

    #[test]
    fn what_others_read_is_no_slip() {
        for name in ["OTEL_POD_IP", "OTEL_LOG_LEVEL"] {
            assert_eq!(found(name)[0].level, Level::Ok, "{name}");
        }
        for name in
            ["OTEL_SERVICE_NAME", "PATH", "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"]
        {
            assert_eq!(found(name), [], "{name}");
        }
    }
}
