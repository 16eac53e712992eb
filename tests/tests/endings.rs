//! A process that ends with calls in flight delivers the spans of all that had started, each with its
//! ending: whether it returns, panics, drops its runtime, or is asked to end by a signal.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use agent_trace_tests::Collector;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;

/// No ending may take longer.
const BOUND: Duration = Duration::from_secs(12);

const RUNTIMES: [&str; 2] = ["current_thread", "default"];

const CANCELLED: Option<&str> = Some("cancelled");

struct Ended {
    status: ExitStatus,
    stdout: String,
    stderr: String,
}

/// Runs the program until it says that its calls have started, sends the signal, and waits for its end.
fn run(endpoint: &str, runtime: &str, ending: &str, signal: Option<&str>) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_endings"));
    command.args([runtime, ending]).env_clear();
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint).env("RUST_BACKTRACE", "0");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in stdout.lines() {
            let _ = sender.send(line.unwrap());
        }
    });
    if let Some(signal) = signal {
        assert_eq!(lines.recv_timeout(BOUND).as_deref(), Ok("started"));
        for signal in signal.split(' ') {
            send(&child, signal);
        }
    }
    let id = child.id();
    let (ended, end) = mpsc::channel();
    thread::spawn(move || {
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        let _ = ended.send((child.wait().unwrap(), stderr));
    });
    let Ok((status, stderr)) = end.recv_timeout(BOUND) else {
        let _ = Command::new("kill").args(["-KILL", &id.to_string()]).status();
        panic!("{ending} under {runtime} still ran after {BOUND:?}");
    };
    Ended { status, stdout: lines.iter().collect::<Vec<_>>().join("\n"), stderr }
}

fn send(child: &Child, signal: &str) {
    let status = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(status.success(), "kill {signal}");
}

/// Exactly the four spans: the agent, a tool that was done, and two model calls, with these endings.
#[track_caller]
fn assert_delivered(collector: &Collector, agent: Option<&str>, calls: Option<&str>) {
    let spans = collector.wait_for_spans(4);
    let told: Vec<(&str, Option<&str>)> =
        spans.iter().map(|span| (span.name.as_str(), error_type(span))).collect();
    let expected = [
        ("invoke_agent ended", agent),
        ("execute_tool look_up", None),
        ("chat gpt-4o", calls),
        ("chat gpt-4o", calls),
    ];
    assert_eq!(told, expected);
    for span in &spans[1..] {
        assert_eq!(span.parent_span_id, spans[0].span_id, "{}", span.name);
    }
    let has_arguments = |span: &Span| span.attributes.iter().any(|a| a.key == "app.finishes");
    assert!(spans[2..].iter().all(has_arguments), "what the arguments told is not lost");
    assert!(spans.iter().all(|span| span.end_time_unix_nano >= span.start_time_unix_nano));
}

fn error_type(span: &Span) -> Option<&str> {
    let attribute = span.attributes.iter().find(|attribute| attribute.key == "error.type")?;
    match attribute.value.as_ref()?.value.as_ref()? {
        Value::StringValue(value) => Some(value),
        _ => None,
    }
}

#[test]
fn a_return_from_main_delivers_what_was_in_flight() {
    for runtime in RUNTIMES {
        let collector = Collector::http();
        let ended = run(&collector.endpoint(), runtime, "return", None);
        assert!(ended.status.success(), "{}", ended.stderr);
        assert_delivered(&collector, CANCELLED, CANCELLED);
    }
}

#[test]
fn a_panic_of_main_delivers_what_was_in_flight() {
    for runtime in RUNTIMES {
        let collector = Collector::http();
        let ended = run(&collector.endpoint(), runtime, "panic", None);
        assert_eq!(ended.status.code(), Some(101), "{}", ended.stderr);
        assert!(ended.stderr.contains("main panics"), "{}", ended.stderr);
        assert_delivered(&collector, CANCELLED, CANCELLED);
    }
}

#[test]
fn a_panic_within_a_call_is_the_ending_of_that_call() {
    for runtime in RUNTIMES {
        let collector = Collector::http();
        let ended = run(&collector.endpoint(), runtime, "panic_inside", None);
        assert_eq!(ended.status.code(), Some(101), "{}", ended.stderr);
        assert_delivered(&collector, Some("panic"), CANCELLED);
    }
}

#[test]
fn a_dropped_runtime_delivers_what_its_tasks_had_in_flight() {
    for runtime in RUNTIMES {
        let collector = Collector::http();
        let ended = run(&collector.endpoint(), runtime, "runtime", None);
        assert!(ended.status.success(), "{}", ended.stderr);
        assert_eq!(ended.stdout, "started");
        assert_delivered(&collector, CANCELLED, CANCELLED);
    }
}

#[test]
fn a_signal_cancels_what_was_in_flight_and_delivers_it() {
    for runtime in RUNTIMES {
        for (signal, name, code) in [("-TERM", "SIGTERM", 143), ("-INT", "SIGINT", 130)] {
            let collector = Collector::http();
            let ended = run(&collector.endpoint(), runtime, "signal", Some(signal));
            assert_eq!(ended.status.code(), Some(code), "{}", ended.stderr);
            assert_eq!(ended.stdout, format!("stopped by {name}"));
            assert_eq!(ended.stderr, "");
            assert_delivered(&collector, CANCELLED, CANCELLED);
        }
    }
}

#[test]
fn a_signal_ends_calls_in_tasks() {
    for runtime in RUNTIMES {
        let collector = Collector::http();
        let ended = run(&collector.endpoint(), runtime, "signal_tasks", Some("-TERM"));
        assert_eq!(ended.status.code(), Some(143), "{}", ended.stderr);
        assert_delivered(&collector, CANCELLED, CANCELLED);
    }
}

#[test]
fn the_end_of_telemetry_delivers_calls_in_tasks_that_go_on() {
    for runtime in RUNTIMES {
        for (ending, code) in [("return_tasks", 0), ("panic_tasks", 101)] {
            let collector = Collector::http();
            let ended = run(&collector.endpoint(), runtime, ending, None);
            assert_eq!(ended.status.code(), Some(code), "{}", ended.stderr);
            assert_delivered(&collector, CANCELLED, CANCELLED);
        }
    }
}

#[test]
fn a_signal_ends_the_process_where_nobody_waits_for_it() {
    let collector = Collector::http();
    let ended = run(&collector.endpoint(), "default", "signal_later", Some("-INT"));
    assert_eq!(ended.status.code(), Some(130), "{}", ended.stderr);
    assert_delivered(&collector, None, None);
}

#[test]
fn a_second_signal_ends_a_process_that_does_not_hear_the_first() {
    let collector = Collector::http();
    let ended = run(&collector.endpoint(), "current_thread", "signal_blocked", Some("-TERM -INT"));
    assert!(matches!(ended.status.code(), Some(130 | 143)), "{:?}", ended.status);
}

#[test]
fn without_a_signal_the_future_finishes() {
    for runtime in RUNTIMES {
        let collector = Collector::http();
        let ended = run(&collector.endpoint(), runtime, "finish", None);
        assert!(ended.status.success(), "{}", ended.stderr);
        assert_eq!(ended.stdout, "started\nfinished");
        assert_delivered(&collector, None, None);
    }
}

#[test]
fn a_signal_is_not_held_up_by_a_collector_that_never_answers() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let ended = run(&endpoint, "current_thread", "signal", Some("-TERM"));
    assert_eq!(ended.status.code(), Some(143));
    let warning = "agent-trace: spans could not be delivered to http://127";
    assert!(ended.stderr.contains(warning), "{}", ended.stderr);
}
