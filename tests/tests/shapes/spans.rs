//! A call's span as other code sees it: through OpenTelemetry's context, as a parent, by its limits.

use std::time::SystemTime;

use agent_trace_runtime::opentelemetry::trace::{
    Link, Span as _, SpanContext, SpanId, SpanKind, Status, TraceContextExt, TraceFlags, TraceId,
    TraceState, Tracer, TracerProvider,
};
use agent_trace_runtime::opentelemetry::{Context, KeyValue, Value, global};
use agent_trace_runtime::opentelemetry_sdk::trace::{
    Sampler, SamplingDecision, SamplingResult, ShouldSample,
};
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{Usage, agent, attribute, current, step, tool};
use futures::executor::block_on;

use crate::support::{assert_attributes, assert_tree};

fn remote(flags: TraceFlags) -> Context {
    let (trace, span) = (TraceId::from(0x4bf9), SpanId::from(0x00f0));
    let parent = SpanContext::new(trace, span, flags, true, state());
    Context::current().with_remote_span_context(parent)
}

fn state() -> TraceState {
    TraceState::from_key_value([("vendor", "7")]).expect("a state of one member")
}

#[test]
fn what_is_set_through_the_context_is_on_the_span() {
    #[tool]
    async fn lookup() {
        let context = Context::current();
        let span = context.span();
        assert!(span.is_recording());
        span.set_attribute(KeyValue::new("app.mark", 1));
        span.set_attribute(KeyValue::new("app.mark", 2));
        span.add_event("looked", vec![KeyValue::new("app.row", 3)]);
        span.update_name("renamed");
        span.set_status(Status::error("by hand"));
        assert_eq!(span.span_context(), &current().span_context());
    }

    let recorder = Recorder::install();
    block_on(lookup());
    let span = recorder.span("renamed");
    assert_attributes(
        &span,
        &[
            ("gen_ai.operation.name", "execute_tool".into()),
            ("gen_ai.tool.name", "lookup".into()),
            ("app.mark", 2.into()),
        ],
    );
    let data = span.data();
    assert_eq!(data.status, Status::error("by hand"));
    assert_eq!(data.events.len(), 1);
    assert_eq!(data.events[0].attributes, [KeyValue::new("app.row", 3)]);
}

#[test]
fn a_span_that_the_body_ends_takes_nothing_more_and_keeps_that_time() {
    #[step("app.ended")]
    fn ended() -> SystemTime {
        let context = Context::current();
        let now = SystemTime::now();
        context.span().end_with_timestamp(now);
        context.span().set_attribute(KeyValue::new("app.late", true));
        assert!(!context.span().is_recording());
        now
    }

    let recorder = Recorder::install();
    let end = ended();
    let span = recorder.span("app.ended");
    assert_eq!(span.data().end_time, end);
    assert_eq!(span.attribute("app.late"), None);
}

#[test]
fn a_context_that_outlives_its_call_does_nothing() {
    #[step("app.short")]
    fn short() -> Context {
        Context::current()
    }

    let recorder = Recorder::install();
    let context = short();
    assert!(!context.span().is_recording());
    context.span().set_attribute(KeyValue::new("app.late", true));
    // The call has a record of its own, though the next one could have used it again.
    short();
    context.span().set_attribute(KeyValue::new("app.late", true));
    let spans = recorder.spans_named("app.short");
    assert_eq!(spans.len(), 2);
    assert!(spans.iter().all(|span| span.attribute("app.late").is_none()));
    assert_eq!(context.span().span_context().span_id(), spans[0].span_id());
}

#[test]
fn spans_of_other_libraries_are_below_and_above() {
    #[agent(name = "support")]
    fn answer(tracer: &global::BoxedTracer) {
        tracer.in_span("SELECT orders", |_| lookup());
    }

    #[tool]
    fn lookup() {}

    let recorder = Recorder::install();
    let tracer = global::tracer("other");
    tracer.in_span("GET /orders", |_| answer(&tracer));
    assert_tree(
        &recorder,
        "
GET /orders
└─ invoke_agent support
   └─ SELECT orders
      └─ execute_tool lookup
",
    );
}

#[test]
fn a_remote_parent_is_continued_with_its_state() {
    #[tool]
    fn lookup() {}

    let recorder = Recorder::install();
    let around = remote(TraceFlags::SAMPLED).attach();
    lookup();
    drop(around);
    let span = recorder.span("execute_tool lookup");
    let data = span.data();
    assert_eq!((span.trace_id(), span.parent_span_id()), (0x4bf9.into(), 0x00f0.into()));
    assert!(data.parent_span_is_remote && data.span_context.is_sampled());
    assert_eq!((data.span_context.trace_state(), &data.span_kind), (&state(), &SpanKind::Internal));
    lookup();
    let roots = recorder.spans_named("execute_tool lookup");
    assert!(!roots[1].data().parent_span_is_remote);
    assert_eq!(roots[1].parent_span_id(), SpanId::INVALID);
}

#[test]
fn an_unsampled_call_does_not_record() {
    #[step("app.unsampled")]
    fn unsampled() -> (bool, bool) {
        let call = current();
        call.set(attribute!("app.mark" = 1)).add_event("event", []);
        call.record_usage(Usage::new(1, 1));
        (call.is_recording(), call.span_context().is_valid())
    }

    let sampler = Sampler::ParentBased(Box::new(Sampler::AlwaysOn));
    let recorder = Recorder::builder().sampler(sampler).install();
    let around = remote(TraceFlags::NOT_SAMPLED).attach();
    assert_eq!(unsampled(), (false, true), "the parent is still there to pass on");
    drop(around);
    assert_tree(&recorder, "");

    let _recorder = Recorder::builder().sampler(Sampler::AlwaysOff).install();
    assert_eq!(unsampled(), (false, false));
}

