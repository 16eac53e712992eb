//! What is kept, given up and lost where an endpoint is slow, and how large requests are.

use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::{Tracer, TracerProvider};
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};

use super::super::super::failure::LastFailure;
use super::super::Worker;
use super::*;

const CONTENT: &str = "gen_ai.input.messages";

/// Keeps what it is sent, once somebody lets it.
#[derive(Clone, Debug)]
struct Endpoint {
    requests: Arc<Mutex<Vec<Vec<SpanData>>>>,
    open: Arc<Mutex<mpsc::Receiver<()>>>,
}

impl Endpoint {
    fn new() -> (Self, mpsc::Sender<()>) {
        let (opener, open) = mpsc::channel();
        (Self { requests: Arc::default(), open: Arc::new(Mutex::new(open)) }, opener)
    }

    fn requests(&self) -> Vec<Vec<SpanData>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl SpanExporter for Endpoint {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        // Opened for good where the sender is gone.
        let _ = self.open.lock().unwrap_or_else(PoisonError::into_inner).recv();
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(batch);
        Ok(())
    }
}

fn limits(queued: usize, queued_bytes: usize) -> BatchLimits {
    BatchLimits {
        queued,
        queued_bytes,
        request: 512,
        request_bytes: REQUEST_BYTES,
        delay: Duration::from_secs(3_600),
    }
}

fn report(lost: &Lost) -> Report {
    Report::new(Kind::Spans, "http://endpoint", LastFailure::default(), lost.clone())
}

fn provider(
    endpoint: &Endpoint,
    limits: BatchLimits,
    worker: &Worker,
    lost: &Lost,
) -> SdkTracerProvider {
    let batches =
        SpanBatches::new(endpoint.clone(), limits, worker.runtime(), lost.clone(), report(lost));
    SdkTracerProvider::builder().with_span_processor(batches).build()
}

fn record(provider: &SdkTracerProvider, count: usize, bytes: usize) {
    let tracer = provider.tracer("test");
    for index in 0..count {
        let builder = tracer.span_builder(format!("span {index}"));
        let content = KeyValue::new(CONTENT, "x".repeat(bytes));
        drop(builder.with_attributes([content, KeyValue::new("app.kept", true)]).start(&tracer));
    }
}

#[test]
fn a_large_value_costs_no_neighbour_its_span() {
    let (worker, lost) = (Worker::start().unwrap(), Lost::default());
    let (endpoint, opener) = Endpoint::new();
    let provider = provider(&endpoint, limits(100, 1_000_000), &worker, &lost);
    record(&provider, 10, 300_000);
    drop(opener);
    provider.force_flush().unwrap();
    let spans: Vec<SpanData> = endpoint.requests().concat();
    assert_eq!(spans.len(), 10);
    let has = |span: &SpanData, key: &str| span.attributes.iter().any(|a| a.key.as_str() == key);
    assert_eq!(spans.iter().filter(|span| has(span, CONTENT)).count(), 3);
    assert!(spans.iter().all(|span| has(span, "app.kept")));
    assert_eq!(lost.count(), 0);
}

#[test]
fn no_request_is_larger_than_collectors_accept() {
    let (worker, lost) = (Worker::start().unwrap(), Lost::default());
    let (endpoint, opener) = Endpoint::new();
    drop(opener);
    let provider = provider(&endpoint, limits(100, 100_000_000), &worker, &lost);
    record(&provider, 20, 300_000);
    record(&provider, 1, 3_000_000);
    provider.force_flush().unwrap();
    let requests = endpoint.requests();
    let counts: Vec<usize> = requests.iter().map(Vec::len).collect();
    assert_eq!(counts, [6, 6, 6, 3], "what fills a request by itself goes without its content");
}

#[test]
fn what_does_not_fit_is_counted() {
    let (worker, lost) = (Worker::start().unwrap(), Lost::default());
    let (endpoint, opener) = Endpoint::new();
    let provider = provider(&endpoint, limits(4, 1_000_000), &worker, &lost);
    record(&provider, 10, 10);
    drop(opener);
    provider.force_flush().unwrap();
    let delivered = endpoint.requests().concat().len() as u64;
    assert_eq!(delivered + lost.count(), 10);
    assert!(lost.count() > 0);
}

#[test]
fn a_flush_that_is_not_answered_ends_in_time() {
    let (worker, lost) = (Worker::start().unwrap(), Lost::default());
    let (endpoint, opener) = Endpoint::new();
    let batches =
        SpanBatches::new(endpoint, limits(4, 1_000), worker.runtime(), lost.clone(), report(&lost));
    drop(opener);
    assert!(batches.flush(Duration::from_millis(10)).is_err(), "nobody is there yet to answer");
    batches.start(|_| {});
    assert!(batches.flush(Duration::from_secs(20)).is_ok());
}

/// Refuses all that it is sent.
#[derive(Clone, Debug)]
struct Refusing;

impl SpanExporter for Refusing {
    async fn export(&self, _batch: Vec<SpanData>) -> OTelSdkResult {
        Err(OTelSdkError::InternalFailure("413".to_owned()))
    }
}

#[test]
fn what_is_refused_is_lost_and_whoever_asked_is_told() {
    let (worker, lost) = (Worker::start().unwrap(), Lost::default());
    let limits = limits(100, 1_000_000);
    let batches = SpanBatches::new(Refusing, limits, worker.runtime(), lost.clone(), report(&lost));
    let provider = SdkTracerProvider::builder().with_span_processor(batches).build();
    record(&provider, 3, 10);
    assert!(provider.force_flush().is_err());
    assert_eq!(lost.count(), 3);
    assert!(provider.force_flush().is_ok(), "there is nothing left to refuse");
}

/// Tells how many spans an export has begun with, and waits to be let go on.
#[derive(Debug)]
struct Announcing {
    begun: mpsc::Sender<usize>,
    go_on: Mutex<mpsc::Receiver<()>>,
}

impl SpanExporter for Announcing {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let _ = self.begun.send(batch.len());
        let _ = self.go_on.lock().unwrap_or_else(PoisonError::into_inner).recv();
        Ok(())
    }
}

#[test]
fn what_comes_while_a_full_queue_is_exported_does_not_wait_for_the_next_time() {
    let (worker, lost) = (Worker::start().unwrap(), Lost::default());
    let (begin, begun) = mpsc::channel();
    let (opener, open) = mpsc::channel();
    let exporter = Announcing { begun: begin, go_on: Mutex::new(open) };
    let limits = limits(10_000, 100_000_000);
    let batches = SpanBatches::new(exporter, limits, worker.runtime(), lost.clone(), report(&lost));
    let provider = SdkTracerProvider::builder().with_span_processor(batches).build();
    let begun = || begun.recv_timeout(Duration::from_secs(20));
    let go_on = || opener.send(()).unwrap();

    record(&provider, 512, 0);
    assert_eq!(begun(), Ok(512));
    record(&provider, 1_200, 0);
    go_on();
    assert_eq!(begun(), Ok(512));
    // The queue has been full for all of this time, and so does not become full again.
    record(&provider, 900, 0);
    for expected in [512, 176, 512] {
        go_on();
        assert_eq!(begun(), Ok(expected));
    }
    drop(opener);
    provider.force_flush().unwrap();
    assert_eq!((begun(), lost.count()), (Ok(388), 0));
}
