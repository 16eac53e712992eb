//! `attributes(…)`: values of every type, and when their expressions are evaluated.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use agent_trace_runtime::opentelemetry::{Array, StringValue, Value};
use agent_trace_runtime::opentelemetry_sdk::trace::Sampler;
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{agent, embedding, llm_call, memory, plan, retrieval, step, tool};
use futures::FutureExt;
use futures::executor::block_on;
use futures::future::BoxFuture;

use crate::support::{assert_attributes, assert_tree};

const LIMIT: usize = 8;
static REGION: &str = "eu";

fn strings(values: &[&'static str]) -> Value {
    Value::Array(Array::String(values.iter().copied().map(StringValue::from).collect()))
}

#[test]
fn literals() {
    #[step(
        "app.literals",
        attributes(
            "app.text" = "text",
            "app.raw" = r#"a "raw" text"#,
            "app.empty" = "",
            "app.int" = 42,
            "app.hex" = 0xff_u8 as i64,
            "app.negative" = -7,
            "app.min" = i64::MIN,
            "app.float" = 0.5,
            "app.exponent" = 1e3,
            "app.minus" = -0.5,
            "app.yes" = true,
            "app.no" = false,
            "app.list" = ["a", "b"],
            "app.none" = None::<i64>,
        ),
    )]
    fn literals() {}

    let recorder = Recorder::install();
    literals();
    assert_attributes(
        &recorder.span("app.literals"),
        &[
            ("app.text", "text".into()),
            ("app.raw", "a \"raw\" text".into()),
            ("app.empty", "".into()),
            ("app.int", 42.into()),
            ("app.hex", 255.into()),
            ("app.negative", (-7).into()),
            ("app.min", i64::MIN.into()),
            ("app.float", 0.5.into()),
            ("app.exponent", 1e3.into()),
            ("app.minus", (-0.5).into()),
            ("app.yes", true.into()),
            ("app.no", false.into()),
            ("app.list", strings(&["a", "b"])),
        ],
    );
}

#[test]
fn expressions_of_every_type() {
    #[expect(clippy::too_many_arguments, reason = "one for each type")]
    #[step(
        "app.expressions",
        attributes(
            "app.str" = text,
            "app.string" = owned,
            "app.cow" = cow,
            "app.boxed" = boxed,
            "app.rc" = rc,
            "app.arc" = arc,
            "app.some" = some,
            "app.nothing" = nothing,
            "app.unsigned" = large,
            "app.huge" = i128::MIN,
            "app.small" = i8::MIN,
            "app.single" = f32::from(1_u8) / 4.0,
            "app.bytes" = [1_u8, 2],
            "app.slice" = &list[1..],
            "app.vector" = list,
            "app.flags" = [true, false],
            "app.doubles" = vec![0.5],
            "app.names" = names.iter().map(String::as_str).collect::<Vec<_>>(),
            "app.constant" = LIMIT,
            "app.static" = REGION,
            "app.block" = { let length = list.len(); length * 2 },
            "app.choice" = if list.is_empty() { "none" } else { "some" },
            "app.format" = format!("{text}-{}", list.len()),
            "app.closure" = Some(2).map(|length| length * list.len()),
        ),
    )]
    fn expressions(
        text: &str,
        owned: String,
        cow: Cow<'_, str>,
        boxed: Box<str>,
        rc: Rc<str>,
        arc: Arc<String>,
        some: Option<&str>,
        nothing: Option<u8>,
        large: u64,
        list: Vec<i32>,
        names: &[String],
    ) {
        drop((text, owned, cow, boxed, rc, arc, some, nothing, large, list, names));
    }

    let recorder = Recorder::install();
    expressions(
        "s",
        "o".to_owned(),
        "c".into(),
        "b".into(),
        "r".into(),
        Arc::new("a".to_owned()),
        Some("x"),
        None,
        u64::MAX,
        vec![1, 2],
        &["n".to_owned()],
    );
    let integers = |values: &[i64]| Value::Array(Array::I64(values.to_vec()));
    assert_attributes(
        &recorder.span("app.expressions"),
        &[
            ("app.str", "s".into()),
            ("app.string", "o".into()),
            ("app.cow", "c".into()),
            ("app.boxed", "b".into()),
            ("app.rc", "r".into()),
            ("app.arc", "a".into()),
            ("app.some", "x".into()),
            ("app.unsigned", i64::MAX.into()),
            ("app.huge", i64::MIN.into()),
            ("app.small", (-128).into()),
            ("app.single", 0.25.into()),
            ("app.bytes", integers(&[1, 2])),
            ("app.slice", integers(&[2])),
            ("app.vector", integers(&[1, 2])),
            ("app.flags", Value::Array(Array::Bool(vec![true, false]))),
            ("app.doubles", Value::Array(Array::F64(vec![0.5]))),
            ("app.names", strings(&["n"])),
            ("app.constant", 8.into()),
            ("app.static", "eu".into()),
            ("app.block", 4.into()),
            ("app.choice", "some".into()),
            ("app.format", "s-2".into()),
            ("app.closure", 4.into()),
        ],
    );
}

