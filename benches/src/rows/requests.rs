//! What it costs to carry a trace from one service to another.

use opentelemetry::Context;

use super::Run;
use crate::alternate::Variant;
use crate::kits::{Ours, Peers};
use crate::table::{BY_HAND, PLAIN, Row};
use crate::work::requests::{self, ByHand};

pub fn rows(run: &Run, ours: &Ours, peers: &Peers) -> Vec<Row> {
    let rows = [
        run.timed("extract: the context of a request's headers", 1, || extract(ours)),
        run.timed("inject: the context into a request's headers", 1, || inject(ours)),
        run.timed("a request through a server's layer", 1, || serve(ours, peers)),
        run.timed("a request through a client's middleware", 1, || send(ours, peers))
            .map(|row| row.note("the peer injects nothing: its newest OpenTelemetry is older")),
    ];
    rows.into_iter().flatten().collect()
}

fn extract(ours: &Ours) -> Vec<Variant<'_>> {
    let (headers, again, by_hand) = (requests::headers(), requests::headers(), ByHand::new());
    vec![
        ours.variant(0, move || drop(std::hint::black_box(requests::extract(&headers)))),
        Variant::new(BY_HAND, move || drop(std::hint::black_box(by_hand.extract(&again)))),
    ]
}

/// Within the span of a caller.
fn inject(ours: &Ours) -> Vec<Variant<'_>> {
    let parent = requests::extract(&requests::headers());
    let (here, again, by_hand) = (parent.clone(), parent, ByHand::new());
    let within = |context: &Context, inject: &dyn Fn(&mut axum::http::HeaderMap)| {
        let _attached = context.clone().attach();
        let mut headers = axum::http::HeaderMap::new();
        inject(&mut headers);
        drop(std::hint::black_box(headers));
    };
    vec![
        ours.variant(0, move || within(&here, &requests::inject)),
        Variant::new(BY_HAND, move || within(&again, &|headers| by_hand.inject(headers))),
    ]
}

fn serve<'a>(ours: &'a Ours, peers: &'a Peers) -> Vec<Variant<'a>> {
    vec![
        ours.variant(1, requests::serve()),
        Variant::new(PLAIN, requests::serve_plainly()),
        peers.tower(1, requests::serve_with_peer()),
    ]
}

fn send<'a>(ours: &'a Ours, peers: &'a Peers) -> Vec<Variant<'a>> {
    vec![
        ours.variant(1, requests::send()),
        Variant::new(PLAIN, requests::send_plainly()),
        peers.reqwest(1, requests::send_with_peer()),
    ]
}
