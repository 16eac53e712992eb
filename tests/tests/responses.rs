//! What raw bodies tell, whole, as events, and cut anywhere, is what the provider bills.

use std::collections::BTreeSet;
use std::fs;

use agent_trace_runtime::response::{EventReader, InferenceResponse, Modality, Response};
use agent_trace_tests::responses::{FIXTURES, Fixture, directory, fixture};
use serde_json::Value;

#[test]
fn a_body_tells_what_is_billed() {
    for fixture in FIXTURES {
        fixture.assert_told(&Response::of(&fixture.body()), "as bytes");
    }
}

#[test]
fn getters_tell_the_same_as_one_look() {
    for fixture in FIXTURES {
        let body = fixture.body();
        let told = Response::of(&body);
        assert_eq!(body.usage(), told.usage(), "{}", fixture.path);
        assert_eq!(body.response_model(), fixture.model, "{}", fixture.path);
        assert_eq!(body.response_id(), fixture.id, "{}", fixture.path);
        assert_eq!(body.finish_reasons(), fixture.finish_reasons, "{}", fixture.path);
        assert_eq!(body.service_tier(), told.service_tier(), "{}", fixture.path);
        assert_eq!(body.system_fingerprint(), told.system_fingerprint(), "{}", fixture.path);
    }
}

#[test]
fn events_one_by_one_tell_what_is_billed() {
    for fixture in FIXTURES {
        let (mut bytes, mut values, mut merged) = Default::default();
        for document in fixture.documents() {
            let value: Value = serde_json::from_str(&document).unwrap();
            Response::observe(&mut bytes, document.as_bytes());
            Response::observe(&mut values, &value);
            Response::merge(&mut merged, Response::of(&value));
        }
        fixture.assert_told(&bytes, "each event as bytes");
        fixture.assert_told(&values, "each event as a value");
        fixture.assert_told(&merged, "each event merged");
    }
}

fn in_pieces(fixture: &Fixture, body: &[u8], size: usize) -> Response {
    let mut response = Response::default();
    let mut events = EventReader::default();
    for piece in body.chunks(size) {
        events.read(piece, &mut response);
    }
    events.finish(&mut response);
    fixture.assert_told(&response, &format!("in pieces of {size}"));
    response
}

#[test]
fn a_body_that_is_cut_anywhere_tells_what_is_billed() {
    for fixture in FIXTURES {
        let body = fixture.body();
        for size in [1, 7, 64, 1000, body.len()] {
            in_pieces(fixture, &body, size);
        }
        let text = String::from_utf8(body).unwrap();
        in_pieces(fixture, text.replace('\n', "\r").as_bytes(), 5);
        let with_carriage_returns = text.replace('\n', "\r\n");
        in_pieces(fixture, with_carriage_returns.as_bytes(), 5);
        in_pieces(fixture, with_carriage_returns.trim_end().as_bytes(), 11);
    }
}

#[test]
fn an_event_of_several_lines_is_one() {
    let mut response = Response::default();
    let mut events = EventReader::default();
    events.read(b"data: {\"prompt_eval_count\": 5,\ndata: \"eval_co", &mut response);
    assert_eq!(response.usage(), None);
    events.read(b"unt\": 3}\n\n", &mut response);
    assert_eq!(response.usage().and_then(|usage| usage.output_tokens()), Some(3));
}

#[test]
fn what_is_said_by_other_means_is_told_too() {
    let chat = Response::of(&fixture("openai/chat.json").body());
    assert_eq!(chat.service_tier(), Some("default"));
    assert_eq!(chat.system_fingerprint(), Some("fp_44709d6fcb"));

    let audio = Response::of(&fixture("openai/chat_audio.json").body()).usage().unwrap();
    assert_eq!(audio.input_tokens_of(Modality::Audio), Some(90));
    assert_eq!(audio.output_tokens_of(Modality::Audio), Some(46));

    let image = Response::of(&fixture("gemini/content.json").body()).usage().unwrap();
    assert_eq!(image.input_tokens_of(Modality::Text), Some(1042 + 60));
    assert_eq!(image.input_tokens_of(Modality::Image), Some(258));
    assert_eq!(image.cached_input_tokens_of(Modality::Image), Some(258));
    assert_eq!(image.output_tokens_of(Modality::Text), Some(40));
}

#[test]
fn every_fixture_is_in_the_table() {
    let named: BTreeSet<_> =
        FIXTURES.iter().map(|fixture| directory().join(fixture.path)).collect();
    let providers = fs::read_dir(directory()).unwrap();
    let bodies = providers.flat_map(|provider| fs::read_dir(provider.unwrap().path()).unwrap());
    let found: BTreeSet<_> = bodies.map(|body| body.unwrap().path()).collect();
    assert_eq!(named, found);
}
