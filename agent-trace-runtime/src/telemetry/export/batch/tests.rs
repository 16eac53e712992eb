//! What is kept, given up and lost in the queue, and how large requests are.

use std::sync::mpsc;
use std::time::Duration;

use opentelemetry_proto::tonic::trace::v1::Span;

use super::super::counts::Loss;
use super::super::tests::{Answers, CONTENT, Rig, limits, spans_of};
use super::super::transport::Attempt;

fn has(span: &Span, key: &str) -> bool {
    span.attributes.iter().any(|attribute| attribute.key == key)
}

/// A receiver that takes nothing before it is opened: when the sender is dropped.
fn closed() -> (Answers, mpsc::Sender<()>) {
    let (opener, open) = mpsc::channel::<()>();
    let answers = Answers::new(move |_| {
        let _ = open.recv();
        Attempt::WHOLE
    });
    (answers, opener)
}

#[test]
fn a_large_value_costs_no_neighbour_its_span() {
    let (answers, opener) = closed();
    let rig = Rig::new(&answers, limits(100, 1_000_000));
    rig.record(0, 10, 300_000);
    drop(opener);
    rig.provider.force_flush().unwrap();
    let spans = answers.requests().concat();
    assert_eq!(spans.len(), 10);
    assert_eq!(spans.iter().filter(|span| has(span, CONTENT)).count(), 3);
    assert!(spans.iter().all(|span| has(span, "app.kept")));
    assert_eq!((rig.counts.lost(), rig.counts.read().lightened), (0, 7));
}

#[test]
fn no_request_is_larger_than_collectors_accept() {
    let answers = Answers::open();
    let rig = Rig::new(&answers, limits(100, 100_000_000));
    rig.record(0, 20, 300_000);
    rig.record(20, 1, 3_000_000);
    rig.provider.force_flush().unwrap();
    let requests = answers.requests();
    assert_eq!(requests.concat().len(), 21);
    // What goes without its content finds room beside six that have theirs.
    let large = |request: &Vec<Span>| request.iter().filter(|span| has(span, CONTENT)).count();
    let counts: Vec<usize> = requests.iter().map(large).collect();
    assert!(counts.iter().all(|count| *count <= 6), "{counts:?}");
    assert_eq!(counts.iter().sum::<usize>(), 20);
    let lightened = rig.counts.read().lightened;
    assert_eq!(lightened, 1, "what fills a request by itself goes without its content");
}

#[test]
fn large_spans_do_not_wait_until_there_are_many() {
    let answers = Answers::open();
    let rig = Rig::new(&answers, limits(1_000, 4_000_000));
    for first in 0..100 {
        rig.record(first, 1, 100_000);
        let deadline = std::time::Instant::now() + Duration::from_secs(20);
        // As a service that makes no more than can be sent.
        while rig.counts.read().queued_bytes > 3_000_000 {
            assert!(std::time::Instant::now() < deadline, "nobody takes them");
            std::thread::yield_now();
        }
    }
    assert_eq!((rig.counts.lost(), rig.counts.read().lightened), (0, 0));
}

#[test]
fn what_does_not_fit_is_counted() {
    let (answers, opener) = closed();
    let rig = Rig::new(&answers, limits(4, 1_000_000));
    rig.record(0, 10, 10);
    drop(opener);
    rig.provider.force_flush().unwrap();
    let counts = rig.counts.read();
    assert_eq!(counts.exported + counts.lost_by(Loss::QueueFull), 10);
    assert!(rig.counts.lost() > 0);
}

#[test]
fn long_texts_are_cut_where_that_is_asked_for() {
    let answers = Answers::open();
    let limits = super::BatchLimits { text_bytes: Some(5), ..limits(10, 1_000_000) };
    let rig = Rig::new(&answers, limits);
    rig.record(0, 1, 1_000);
    rig.provider.force_flush().unwrap();
    let span = answers.requests().concat().remove(0);
    let content = span.attributes.iter().find(|attribute| attribute.key == CONTENT).unwrap();
    assert!(format!("{content:?}").contains("\"xxxxx\""), "{content:?}");
}

#[test]
fn what_comes_while_a_full_queue_is_exported_does_not_wait_for_the_next_time() {
    let (begin, begun) = mpsc::channel();
    let (opener, open) = mpsc::channel::<()>();
    let answers = Answers::new(move |batch| {
        let _ = begin.send(spans_of(batch).len());
        let _ = open.recv();
        Attempt::WHOLE
    });
    let rig = Rig::new(&answers, limits(10_000, 100_000_000));
    let begun = || begun.recv_timeout(Duration::from_secs(20));
    let go_on = || opener.send(()).unwrap();

    rig.record(0, 512, 0);
    assert_eq!(begun(), Ok(512));
    rig.record(512, 1_200, 0);
    go_on();
    assert_eq!(begun(), Ok(512));
    // The queue has been full for all of this time, and so does not become full again.
    rig.record(1_712, 900, 0);
    for expected in [512, 176, 512] {
        go_on();
        assert_eq!(begun(), Ok(expected));
    }
    drop(opener);
    rig.provider.force_flush().unwrap();
    assert_eq!((begun(), rig.counts.lost()), (Ok(388), 0));
}
