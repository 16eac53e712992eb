//! The streaming example prints words as they come and then the tree; Ctrl-C half-way still shows it.
#![cfg(unix)]

use std::io::{BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use agent_trace_tests::Collector;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;

const ANSWER: &str = "The moon pulls at the sea, and the sea bulges towards it.";

/// No run may take longer.
const BOUND: Duration = Duration::from_secs(20);

/// A process that is killed should it exceed the bound, so that whoever reads from it sees its end.
struct Bounded {
    child: Child,
    _running: Sender<()>,
}

impl Bounded {
    fn new(child: Child) -> Self {
        let (running, ended) = mpsc::channel::<()>();
        let id = child.id().to_string();
        thread::spawn(move || {
            if ended.recv_timeout(BOUND) == Err(RecvTimeoutError::Timeout) {
                let _ = Command::new("kill").args(["-KILL", &id]).status();
            }
        });
        Self { child, _running: running }
    }
}

/// Starts the example as `cargo run --example streaming -- PAUSE` does, without a key.
fn start(pause: &str, variables: &[(&str, &str)]) -> Bounded {
    let tests = std::env::current_exe().unwrap();
    let target = tests.parent().and_then(|deps| deps.parent()).unwrap();
    let program: PathBuf = target.join("examples/streaming");
    let mut command = Command::new(&program);
    command.arg(pause).env_clear().envs(variables.iter().copied());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    Bounded::new(child.unwrap_or_else(|error| panic!("{}: {error}", program.display())))
}

/// Waits for the first word on stdout, and sends the signal of Ctrl-C.
fn interrupt(Bounded { child, .. }: &mut Bounded) {
    let mut first = [0; 4];
    let stdout = child.stdout.as_mut().unwrap();
    stdout.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"The ");
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

fn end(Bounded { mut child, _running }: Bounded) -> (ExitStatus, String, String) {
    let (mut stdout, mut stderr) = (String::new(), String::new());
    BufReader::new(child.stdout.take().unwrap()).read_to_string(&mut stdout).unwrap();
    BufReader::new(child.stderr.take().unwrap()).read_to_string(&mut stderr).unwrap();
    (child.wait().unwrap(), stdout, stderr)
}

/// The words of the lines below the headline, with times as `#`.
fn without_times(tree: &str) -> Vec<String> {
    let is_unit = |word: &&str| ["µs", "ms", "s"].contains(word);
    let lines = tree.lines().skip(1).map(|line| {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        while let Some(unit) = words.iter().position(is_unit) {
            words.splice(unit - 1..=unit, ["#"]);
        }
        words.join(" ")
    });
    lines.collect()
}

#[test]
fn words_come_first_and_the_tree_has_the_first_chunk_and_the_tokens() {
    let (status, stdout, stderr) = end(start("0", &[("OTEL_SERVICE_NAME", "streaming")]));
    assert!(status.success(), "{stderr}");
    assert!(stdout.starts_with(ANSWER) && stdout.ends_with("two high tides a day.\n"), "{stdout}");
    assert_eq!(
        without_times(&stderr),
        ["invoke_agent teacher # ok", "└─ chat gpt-4o # 14→42 ok · first chunk #",],
        "{stderr}"
    );
    assert!(
        stderr.starts_with("streaming · ") && stderr.contains(" · 14→42 tokens · "),
        "{stderr}"
    );
}

#[test]
fn ctrl_c_half_way_shows_the_call_as_abandoned() {
    // An hour for each word: only the signal can end this.
    let mut child = start("3600000", &[]);
    interrupt(&mut child);
    let (status, stdout, stderr) = end(child);
    assert_eq!(status.code(), Some(130), "{stderr}");
    assert_eq!(stdout, "");
    assert_eq!(
        without_times(&stderr),
        ["invoke_agent teacher # cancelled", "└─ chat gpt-4o # error abandoned · first chunk #",],
        "{stderr}"
    );
}

#[test]
fn an_endpoint_gets_what_was_streamed_until_ctrl_c() {
    let collector = Collector::http();
    let endpoint = collector.endpoint();
    let mut child = start("3600000", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]);
    interrupt(&mut child);
    let (status, _, stderr) = end(child);
    assert_eq!(status.code(), Some(130), "{stderr}");
    assert_eq!(stderr, "");
    let spans = collector.wait_for_spans(2);
    assert_eq!(text(&spans[1], "error.type"), Some("abandoned"));
    assert_eq!(text(&spans[1], "gen_ai.response.model"), Some("gpt-4o-2024-08-06"));
    assert_eq!(text(&spans[0], "error.type"), Some("cancelled"));
}

fn text<'a>(span: &'a Span, key: &str) -> Option<&'a str> {
    let attribute = span.attributes.iter().find(|attribute| attribute.key == key)?;
    match attribute.value.as_ref()?.value.as_ref()? {
        Value::StringValue(value) => Some(value),
        _ => None,
    }
}
