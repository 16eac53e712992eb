//! What variables say of contexts that travel, in processes of their own.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";

/// What a process with these variables passes on, and what it says on stderr.
fn relayed(variables: &[(&str, &str)], headers: &Value) -> (Value, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relay"));
    command.env_clear().env("OTEL_TRACES_SAMPLER", "parentbased_always_on");
    command.envs(variables.iter().copied()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(headers.to_string().as_bytes()).unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(stderr).unwrap();
    assert!(status.success(), "{stderr}");
    (serde_json::from_slice(&stdout).unwrap(), stderr)
}

/// In the order of the alphabet, whether or not JSON keeps its own here.
fn names(headers: &Value) -> Vec<&str> {
    let names: BTreeSet<&str> = headers.as_object().unwrap().keys().map(String::as_str).collect();
    names.into_iter().collect()
}

fn trace_parent(flags: &str) -> String {
    format!("00-{TRACE}-{SPAN}-{flags}")
}

#[test]
fn the_formats_are_those_of_the_variable() {
    let came = json!({ "traceparent": trace_parent("01") });
    let (leaves, _) = relayed(&[], &came);
    assert_eq!(names(&leaves), ["traceparent"]);
    assert!(leaves["traceparent"].as_str().unwrap().starts_with(&format!("00-{TRACE}-")));
    assert_ne!(leaves["traceparent"], came["traceparent"], "the agent's own span is the parent");

    // Each with how much of the header, without its hyphens, tells the trace.
    for (word, header, length) in
        [("b3", "b3", 32), ("jaeger", "uber-trace-id", 32), ("xray", "x-amzn-trace-id", 38)]
    {
        let (leaves, _) = relayed(&[("OTEL_PROPAGATORS", word)], &came);
        assert_eq!(names(&leaves), [header]);
        let (again, _) = relayed(&[("OTEL_PROPAGATORS", word)], &leaves);
        let digits = |headers: &Value| headers[header].as_str().unwrap().replace('-', "");
        let trace = &digits(&leaves)[..length];
        assert_eq!(&digits(&again)[..length], trace, "{word} goes on in the same trace");
    }
    let (leaves, _) = relayed(&[("OTEL_PROPAGATORS", "b3multi, tracecontext")], &came);
    assert_eq!(names(&leaves), ["traceparent", "x-b3-sampled", "x-b3-spanid", "x-b3-traceid"]);
    assert_eq!(leaves["x-b3-traceid"], TRACE);

    let (leaves, _) = relayed(&[("OTEL_PROPAGATORS", "none")], &came);
    assert_eq!(leaves, json!({}));
}

#[test]
fn a_word_that_nobody_knows_is_said_and_left_out() {
    let came = json!({ "traceparent": trace_parent("01") });
    let (leaves, stderr) = relayed(&[("OTEL_PROPAGATORS", "ottrace,tracecontext")], &came);
    assert_eq!(names(&leaves), ["traceparent"]);
    let expected = "agent-trace: OTEL_PROPAGATORS is `ottrace`, which is none of tracecontext, baggage, b3, \
                    b3multi, jaeger, xray, none; it is ignored\n";
    assert!(stderr.starts_with(expected), "{stderr}");
}

#[test]
fn what_records_nothing_passes_on_what_came() {
    let came = json!({ "traceparent": trace_parent("01"), "tracestate": "vendor=1" });
    let (leaves, stderr) = relayed(&[("OTEL_SDK_DISABLED", "true")], &came);
    assert_eq!((leaves, stderr.as_str()), (came, ""));
    let unsampled = json!({ "traceparent": trace_parent("00") });
    let (leaves, stderr) = relayed(&[], &unsampled);
    assert_eq!((leaves, stderr.as_str()), (unsampled, ""));
}

#[test]
fn baggage_goes_by_two_lists() {
    let came = json!({ "traceparent": trace_parent("01"), "baggage": "app.tenant=acme,other=1" });
    let (leaves, _) = relayed(&[], &came);
    assert_eq!(names(&leaves), ["traceparent"]);
    let hosts = ("AGENT_TRACE_BAGGAGE_HOSTS", "localhost, 127.0.0.1");
    let (leaves, _) = relayed(&[hosts, ("AGENT_TRACE_BAGGAGE_KEYS", "app.tenant")], &came);
    let mut members: Vec<&str> = leaves["baggage"].as_str().unwrap().split(',').collect();
    members.sort_unstable();
    assert_eq!(members, ["app.tenant=acme", "other=1"]);
}
