//! Receivers as the tests of this folder have them: each answers as it is told to.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use opentelemetry::KeyValue;
use opentelemetry::trace::{Tracer, TracerProvider};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use prost::Message;

use super::batch::{BatchLimits, SpanBatches};
use super::counts::{Counts, Loss};
use super::delivery::{Batch, Delivery, Parts};
use super::encoding::{self, Format};
use super::end::Ending;
use super::report::Report;
use super::spool::Spool;
use super::transport::{Attempt, Transport};
use crate::telemetry::arm::Kind;
use crate::telemetry::failure::LastFailure;
use crate::telemetry::settings::SpoolSettings;
use crate::telemetry::worker::Worker;

pub(super) const CONTENT: &str = "gen_ai.input.messages";

type Answer = dyn FnMut(&Batch) -> Attempt + Send;

/// A receiver: what it was sent, and what it answers.
#[derive(Clone)]
pub(super) struct Answers {
    requests: Arc<Mutex<Vec<Vec<Span>>>>,
    answer: Arc<Mutex<Box<Answer>>>,
}

impl fmt::Debug for Answers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Answers")
    }
}

impl Answers {
    pub(super) fn new(answer: impl FnMut(&Batch) -> Attempt + Send + 'static) -> Self {
        Self { requests: Arc::default(), answer: Arc::new(Mutex::new(Box::new(answer))) }
    }

    /// One that takes all.
    pub(super) fn open() -> Self {
        Self::new(|_| Attempt::WHOLE)
    }

    pub(super) fn then(&self, answer: impl FnMut(&Batch) -> Attempt + Send + 'static) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(answer);
    }

    pub(super) async fn attempt(&self, batch: &Batch) -> Attempt {
        let attempt = (self.answer.lock().unwrap_or_else(PoisonError::into_inner))(batch);
        if matches!(attempt, Attempt::Delivered { .. }) {
            let spans = spans_of(batch);
            self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(spans);
        }
        attempt
    }

    /// The requests that it has taken.
    pub(super) fn requests(&self) -> Vec<Vec<Span>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn names(&self) -> Vec<String> {
        self.requests().concat().into_iter().map(|span| span.name).collect()
    }
}

pub(super) fn spans_of(batch: &Batch) -> Vec<Span> {
    let request = ExportTraceServiceRequest::decode(&*batch.body).unwrap();
    let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
    scopes.flat_map(|scope| scope.spans).collect()
}

pub(super) fn limits(queued: usize, queued_bytes: usize) -> BatchLimits {
    BatchLimits {
        queued,
        queued_bytes,
        request: 512,
        request_bytes: 2 << 20,
        delay: Duration::from_secs(3_600),
        patience: Duration::from_secs(10),
        text_bytes: None,
    }
}

/// A pipeline of spans to a receiver.
pub(super) struct Rig {
    pub(super) provider: SdkTracerProvider,
    pub(super) counts: Counts,
    _worker: Worker,
}

impl Rig {
    pub(super) fn new(answers: &Answers, limits: BatchLimits) -> Self {
        Self::with(answers, limits, 4 << 20, None)
    }

    fn with(
        answers: &Answers,
        limits: BatchLimits,
        most_bytes: usize,
        spool: Option<&SpoolSettings>,
    ) -> Self {
        let (worker, counts) = (Worker::start().unwrap(), Counts::default());
        let ending = Ending::new();
        let end = ending.end();
        let delivery = Delivery::new(Parts {
            kind: Kind::Spans,
            transport: Transport::Test(answers.clone()),
            patience: limits.patience,
            most_bytes,
            spool: spool.map(|settings| Spool::open(settings, "traces", counts.clone()).unwrap()),
            counts: counts.clone(),
            report: Report::new(Kind::Spans, "http://receiver", LastFailure::default()),
            end,
        });
        let encoder = encoding::spans(Format::Protobuf).unwrap();
        let batches =
            SpanBatches::new(encoder, limits, worker.runtime(), counts.clone(), delivery, ending);
        let provider = SdkTracerProvider::builder()
            .with_resource(Resource::builder_empty().build())
            .with_span_processor(batches)
            .build();
        Self { provider, counts, _worker: worker }
    }

