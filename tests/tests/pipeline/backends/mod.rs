//! Recipes for back ends: what each of them gets, by one call and by the variables that are documented.

mod documented;
mod precedence;
mod recipes;

use std::collections::BTreeMap;

use agent_trace_runtime::{
    Evaluation, Telemetry, TelemetryBuilder, Usage, agent, current, llm_call,
};
use agent_trace_tests::{Collector, Request, Requests};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::logs::v1::{ResourceLogs, ScopeLogs};
use prost::Message;

use crate::turn;

/// A request of OTLP, decoded.
#[derive(Clone, Debug)]
enum Payload {
    Traces(ExportTraceServiceRequest),
    Metrics(ExportMetricsServiceRequest),
    Logs(ExportLogsServiceRequest),
}

impl Payload {
    /// What is in it, as a person would look for it.
    fn holds(&self, name: &str) -> bool {
        format!("{self:?}").contains(name)
    }

    /// The telemetry of a call that was run, whichever signal this is.
    fn assert_is_of_a_call(&self) {
        let name = match self {
            Self::Traces(_) => "chat gpt-4o",
            Self::Metrics(_) => "gen_ai.client.token.usage",
            Self::Logs(request) => {
                assert!(!request.resource_logs.is_empty());
                "gen_ai.evaluation.result"
            }
        };
        assert!(self.holds(name), "{name} in {self:?}");
    }
}

/// What has arrived: where, with which headers, what.
#[derive(Clone, Debug)]
struct Arrived {
    /// Over gRPC, the name of the signal.
    path: String,
    headers: BTreeMap<String, String>,
    payload: Payload,
}

/// A receiver of either kind.
enum Receiver {
    Http(Requests),
    Grpc(Collector),
}

impl Receiver {
    fn endpoint(&self) -> String {
        match self {
            Self::Http(requests) => requests.endpoint(),
            Self::Grpc(collector) => collector.endpoint(),
        }
    }

    fn arrived(&self) -> Vec<Arrived> {
        match self {
            Self::Http(requests) => requests.so_far().into_iter().map(decoded).collect(),
            Self::Grpc(collector) => {
                let traces = collector.received().into_iter().map(|received| Arrived {
                    path: "traces".to_owned(),
                    headers: received.headers.into_iter().collect(),
                    payload: Payload::Traces(received.request),
                });
                let metrics = collector.received_metrics().into_iter().map(|received| Arrived {
                    path: "metrics".to_owned(),
                    headers: received.headers.into_iter().collect(),
                    payload: Payload::Metrics(received.request),
                });
                let records = collector.log_records();
                let logs = (!records.is_empty()).then(|| {
                    let scope = ScopeLogs { log_records: records, ..ScopeLogs::default() };
                    let resource =
                        ResourceLogs { scope_logs: vec![scope], ..ResourceLogs::default() };
                    let request = ExportLogsServiceRequest { resource_logs: vec![resource] };
                    let payload = Payload::Logs(request);
                    Arrived { path: "logs".to_owned(), headers: BTreeMap::new(), payload }
                });
                traces.chain(metrics).chain(logs).collect()
            }
        }
    }
}

fn decoded(request: Request) -> Arrived {
    assert_eq!(request.method, "POST", "{}", request.path);
    assert_eq!(request.headers["content-type"], "application/x-protobuf", "{}", request.path);
    let body = &*request.body;
    let payload = match request.path.rsplit('/').next() {
        Some("traces") => ExportTraceServiceRequest::decode(body).map(Payload::Traces),
        Some("metrics") => ExportMetricsServiceRequest::decode(body).map(Payload::Metrics),
        Some("logs") => ExportLogsServiceRequest::decode(body).map(Payload::Logs),
        other => panic!("{other:?}"),
    };
    Arrived { path: request.path, headers: request.headers, payload: payload.unwrap() }
}

/// Makes a trace, metrics and a log event.
#[agent(name = "shop")]
async fn shop() {
    ask().await;
    current().record_evaluation(Evaluation::new("correctness").score(1.0));
}

#[llm_call(model = "gpt-4o", usage = manual)]
async fn ask() {
    current().record_usage(Usage::new(7, 2));
}

/// Runs it with this telemetry, and delivers all of it.
fn run(builder: TelemetryBuilder) {
    let _turn = turn();
    let telemetry: Telemetry = builder.install().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(shop());
    telemetry.shutdown().unwrap();
}
