//! Baggage: what of it travels, and to whom.

use agent_trace_runtime::opentelemetry::baggage::BaggageExt;
use agent_trace_runtime::opentelemetry::{Context, KeyValue};
use agent_trace_runtime::propagation::{self, Propagator};
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{ContextAttributes, agent, attribute, semconv};
use axum::http::HeaderMap;
use serde_json::{Value, json};

fn sent_to(host: Option<&str>) -> Option<String> {
    let mut headers = HeaderMap::new();
    match host {
        Some(host) => propagation::inject_for(host, &mut headers),
        None => propagation::inject(&mut headers),
    }
    headers.get("baggage").map(|value| value.to_str().unwrap().to_owned())
}

#[test]
fn baggage_leaves_only_to_hosts_that_are_allowed() {
    let _attached =
        Context::current_with_baggage([KeyValue::new("user", "Zoë, 50 % of a;b=c")]).attach();
    let recorder = Recorder::builder().baggage_hosts(["*.agents.internal", "127.0.0.1"]).install();
    let encoded = "user=Zo%C3%AB%2C%2050%20%25%20of%20a%3Bb=c";
    assert_eq!(sent_to(Some("search.agents.internal:8443")).as_deref(), Some(encoded));
    assert_eq!(sent_to(Some("127.0.0.1:80")).as_deref(), Some(encoded));
    assert_eq!(sent_to(Some("api.openai.com")), None);
    assert_eq!(sent_to(Some("agents.internal.evil.com")), None);
    assert_eq!(sent_to(None), None, "nobody knows where it goes");
    drop(recorder);

    let recorder = Recorder::install();
    assert_eq!(sent_to(Some("127.0.0.1")), None, "nobody is allowed where nothing is said");
    drop(recorder);

    let _recorder = Recorder::builder().baggage_hosts(["*"]).install();
    assert_eq!(sent_to(None).as_deref(), Some(encoded));
}

#[test]
fn baggage_is_read_as_it_was_written() {
    let _recorder = Recorder::builder().baggage_hosts(["*"]).install();
    let context = Context::current_with_baggage([
        KeyValue::new("user", "Zoë, 50 % of a;b=c \" \\"),
        KeyValue::new("empty", ""),
    ]);
    let attached = context.attach();
    let mut message = json!({});
    propagation::inject(&mut message);
    drop(attached);
    let received = propagation::extract(&message);
    let get = |key| received.baggage().get(key).map(ToString::to_string);
    assert_eq!(get("user").as_deref(), Some("Zoë, 50 % of a;b=c \" \\"));
    assert_eq!(get("empty").as_deref(), Some(""));
    assert_eq!(received.baggage().len(), 2);
}

fn received(header: &str) -> Vec<(String, String)> {
    let context = propagation::extract(&json!({ "baggage": header }));
    let members = context.baggage().iter();
    let mut members: Vec<_> =
        members.map(|(key, (value, _))| (key.to_string(), value.to_string())).collect();
    members.sort_unstable();
    members
}

#[test]
fn what_is_wrong_in_a_baggage_is_left_out_alone() {
    let _recorder = Recorder::install();
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(
        received("a=1,b,=2,c d=3, e = 4 ;p=1,f=x=y"),
        [pair("a", "1"), pair("e", "4"), pair("f", "x=y")]
    );
    assert_eq!(received("a=%FF%zz,b=\u{7f},c=\"q\""), [pair("a", "\u{fffd}%zz")]);
    assert!(received(&"a=1,".repeat(3000)).is_empty(), "longer than anybody has to read");
    let many: Vec<String> = (0..100).map(|index| format!("k{index:03}=v")).collect();
    assert_eq!(received(&many.join(",")).len(), 64);
}

#[test]
fn more_than_others_have_to_read_is_not_written() {
    let _recorder = Recorder::builder().baggage_hosts(["*"]).install();
    // Twice as long once it is encoded.
    let members = (0..40).map(|index| KeyValue::new(format!("key{index}"), "é".repeat(80)));
    let _attached = Context::current_with_baggage(members.collect::<Vec<_>>()).attach();
    let header = sent_to(None).expect("what there is room for is written");
    assert!(header.len() <= 8192 && header.split(',').count() > 10, "{}", header.len());
}

#[test]
fn without_its_format_baggage_neither_comes_nor_goes() {
    let _recorder =
        Recorder::builder().propagators([Propagator::TraceContext]).baggage_hosts(["*"]).install();
    let _attached = Context::current_with_baggage([KeyValue::new("user", "1")]).attach();
    assert_eq!(sent_to(None), None);
    let came: Value = json!({ "baggage": "user=2" });
    assert_eq!(propagation::extract(&came).baggage().get("user").unwrap().as_str(), "1");
}

#[agent]
fn answers() {}

fn attribute_of(recorder: &Recorder, key: &str) -> Option<String> {
    let span = recorder.spans_named("invoke_agent answers").pop().expect("it has ended");
    span.attribute(key).map(ToString::to_string)
}

#[test]
fn allowed_attributes_cross_services_and_nothing_else_reaches_a_span() {
    let keys = [semconv::CONVERSATION_ID, "app.tenant"];
    let sender = Recorder::builder().baggage_keys(keys).baggage_hosts(["*"]).install();
    let message = ContextAttributes::new()
        .conversation("conv-42")
        .with(attribute!("app.tenant" = "acme"))
        .with(attribute!("app.secret" = "hush"))
        .enter(|| {
            let other = KeyValue::new("session.token", "t0p");
            let attached = Context::current_with_baggage([other]).attach();
            let mut message = json!({});
            propagation::inject(&mut message);
            drop(attached);
            message
        });
    drop(sender);
    let baggage = message["baggage"].as_str().unwrap();
    let mut members: Vec<&str> = baggage.split(',').collect();
    members.sort_unstable();
    assert_eq!(members, ["app.tenant=acme", "gen_ai.conversation.id=conv-42", "session.token=t0p"]);

    let receiver = Recorder::builder().baggage_keys([semconv::CONVERSATION_ID]).install();
    let context = propagation::extract(&message);
    let attached = context.attach();
    answers();
    drop(attached);
    assert_eq!(attribute_of(&receiver, "gen_ai.conversation.id").as_deref(), Some("conv-42"));
    for key in ["app.tenant", "app.secret", "session.token"] {
        assert_eq!(attribute_of(&receiver, key), None, "{key}");
    }
}

#[test]
fn a_conversation_of_the_sender_goes_before_one_around_the_receiver() {
    let recorder = Recorder::builder().baggage_keys([semconv::CONVERSATION_ID]).install();
    let message = json!({ "baggage": "gen_ai.conversation.id=theirs" });
    ContextAttributes::new().conversation("ours").with(attribute!("user.id" = "7")).enter(|| {
        let _attached = propagation::extract(&message).attach();
        answers();
    });
    assert_eq!(attribute_of(&recorder, "gen_ai.conversation.id").as_deref(), Some("theirs"));
    assert_eq!(attribute_of(&recorder, "user.id").as_deref(), Some("7"));
}
