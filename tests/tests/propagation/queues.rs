//! Messages that leave the process, with the context that they were sent in.

use agent_trace_runtime::opentelemetry::trace::SpanId;
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{Envelope, agent, tool, workflow};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Job {
    task: String,
}

#[agent]
fn sender() -> Value {
    serde_json::to_value(Envelope::new(Job { task: "summarize".to_owned() })).unwrap()
}

#[tool]
fn worker(job: Job) -> String {
    job.task
}

#[test]
fn a_message_goes_on_below_its_sender_in_another_process() {
    let recorder = Recorder::install();
    let queued = sender();
    assert_eq!(queued["message"], json!({ "task": "summarize" }));
    let envelope: Envelope<Job> = serde_json::from_value(queued).unwrap();
    assert_eq!(envelope.open(worker), "summarize");
    assert_eq!(recorder.tree(), "invoke_agent sender\n└─ execute_tool worker\n");
    assert!(recorder.span("execute_tool worker").data().parent_span_is_remote);
}

#[test]
fn a_batch_is_linked_to_all_its_senders() {
    #[workflow]
    fn batch(envelopes: Vec<Envelope<Job>>) -> usize {
        envelopes.into_iter().map(Envelope::into_linked).count()
    }
    let recorder = Recorder::install();
    let queued = [sender(), sender()];
    let envelopes = queued.map(|queued| serde_json::from_value(queued).unwrap());
    assert_eq!(batch(envelopes.to_vec()), 2);
    let senders = recorder.spans_named("invoke_agent sender");
    let batch = recorder.span("invoke_workflow batch");
    let links = batch.data().links.iter();
    let linked: Vec<SpanId> = links.map(|link| link.span_context.span_id()).collect();
    assert_eq!(linked, [senders[0].span_id(), senders[1].span_id()]);
}

#[test]
fn a_context_that_is_none_loses_no_message() {
    let recorder = Recorder::install();
    let job = json!({ "task": "summarize" });
    for queued in [
        json!({ "message": job }),
        json!({ "message": job, "context": null }),
        json!({ "message": job, "context": "traceparent" }),
        json!({ "context": [1, [2]], "message": job }),
        json!({ "context": { "traceparent": 7, "deep": { "er": [] } }, "message": job }),
        json!({ "context": { "traceparent": "nonsense" }, "message": job, "other": true }),
    ] {
        let envelope: Envelope<Job> = serde_json::from_value(queued.clone()).unwrap();
        assert_eq!(envelope.open(worker), "summarize", "{queued}");
    }
    assert!(recorder.spans().iter().all(|span| span.parent_span_id() == SpanId::INVALID));
    let missing = serde_json::from_value::<Envelope<Job>>(json!({ "context": {} }));
    assert_eq!(missing.unwrap_err().to_string(), "missing field `message`");
}

#[test]
fn without_telemetry_a_message_is_a_message() {
    let queued = sender();
    assert_eq!(queued, json!({ "context": {}, "message": { "task": "summarize" } }));
    let envelope: Envelope<Job> = serde_json::from_value(queued).unwrap();
    assert_eq!(envelope.open(worker), "summarize");
}

#[test]
fn a_message_of_nobody_begins_a_trace_wherever_it_is_read() {
    #[workflow]
    fn poll() {
        let envelope: Envelope<Job> =
            serde_json::from_value(json!({ "message": { "task": "summarize" } })).unwrap();
        envelope.open(worker);
    }
    let recorder = Recorder::install();
    poll();
    assert_eq!(recorder.span("execute_tool worker").parent_span_id(), SpanId::INVALID);
}
