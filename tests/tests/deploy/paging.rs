//! From a model that fails to a page: the agent of the example, Prometheus, Alertmanager, and whoever is paged.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use agent_trace_tests::Collector;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

use crate::emitted::free_address;
use crate::{dashboards, files, hurried, install, rules};

/// How long the page may take. Mostly it takes some fifteen seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// What the pager's two receivers get, by their paths.
type Message = (&'static str, Value);

/// The services around the software that is tested: a model that is down, and a pager.
async fn serve(pages: UnboundedSender<Message>) -> String {
    async fn page(State(pages): State<UnboundedSender<Message>>, Json(message): Json<Value>) {
        let _ = pages.send(("webhook", message));
    }
    async fn enqueue(
        State(pages): State<UnboundedSender<Message>>,
        Json(message): Json<Value>,
    ) -> StatusCode {
        let _ = pages.send(("pagerduty", message));
        StatusCode::ACCEPTED
    }
    async fn fail() -> (StatusCode, Json<Value>) {
        let error =
            json!({ "message": "overloaded", "type": "server_error", "code": null, "param": null });
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "error": error })))
    }
    let router = Router::new()
        .route("/v1/chat/completions", post(fail))
        .route("/page", post(page))
        .route("/v2/enqueue", post(enqueue))
        .with_state(pages);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn start(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// The example, which `cargo test` builds; a test that is named alone has to.
fn support_agent() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let target = tests.parent().and_then(Path::parent).unwrap();
    let program = target.join("examples/support_agent");
    if !program.exists() {
        let mut cargo = std::process::Command::new(env!("CARGO"));
        cargo.args(["build", "-p", "agent-trace-examples", "--example", "support_agent"]);
        install::run(&mut cargo).unwrap();
    }
    program
}

/// The agent, again and again, with its metrics at this address; without a key it talks to a model that answers.
fn agent(program: &Path, metrics: &str, collector: &Collector) -> Command {
    let (host, port) = metrics.split_once(':').unwrap();
    let mut command = Command::new(program);
    command.arg("--repeat").env_clear();
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
    command.env("OTEL_METRICS_EXPORTER", "prometheus");
    command.env("OTEL_EXPORTER_PROMETHEUS_HOST", host);
    command.env("OTEL_EXPORTER_PROMETHEUS_PORT", port);
    command
}

fn prometheus(folder: &Path, alertmanager: &str, targets: &Value) -> (Child, String) {
    let files = [("alertmanager:9093", alertmanager)];
    hurried::copy("prometheus/prometheus.yml", folder, &files);
    for name in ["prices", "recording", "alerts"] {
        hurried::copy(&format!("prometheus/{name}.yml"), folder, &[]);
    }
    fs::write(folder.join("targets.yml"), targets.to_string()).unwrap();
    let address = free_address();
    let mut command = Command::new("prometheus");
    command
        .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
        .arg(format!("--storage.tsdb.path={}", folder.join("metrics").display()))
        .arg(format!("--web.listen-address={address}"))
        .arg(format!("--web.external-url=http://{address}"))
        .arg(format!("--web.user-assets={}", files::root().join("runbooks").display()));
    (start(&mut command), address)
}

fn alertmanager(folder: &Path, address: &str, pager: &str) -> Child {
    let key = folder.join("routing_key");
    fs::write(&key, "the-key").unwrap();
    let changes = [
        ("http://host.docker.internal:9095", &*format!("http://{pager}")),
        ("/run/secrets/pagerduty_routing_key", &*key.display().to_string()),
        ("route:\n", &*format!("global:\n  pagerduty_url: http://{pager}/v2/enqueue\n\nroute:\n")),
    ];
    hurried::copy("alertmanager/alertmanager.yml", folder, &changes);
    let mut command = Command::new("prometheus-alertmanager");
    command
        .arg(format!("--config.file={}", folder.join("alertmanager.yml").display()))
        .arg(format!("--storage.path={}", folder.join("alerts").display()))
        .arg(format!("--web.listen-address={address}"))
        .arg("--cluster.listen-address=");
    start(&mut command)
}