    /// Records spans with so many bytes of content each, numbered from `first`.
    pub(super) fn record(&self, first: usize, count: usize, bytes: usize) {
        let tracer = self.provider.tracer("test");
        for index in first..first + count {
            let builder = tracer.span_builder(format!("span {index}"));
            let content = KeyValue::new(CONTENT, "x".repeat(bytes));
            drop(
                builder.with_attributes([content, KeyValue::new("app.kept", true)]).start(&tracer),
            );
        }
    }

    fn lost(&self) -> Vec<(Loss, u64)> {
        self.counts.read().lost
    }
}

fn names(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|index| format!("span {index}")).collect()
}

fn later(reason: &str) -> Attempt {
    Attempt::Later { reason: reason.to_owned(), after: None }
}

/// Waits until something is so.
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < deadline, "{what} takes too long");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn directory(name: &str) -> SpoolSettings {
    let directory =
        std::env::temp_dir().join(format!("agent-trace-rig-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&directory);
    SpoolSettings { directory, bytes: 64 << 20, syncs: false }
}

#[test]
fn what_cannot_be_delivered_waits_and_is_delivered_in_its_order() {
    let answers = Answers::new(|_| later("connection refused"));
    let rig = Rig::new(&answers, limits(5_000, 100_000_000));
    rig.record(0, 1_300, 0);
    let error = rig.provider.force_flush().unwrap_err().to_string();
    assert!(error.contains("connection refused"), "{error}");
    assert!(answers.requests().is_empty());
    answers.then(|_| Attempt::WHOLE);
    rig.provider.force_flush().unwrap();
    assert_eq!(answers.names(), names(0..1_300));
    assert_eq!((rig.lost(), rig.counts.read().exported), (Vec::new(), 1_300));
    assert!(rig.counts.read().retries >= 1);
}

#[test]
fn it_is_attempted_again_without_being_asked() {
    let answers = Answers::new(|_| later("503"));
    let rig = Rig::new(&answers, limits(5_000, 100_000_000));
    rig.record(0, 512, 0);
    wait_until("an attempt", || rig.counts.read().retries >= 2);
    answers.then(|_| Attempt::WHOLE);
    wait_until("the delivery", || rig.counts.read().exported == 512);
}

#[test]
fn a_receiver_that_asks_for_time_is_given_it() {
    let after = Some(Duration::from_secs(600));
    let answers = Answers::new(move |_| Attempt::Later { reason: "429".to_owned(), after });
    let rig = Rig::new(&answers, limits(5_000, 100_000_000));
    rig.record(0, 512, 0);
    wait_until("the attempt", || rig.counts.read().retries == 1);
    let start = Instant::now();
    assert!(rig.provider.force_flush().is_err());
    assert!(start.elapsed() < Duration::from_secs(4), "nobody waits for ten minutes");
    assert_eq!(rig.counts.read().retries, 2, "who asks has one attempt");
}

#[test]
fn beyond_the_limits_of_the_queue_spans_are_lost_and_counted() {
    let answers = Answers::new(|_| later("connection refused"));
    let rig = Rig::new(&answers, limits(1_000, 100_000_000));
    rig.record(0, 512, 0);
    wait_until("the first attempt", || rig.counts.read().retries >= 1);
    rig.record(512, 2_000, 0);
    assert_eq!(rig.lost(), [(Loss::QueueFull, 1_000)]);
    answers.then(|_| Attempt::WHOLE);
    rig.provider.force_flush().unwrap();
    assert_eq!(answers.names(), names(0..1_512));
}

#[test]
fn what_is_left_at_the_end_is_counted() {
    let answers = Answers::new(|_| later("connection refused"));
    let rig = Rig::new(&answers, limits(5_000, 100_000_000));
    rig.record(0, 700, 0);
    assert!(rig.provider.shutdown().is_err());
    assert_eq!(rig.lost(), [(Loss::Undelivered, 700)]);
}

#[test]
fn what_is_refused_is_lost_and_costs_its_neighbours_nothing() {
    let answers = Answers::new(|batch| match spans_of(batch)[0].name.as_str() {
        "span 0" => Attempt::Refused { reason: "400".to_owned() },
        "span 512" => Attempt::Delivered { rejected: 12, message: "too old".to_owned() },
        _ => Attempt::WHOLE,
    });
    let rig = Rig::new(&answers, limits(5_000, 100_000_000));
    rig.record(0, 1_536, 0);
    // Some of it may have been refused before anybody asks.
    let _ = rig.provider.force_flush();
    assert_eq!(rig.lost(), [(Loss::Refused, 512 + 12)]);
    assert_eq!(rig.counts.read().exported, 1_536 - 524);
    rig.provider.force_flush().unwrap();
}

#[test]
fn a_batch_that_is_too_large_is_taken_apart_until_one_span_is_left() {
    let answers = Answers::new(|batch| {
        if spans_of(batch).iter().any(|span| span.name == "span 5") {
            return Attempt::TooLarge { reason: "413".to_owned() };
        }
        Attempt::WHOLE
    });
    let rig = Rig::new(&answers, limits(5_000, 100_000_000));
    rig.record(0, 100, 0);
    assert!(rig.provider.force_flush().is_err());
    let delivered: Vec<_> = names(0..100).into_iter().filter(|name| name != "span 5").collect();
    assert_eq!(answers.names(), delivered);
    assert_eq!(rig.lost(), [(Loss::TooLarge, 1)]);
}

#[test]
fn no_request_is_larger_than_is_allowed() {
    let most = 20_000;
    let answers = Answers::new(move |batch| {
        assert!(batch.body.len() <= most);
        Attempt::WHOLE
    });
    let rig = Rig::with(&answers, limits(5_000, 100_000_000), most, None);
    rig.record(0, 300, 100);
    rig.provider.force_flush().unwrap();
    assert_eq!(answers.names(), names(0..300));
    assert!(answers.requests().len() > 3);
}

#[test]
fn through_an_outage_with_a_spool_none_is_lost_and_none_comes_twice() {
    let settings = directory("outage");
    let answers = Answers::open();
    let rig = Rig::with(&answers, limits(50_000, 1 << 30), 4 << 20, Some(&settings));
    rig.record(0, 3_000, 0);
    rig.provider.force_flush().unwrap();
    answers.then(|_| later("connection refused"));
    for third in 1..=10 {
        rig.record(3_000 * third, 3_000, 0);
        assert!(rig.provider.force_flush().is_err());
    }
    assert_eq!(rig.counts.read().spooled, 30_000);
    assert!(rig.counts.read().spool_bytes > 0);
    answers.then(|_| Attempt::WHOLE);
    rig.record(33_000, 3_000, 0);
    rig.provider.force_flush().unwrap();
    rig.provider.force_flush().unwrap();
    assert_eq!(answers.names(), names(0..36_000));
    let counts = rig.counts.read();
    assert_eq!((counts.exported, counts.lost, counts.spool_bytes), (36_000, Vec::new(), 0));
    let _ = std::fs::remove_dir_all(settings.directory);
}

#[test]
fn the_next_process_delivers_what_one_has_left() {
    let settings = directory("next");
    let away = Answers::new(|_| later("connection refused"));
    let rig = Rig::with(&away, limits(5_000, 1 << 30), 4 << 20, Some(&settings));
    rig.record(0, 1_000, 0);
    assert!(rig.provider.shutdown().is_err());
    assert_eq!(rig.lost(), [], "it is in the spool");
    drop(rig);
    let answers = Answers::open();
    let rig = Rig::with(&answers, limits(5_000, 1 << 30), 4 << 20, Some(&settings));
    wait_until("the delivery", || rig.counts.read().exported == 1_000);
    assert_eq!(answers.names(), names(0..1_000));
    let _ = std::fs::remove_dir_all(settings.directory);
}

#[test]
fn a_full_spool_is_counted() {
    let settings = SpoolSettings { bytes: 60_000, ..directory("full") };
    let answers = Answers::new(|_| later("connection refused"));
    let rig = Rig::with(&answers, limits(5_000, 1 << 30), 4 << 20, Some(&settings));
    rig.record(0, 2_000, 0);
    let error = rig.provider.force_flush().unwrap_err().to_string();
    assert!(!error.is_empty());
    let counts = rig.counts.read();
    assert!(counts.spool_bytes <= 60_000);
    assert_eq!(counts.spooled + counts.lost_by(Loss::SpoolFull), 2_000);
    assert!(counts.spooled >= 512, "{counts:?}");
    let _ = std::fs::remove_dir_all(settings.directory);
}

#[test]
fn a_receiver_cannot_silence_telemetry_for_ever() {
    let after = Some(Duration::from_secs(u64::MAX));
    let answers = Answers::new(move |_| Attempt::Later { reason: "503".to_owned(), after });
    let rig = Rig::new(&answers, limits(5_000, 100_000_000));
    rig.record(0, 10, 0);
    assert!(rig.provider.force_flush().is_err());
    answers.then(|_| Attempt::WHOLE);
    rig.provider.force_flush().unwrap();
    assert_eq!(answers.names(), names(0..10));
}

#[test]
fn halves_that_arrive_are_no_failure() {
    let answers = Answers::new(|batch| match spans_of(batch).len() {
        0..=10 => Attempt::WHOLE,
        _ => Attempt::TooLarge { reason: "413".to_owned() },
    });
    let rig = Rig::new(&answers, limits(5_000, 100_000_000));
    rig.record(0, 100, 0);
    rig.provider.force_flush().unwrap();
    assert_eq!((answers.names(), rig.lost()), (names(0..100), Vec::new()));
}

#[test]
fn what_a_spool_has_no_room_for_fails_a_flush() {
    let settings = SpoolSettings { bytes: 100, ..directory("tiny") };
    let answers = Answers::new(|_| later("connection refused"));
    let rig = Rig::with(&answers, limits(5_000, 1 << 30), 4 << 20, Some(&settings));
    rig.record(0, 10, 0);
    let error = rig.provider.force_flush().unwrap_err().to_string();
    assert!(error.contains("its limit of 100 bytes"), "{error}");
    assert_eq!(rig.lost(), [(Loss::SpoolFull, 10)]);
    let _ = std::fs::remove_dir_all(settings.directory);
}

/// A rig whose receiver has taken the first half of a spooled batch, and is away again.
fn half_delivered(settings: &SpoolSettings) -> Rig {
    let away = Answers::new(|_| later("connection refused"));
    let rig = Rig::with(&away, limits(5_000, 1 << 30), 4 << 20, Some(settings));
    rig.record(0, 100, 0);
    assert!(rig.provider.shutdown().is_err());
    drop(rig);
    let mut has_taken = false;
    let answers = Answers::new(move |batch| match spans_of(batch).len() {
        0..=50 if !std::mem::replace(&mut has_taken, true) => Attempt::WHOLE,
        0..=50 => later("connection refused"),
        _ => Attempt::TooLarge { reason: "413".to_owned() },
    });
    let rig = Rig::with(&answers, limits(5_000, 1 << 30), 4 << 20, Some(settings));
    wait_until("the first part", || rig.counts.read().exported == 50);
    rig
}

/// What the next process delivers.
fn left_in(settings: &SpoolSettings) -> Vec<String> {
    let open = Answers::open();
    let rig = Rig::with(&open, limits(5_000, 1 << 30), 4 << 20, Some(settings));
    wait_until("the rest", || rig.counts.read().spool_bytes == 0);
    open.names()
}

#[test]
fn a_spooled_batch_that_is_split_is_not_lost_with_its_process() {
    let settings = directory("killed");
    let rig = half_delivered(&settings);
    // What a process that is killed now leaves behind.
    let killed = directory("killed-copy");
    std::fs::create_dir_all(&killed.directory).unwrap();
    copy_all(&settings.directory, &killed.directory);
    assert_eq!(
        left_in(&killed),
        names(0..100),
        "the whole: nobody wrote down that a part had arrived"
    );
    drop(rig);
    let _ = std::fs::remove_dir_all(settings.directory);
    let _ = std::fs::remove_dir_all(killed.directory);
}

#[test]
fn a_spooled_batch_that_is_split_leaves_only_its_rest_at_the_end() {
    let settings = directory("split");
    let rig = half_delivered(&settings);
    assert!(rig.provider.shutdown().is_err());
    assert_eq!(rig.lost(), []);
    drop(rig);
    assert_eq!(left_in(&settings), names(50..100));

    // Where nothing is away, each part comes once.
    let away = Answers::new(|_| later("connection refused"));
    let rig = Rig::with(&away, limits(5_000, 1 << 30), 4 << 20, Some(&settings));
    rig.record(0, 100, 0);
    assert!(rig.provider.force_flush().is_err());
    away.then(|batch| match spans_of(batch).len() {
        0..=10 => Attempt::WHOLE,
        _ => Attempt::TooLarge { reason: "413".to_owned() },
    });
    rig.provider.force_flush().unwrap();
    assert_eq!((away.names(), rig.counts.read().spool_bytes), (names(0..100), 0));
    let _ = std::fs::remove_dir_all(settings.directory);
}

fn copy_all(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy_all(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
