//! Queries of traces (TraceQL) and log events (LogQL): the attributes that they name, as far as a look at the text goes.

use regex::Regex;

use crate::emitted::{Attributes, emitted};
use crate::names;

/// Attributes with their scope, and what they are compared with.
pub(crate) fn check_trace_ql(query: &str) -> Result<(), String> {
    let named = Regex::new(r#"\b(span|resource)\.([\w.]+)\s*(?:(=)\s*"([^"]*)")?"#).unwrap();
    let mut count = 0;
    for found in named.captures_iter(query) {
        let known = if &found[1] == "span" { &emitted().of_spans } else { &emitted().of_resource };
        let values = known.get(&found[2]).ok_or_else(|| format!("nobody emits {}", &found[2]))?;
        if let Some(value) = found.get(4).filter(|value| !values.contains(value.as_str())) {
            return Err(format!("{} is never {}", &found[2], value.as_str()));
        }
        count += 1;
    }
    if count > 0 { Ok(()) } else { Err(format!("no attribute in {query}")) }
}

/// What Loki knows of a log event besides its attributes.
const OF_EVENTS: [&str; 2] = ["trace_id", "span_id"];

/// Labels of streams, which are resource attributes; filters and templates, which are attributes of events.
pub(crate) fn check_log_ql(query: &str) -> Result<(), String> {
    let selector = Regex::new(r"^\{([^}]*)\}").unwrap();
    let compared = Regex::new(r#"(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)""#).unwrap();
    let in_template = Regex::new(r"\{\{\s*\.(\w+)\s*\}\}").unwrap();
    let of_streams = selector.captures(query).ok_or_else(|| format!("no stream in {query}"))?;
    let mut is_of_some = false;
    for found in compared.captures_iter(&of_streams[1]) {
        knows(&emitted().of_resource, &found[1])?;
        is_of_some |= found[2].starts_with('=') && !["", ".*"].contains(&&found[3]);
    }
    // Loki refuses a query that could be of streams without any of these labels.
    if !is_of_some {
        return Err(format!("any stream in {query}"));
    }
    let rest = &query[of_streams[0].len()..];
    for found in compared.captures_iter(rest).chain(in_template.captures_iter(rest)) {
        if !OF_EVENTS.contains(&&found[1]) {
            knows(&emitted().of_events, &found[1])?;
        }
    }
    Ok(())
}

fn knows(attributes: &Attributes, label: &str) -> Result<(), String> {
    if attributes.keys().any(|key| names::label(key) == label) {
        return Ok(());
    }
    Err(format!("nobody emits {label}"))
}

#[test]
fn what_nobody_emits_is_found() {
    let check = check_trace_ql;
    assert_eq!(
        check(r#"{ span.gen_ai.operation.name = "invoke_agent" && status = error }"#),
        Ok(())
    );
    assert!(check(r#"{ span.gen_ai.operation.name = "invoke" }"#).is_err());
    assert!(check(r#"{ span.gen_ai.modell = "x" }"#).is_err());
    assert!(check(r#"{ resource.gen_ai.operation.name = "chat" }"#).is_err());
    assert!(check("{ status = error }").is_err());
    let check = check_log_ql;
    assert_eq!(check(r#"{service_name=~"any"} | exception_type != "" | trace_id = "1""#), Ok(()));
    assert!(check(r#"{job="any"}"#).is_err());
    assert!(check(r#"{service_name=~".+"}"#).is_ok());
    assert!(check(r#"{service_name=~".*"}"#).is_err());
    assert!(check(r#"{service_name="any"} | exception_kind = "x""#).is_err());
    assert!(check(r#"{service_name="any"} | line_format "{{.exception_kind}}""#).is_err());
    assert!(check("exception_type").is_err());
}