/// The first message that one of the receivers gets.
async fn first(
    pages: &mut UnboundedReceiver<Message>,
    receiver: &str,
    seen: &mut Vec<Message>,
) -> Value {
    loop {
        if let Some((_, message)) = seen.iter().find(|(of, _)| *of == receiver) {
            return message.clone();
        }
        let next = timeout(PATIENCE, pages.recv()).await;
        seen.push(
            next.unwrap_or_else(|_| panic!("no page by {receiver} within {PATIENCE:?}")).unwrap(),
        );
    }
}

/// What the example gives no cause for: MCP, streams, workflows, what is compared with the day before, models without
/// a price.
const WITHOUT_DATA: [&str; 7] = [
    "mcp_",
    "time_to_first_chunk",
    "time_per_output_chunk",
    "workflow",
    ":p95_1d",
    ":rate1d",
    "unless on",
];

/// Nothing of it is lost, and its metrics are not pushed.
fn is_of_losses(query: &str) -> bool {
    query.contains("metric_data_point")
        || query.contains("otel_sdk_") && query.contains("error_type!=")
}

/// Each panel's query is one that Prometheus can carry out, and what the agents do shows in it.
async fn assert_dashboards_show_what_happened(prometheus: &str) {
    for (place, query) in dashboards::queries("prometheus") {
        let url = format!("http://{prometheus}/api/v1/query");
        let url = reqwest::Url::parse_with_params(&url, [("query", &query)]).unwrap();
        let answer: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        assert_eq!(answer["status"], "success", "{place}: {answer}");
        let has_data = files::items(&answer["data"]["result"]).next().is_some();
        let is_excused =
            is_of_losses(&query) || WITHOUT_DATA.iter().any(|part| query.contains(part));
        assert!(has_data || is_excused, "{place} is empty: {query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_fails_pages_someone_who_finds_the_runbook() {
    if !install::has_prometheus() || !install::has_alertmanager() {
        return;
    }
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("paging-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (sender, mut pages) = unbounded_channel();
    let around = serve(sender).await;

    let [of_failing, of_healthy, alerts] = [(); 3].map(|()| free_address());
    let program = tokio::task::spawn_blocking(support_agent).await.unwrap();
    let key = [("OPENAI_API_KEY", "none"), ("OPENAI_BASE_URL", &format!("http://{around}/v1"))];
    let collector = Collector::http();
    let failing = start(agent(&program, &of_failing, &collector).envs(key));
    let healthy = start(&mut agent(&program, &of_healthy, &collector));
    let alertmanager = alertmanager(&folder, &alerts, &around);
    let targets = json!([
        { "targets": [of_failing], "labels": { "job": "support" } },
        { "targets": [of_healthy], "labels": { "job": "healthy" } },
    ]);
    let (server, prometheus) = prometheus(&folder, &alerts, &targets);

    let mut seen = Vec::new();
    let page = first(&mut pages, "webhook", &mut seen).await;
    assert_eq!((&page["status"], &page["receiver"]), (&json!("firing"), &json!("pager")));
    let alert = &page["alerts"][0];
    assert_eq!(alert["labels"]["alertname"], "ProviderErrorBurnFast");
    assert_eq!(alert["labels"]["severity"], "page");
    let told = &alert["annotations"];
    assert_eq!(told["summary"], "openai fails for support");
    let description = files::str(&told["description"]);
    assert!(
        description.starts_with("100% of the calls of the last 5 minutes failed"),
        "{description}"
    );

    let link = files::str(&told["runbook_url"]);
    assert!(link.starts_with(&format!("http://{prometheus}/user/")), "{link}");
    let runbook =
        reqwest::get(link).await.unwrap().error_for_status().unwrap().text().await.unwrap();
    assert_eq!(runbook, files::text(&rules::runbook_of(link).unwrap()));
    assert!(runbook.contains("`ProviderErrorBurnFast`"), "{runbook}");

    let event = first(&mut pages, "pagerduty", &mut seen).await;
    assert_eq!(
        (&event["event_action"], &event["routing_key"]),
        (&json!("trigger"), &json!("the-key"))
    );
    assert_eq!(event["payload"]["summary"], "openai fails for support");
    assert_eq!(event["links"][0]["href"], *link);

    assert_dashboards_show_what_happened(&prometheus).await;
    for mut process in [failing, healthy, server, alertmanager] {
        process.kill().await.unwrap();
    }
    fs::remove_dir_all(&folder).unwrap();
}