#[test]
fn what_is_below_an_unsampled_root_is_not_sampled_whoever_opens_it() {
    #[agent(name = "support")]
    fn answer() -> (SpanContext, bool) {
        let span = global::tracer("other").start("SELECT orders");
        (lookup(), span.is_recording())
    }

    #[tool]
    fn lookup() -> SpanContext {
        current().span_context()
    }

    // As few traces as that is none of those that will be seen here.
    for sampler in [
        Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(0.0))),
        Sampler::TraceIdRatioBased(0.0),
        Sampler::ParentBased(Box::new(Sampler::AlwaysOff)),
    ] {
        let recorder = Recorder::builder().sampler(sampler).install();
        let (context, is_recording) = answer();
        assert!(context.is_valid() && !context.is_sampled() && !is_recording);
        assert_tree(&recorder, "");
    }
}

#[test]
fn the_parts_of_a_trace_are_sampled_together() {
    #[agent(name = "support")]
    fn answer() {
        lookup();
        lookup();
    }

    #[tool]
    fn lookup() {}

    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(0.5)));
    let recorder = Recorder::builder().sampler(sampler).install();
    for _ in 0..1_000 {
        answer();
    }
    let (roots, all) = (recorder.spans_named("invoke_agent support").len(), recorder.spans().len());
    assert_eq!(all, 3 * roots);
    assert!((300..700).contains(&roots), "{roots} of 1,000 traces");
}

#[test]
fn a_span_holds_as_much_as_its_limits() {
    #[step("app.full", attributes("app.first" = 1))]
    fn fill() {
        let call = current();
        for number in 0..200 {
            call.add_event("again", [attribute!("app.number" = number)]);
            let key = format!("app.key.{number}");
            Context::map_current(|context| {
                context.span().set_attribute(KeyValue::new(key, number));
            });
        }
    }

    let recorder = Recorder::install();
    fill();
    let span = recorder.span("app.full");
    let data = span.data();
    assert_eq!(span.attribute("app.first"), Some(&Value::I64(1)));
    assert_eq!((data.attributes.len(), data.dropped_attributes_count), (128, 73));
    assert_eq!((data.events.len(), data.events.dropped_count), (128, 72));
}

#[test]
fn a_provider_and_its_calls_share_processors() {
    #[step("app.ours")]
    fn ours() {}

    let recorder = Recorder::install();
    let mut span = recorder.tracer_provider().tracer("other").start("app.theirs");
    span.set_attribute(KeyValue::new("app.mark", 1));
    span.end();
    ours();
    let names: Vec<String> = recorder.spans().iter().map(|span| span.name().to_owned()).collect();
    assert_eq!(names, ["app.theirs", "app.ours"]);
}

#[test]
fn what_is_dropped_here_is_passed_on_as_dropped() {
    #[tool]
    fn lookup() -> SpanContext {
        Context::map_current(|context| context.span().span_context().clone())
    }

    let recorder = Recorder::builder().sampler(Sampler::AlwaysOff).install();
    let around = remote(TraceFlags::SAMPLED).attach();
    let passed_on = lookup();
    drop(around);
    assert_eq!(passed_on.trace_id(), TraceId::from(0x4bf9));
    assert!(!passed_on.is_sampled() && passed_on.span_id() != SpanId::from(0x00f0));
    assert_eq!(passed_on.trace_state(), &state());
    assert_tree(&recorder, "");
}

/// Records roots and does not sample them.
#[derive(Clone, Debug)]
struct RecordOnly;

impl ShouldSample for RecordOnly {
    fn should_sample(
        &self,
        _parent: Option<&Context>,
        _trace: TraceId,
        _name: &str,
        _kind: &SpanKind,
        attributes: &[KeyValue],
        _links: &[Link],
    ) -> SamplingResult {
        let is_asked = attributes.iter().any(|known| known.key.as_str() == "gen_ai.agent.name");
        assert!(is_asked, "a sampler of the application's own sees the constants");
        // Samplers may look around, too.
        drop(Context::current().attach());
        let (decision, trace_state) = (SamplingDecision::RecordOnly, TraceState::NONE);
        SamplingResult { decision, attributes: Vec::new(), trace_state }
    }
}

#[test]
fn a_span_that_only_records_takes_nothing_of_those_below_it() {
    #[agent(name = "support")]
    fn answer() {
        assert!(Context::map_current(|context| context.span().is_recording()));
        lookup();
    }

    #[tool]
    fn lookup() {
        Context::map_current(|context| {
            assert!(!context.span().is_recording());
            context.span().set_attribute(KeyValue::new("app.inner", true));
            context.span().update_name("inner");
        });
    }

    let recorder =
        Recorder::builder().sampler(Sampler::ParentBased(Box::new(RecordOnly))).install();
    answer();
    let span = recorder.span("invoke_agent support");
    assert!(!span.data().span_context.is_sampled());
    assert_eq!(span.attribute("app.inner"), None);
}

#[test]
fn events_of_a_body_are_within_its_span() {
    #[step("app.marked")]
    fn marked() {
        current().add_event("first", []);
        Context::map_current(|context| context.span().add_event("second", Vec::new()));
    }

    let recorder = Recorder::install();
    // Two clocks are looked at, one after the other: what one interruption says is no rule.
    let is_within = (0..200).filter(|_| {
        marked();
        let spans = recorder.spans_named("app.marked");
        let data = spans.last().expect("it has ended").data();
        let within = data.start_time..=data.end_time;
        data.events.iter().all(|event| within.contains(&event.timestamp))
    });
    let count = is_within.count();
    assert!(count > 150, "{count} of 200");
}
