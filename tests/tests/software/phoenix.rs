//! Arize Phoenix shows each call as what it is, with its tokens and its content, below its caller.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use agent_trace_tests::Recipe;
use agent_trace_tests::software::{Process, Software, free_ports};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::assistant::Assistant;

static PHOENIX: Software =
    Software::python("Arize Phoenix", "phoenix", include_str!("requirements/phoenix.txt"));

/// It imports half of Python's world before it listens, and compiles that the first time.
const STARTING: Duration = Duration::from_secs(180);

/// How long it may take from what it has accepted to what it shows.
const SHOWING: Duration = Duration::from_secs(30);

/// A running server with a store of its own.
struct Phoenix {
    process: Process,
    store: PathBuf,
    http: u16,
    grpc: u16,
}

impl Phoenix {
    fn start() -> Option<Self> {
        let folder = PHOENIX.installed(env!("CARGO_TARGET_TMPDIR"))?;
        let [http, grpc] = free_ports();
        let store = folder.with_file_name(format!("phoenix-{}", std::process::id()));
        std::fs::create_dir_all(&store).unwrap();
        let mut command = Command::new(folder.join("bin/phoenix"));
        command.arg("serve").current_dir(&store).env_clear().env("HOME", &store);
        command.env("PHOENIX_WORKING_DIR", &store).env("PHOENIX_HOST", "127.0.0.1");
        command.env("PHOENIX_PORT", http.to_string());
        command.env("PHOENIX_GRPC_PORT", grpc.to_string());
        // It calls nobody, and leaves out what it can do without.
        for (part, is_on) in [
            ("PHOENIX_TELEMETRY_ENABLED", "false"),
            ("PHOENIX_ALLOW_EXTERNAL_RESOURCES", "false"),
            ("PHOENIX_DISABLE_AGENT_ASSISTANT", "true"),
            ("PHOENIX_ENABLE_MCP_SERVER", "false"),
        ] {
            command.env(part, is_on);
        }
        let process = Process::start(&mut command).with_patience(STARTING);
        let phoenix = Self { process, store, http, grpc };
        let listens = |printed: &str| printed.contains("Uvicorn running on").then_some(());
        phoenix.process.wait_for("server", listens);
        Some(phoenix)
    }