mod evaluation {
    use super::*;

    /// Counts its evaluations.
    fn count(counter: &AtomicU32) -> &'static str {
        counter.fetch_add(1, Ordering::Relaxed);
        "counted"
    }

    #[agent(name = count(counter), remote, provider = count(counter), model = count(counter))]
    fn agents(counter: &AtomicU32) {}

    #[llm_call(model = count(counter), provider = count(counter), usage = none)]
    async fn calls(counter: &AtomicU32) {}

    #[embedding(model = count(counter), provider = count(counter), span_name = "team.embed", usage = none)]
    async fn embeds(counter: &AtomicU32) {}

    #[retrieval(data_source = count(counter))]
    fn retrieves(counter: &AtomicU32) -> impl Future<Output = ()> {
        async move {
            let _ = counter;
        }
    }

    #[memory(search, store = count(counter))]
    fn searches(counter: &AtomicU32) -> BoxFuture<'_, ()> {
        let held = counter;
        async move {
            let _ = held;
        }
        .boxed()
    }

    #[tool(name = count(counter))]
    fn tools(counter: &AtomicU32) {}

    #[plan(name = count(counter))]
    async fn plans(counter: &AtomicU32) {}

    #[step("app.step", attributes("app.one" = count(counter), "app.two" = count(counter)))]
    fn steps(counter: &AtomicU32) {}

    #[async_trait::async_trait]
    trait Boxed {
        #[step("app.boxed", attributes("app.one" = count(counter)))]
        async fn boxed(&self, counter: &AtomicU32) {}
    }

    impl Boxed for () {}

    /// How often the expressions of each function are evaluated.
    fn counts() -> [u32; 9] {
        let runs: [&dyn Fn(&AtomicU32); 9] = [
            &|counter| agents(counter),
            &|counter| block_on(calls(counter)),
            &|counter| block_on(embeds(counter)),
            &|counter| block_on(retrieves(counter)),
            &|counter| block_on(searches(counter)),
            &|counter| tools(counter),
            &|counter| block_on(plans(counter)),
            &|counter| steps(counter),
            &|counter| block_on(().boxed(counter)),
        ];
        runs.map(|run| {
            let counter = AtomicU32::new(0);
            run(&counter);
            counter.into_inner()
        })
    }

    #[test]
    fn expressions_are_evaluated_once_where_the_span_records() {
        let recorder = Recorder::install();
        assert_eq!(counts(), [3, 2, 2, 1, 1, 1, 1, 2, 1]);
        assert_eq!(recorder.spans().len(), 9);
    }

    #[test]
    fn only_what_tells_metrics_apart_is_evaluated_where_the_sampler_says_no() {
        let recorder = Recorder::builder().sampler(Sampler::AlwaysOff).install();
        assert_eq!(counts(), [3, 2, 2, 0, 0, 1, 1, 0, 0]);
        assert_tree(&recorder, "");
    }

    #[test]
    fn expressions_are_not_evaluated_without_telemetry() {
        assert_eq!(counts(), [0; 9]);
    }

    #[tool(attributes("app.length" = nested(text)))]
    fn outer(text: &str) -> usize {
        text.len()
    }

    #[step("app.nested")]
    fn nested(text: &str) -> usize {
        text.len()
    }

    #[test]
    fn an_expression_may_call_an_annotated_function() {
        let recorder = Recorder::install();
        assert_eq!(outer("abc"), 3);
        assert_eq!(recorder.span("execute_tool outer").attribute("app.length"), Some(&3.into()));
        assert_eq!(recorder.spans_named("app.nested").len(), 1);
    }

    #[test]
    fn an_expression_keeps_the_future_sendable() {
        #[step("app.sendable", attributes("app.value" = Rc::new(value).to_string()))]
        async fn sendable(value: u32) -> u32 {
            tokio::task::yield_now().await;
            value
        }

        let recorder = Recorder::install();
        let future = crate::support::assert_send(sendable(3));
        assert_eq!(block_on(future), 3);
        assert_eq!(recorder.span("app.sendable").attribute("app.value"), Some(&"3".into()));
    }

    #[test]
    fn an_unsampled_call_still_returns() {
        let _recorder = Recorder::builder().sampler(Sampler::AlwaysOff).install();
        #[step("app.fails")]
        async fn fails(text: String) -> Result<(), String> {
            Err(text)
        }
        assert_eq!(block_on(fails("why".to_owned())), Err("why".to_owned()));
    }
}