    /// Waits until it shows this many spans of the trace in a project, and gives them in the order of their starts.
    async fn spans(&self, project: &str, trace: &str, count: usize) -> Vec<Value> {
        let url = format!(
            "http://127.0.0.1:{}/v1/projects/{project}/spans?trace_id={trace}&sort=start_time&order=asc",
            self.http
        );
        let deadline = Instant::now() + SHOWING;
        loop {
            let answer = reqwest::get(&url).await.unwrap();
            let mut answer: Value = match answer.status() {
                // A project is there once it has spans.
                StatusCode::NOT_FOUND => json!({"data": []}),
                _ => answer.error_for_status().unwrap().json().await.unwrap(),
            };
            let Value::Array(spans) = answer["data"].take() else { panic!("{answer}") };
            if spans.len() >= count {
                return spans;
            }
            assert!(Instant::now() < deadline, "{spans:?}\n{}", self.process.printed());
            sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Phoenix {
    fn drop(&mut self) {
        self.process.kill();
        let _ = std::fs::remove_dir_all(&self.store);
    }
}

#[tokio::test]
async fn phoenix_shows_agents_models_tools_and_retrievals() {
    let Some(phoenix) = Phoenix::start() else { return };
    let http = format!("http://127.0.0.1:{}/v1/traces", phoenix.http);
    assert_shown_by_the_conventions_alone(&phoenix, &http).await;
    assert_shown_by_the_documented_variables(&phoenix).await;
    let grpc = format!("http://127.0.0.1:{}", phoenix.grpc);
    for (protocol, endpoint) in [("http/protobuf", http), ("grpc", grpc)] {
        for compression in ["none", "gzip"] {
            for content in ["NO_CONTENT", "SPAN_ONLY"] {
                let mut assistant = Assistant::start(&[
                    // It takes traces, and neither metrics nor log events.
                    ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &endpoint),
                    ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
                    ("OTEL_EXPORTER_OTLP_COMPRESSION", compression),
                    ("AGENT_TRACE_OPENINFERENCE", "true"),
                    ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", content),
                ]);
                let trace = assistant.ask("Where is it?");
                assert_eq!(assistant.finish(), "", "{protocol}, {compression}");
                let spans = phoenix.spans("default", &trace, 5).await;
                assert_shown(&spans);
                assert_eq!(spans[0]["attributes"]["agent.name"], "assistant");
                match content {
                    "SPAN_ONLY" => assert_content(&spans, &trace),
                    _ => assert_no_content(&spans),
                }
            }
        }
    }
}

/// Later versions of Phoenix read OpenTelemetry's attributes as well, if not all of them.
async fn assert_shown_by_the_conventions_alone(phoenix: &Phoenix, endpoint: &str) {
    let mut assistant = Assistant::start(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", endpoint)]);
    let trace = assistant.ask("Where is it?");
    assert_eq!(assistant.finish(), "");
    let spans = phoenix.spans("default", &trace, 5).await;
    assert_shown(&spans);
    assert_eq!(spans[0]["attributes"]["agent.name"], Value::Null, "nothing of ours is read");
}

/// In the project that they name.
async fn assert_shown_by_the_documented_variables(phoenix: &Phoenix) {
    let host = format!("http://127.0.0.1:{}", phoenix.http);
    let variables = Recipe::of("Arize Phoenix").variables(&host);
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut assistant = Assistant::start(&variables);
    let trace = assistant.ask("Where is it?");
    assert_eq!(assistant.finish(), "");
    let spans = phoenix.spans("support", &trace, 5).await;
    assert_shown(&spans);
    assert_eq!(spans[0]["attributes"]["agent.name"], "assistant");
}

fn assert_shown(spans: &[Value]) {
    let shown = spans.iter().map(|span| [&span["name"], &span["span_kind"], &span["status_code"]]);
    let expected = json!([
        ["invoke_agent assistant", "AGENT", "UNSET"],
        ["retrieval handbook", "RETRIEVER", "UNSET"],
        ["chat gpt-4o", "LLM", "UNSET"],
        ["execute_tool track", "TOOL", "ERROR"],
        ["execute_tool refund", "TOOL", "UNSET"],
    ]);
    assert_eq!(json!(shown.collect::<Vec<_>>()), expected);
    let (agent, below) = spans.split_first().unwrap();
    assert_eq!(agent["parent_id"], Value::Null);
    for span in below {
        assert_eq!(span["parent_id"], agent["context"]["span_id"], "{span}");
    }
    let model = &spans[2]["attributes"];
    assert_eq!(model["llm.model_name"], "gpt-4o");
    assert_eq!(model["llm.provider"], "openai");
    assert_eq!(model["llm.token_count.prompt"], 412);
    assert_eq!(model["llm.token_count.prompt_details.cache_read"], 200);
    assert_eq!(model["llm.token_count.completion"], 38);
    assert_eq!(model["llm.token_count.total"], 450);
    // Tokens on any other span would be counted twice.
    for span in spans.iter().filter(|span| span["span_kind"] != "LLM") {
        assert_eq!(span["attributes"]["llm.token_count.total"], Value::Null, "{span}");
    }
    assert_eq!(spans[3]["attributes"]["tool.name"], "track");
}

fn assert_content(spans: &[Value], trace: &str) {
    let attribute = |span: usize, key: &str| spans[span]["attributes"][key].clone();
    let answer = format!("{trace} It is late. the carrier does not answer, refunded.");
    for (span, key, value) in [
        (0, "llm.input_messages.0.message.content", "Where is it?"),
        (0, "llm.output_messages.0.message.content", &answer),
        (1, "input.value", "Where is it?"),
        (1, "output.value", r#"[{"content":"A page on: Where is it?"}]"#),
        (1, "retrieval.documents.0.document.content", "A page on: Where is it?"),
        (2, "llm.input_messages.0.message.role", "user"),
        (2, "llm.input_messages.0.message.content", "Where is it? A page on: Where is it?"),
        (2, "llm.output_messages.0.message.role", "assistant"),
        (2, "llm.output_messages.0.message.content", "It is late."),
        (3, "input.value", r#"{"order":1042}"#),
        (4, "input.value", r#"{"order":1042}"#),
        (4, "output.value", r#"{"value":"refunded"}"#),
    ] {
        assert_eq!(attribute(span, key), value, "{key} of {}", spans[span]["name"]);
    }
    assert_eq!(spans[3]["status_message"], "the carrier does not answer");
}

fn assert_no_content(spans: &[Value]) {
    for span in spans {
        let text = span.to_string();
        for content in ["Where is it", "It is late", "1042", "refunded", "does not answer"] {
            assert!(!text.contains(content), "{text}");
        }
    }
}
