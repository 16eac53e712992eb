//! Installing telemetry, ending it, and leaving alone what belongs to the application.

mod ends;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use agent_trace_runtime::opentelemetry::trace::{
    Span as _, SpanContext, TraceContextExt, TraceFlags, TraceState, Tracer, TracerProvider,
};
use agent_trace_runtime::opentelemetry::{Context, KeyValue, global};
use agent_trace_runtime::opentelemetry_sdk::error::OTelSdkResult;
use agent_trace_runtime::opentelemetry_sdk::trace::{
    SdkTracerProvider, Span, SpanData, SpanProcessor,
};
use agent_trace_runtime::{
    Compression, InstallError, Protocol, Telemetry, TelemetryBuilder, current, tool,
};
use agent_trace_tests::Collector;

/// A process has one telemetry: the tests of this file take turns.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[tool]
fn lookup() -> u32 {
    7
}

#[derive(Clone, Debug, Default)]
struct Names(Arc<Mutex<Vec<String>>>);

impl Names {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl SpanProcessor for Names {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap().push(span.name.into_owned());
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

fn builder() -> (TelemetryBuilder, Names) {
    let names = Names::default();
    (Telemetry::builder().span_processor(names.clone()), names)
}

#[test]
fn a_second_telemetry_is_refused_until_the_first_has_ended() {
    let _turn = turn();
    let (first, names) = builder();
    let first = first.install().unwrap();
    assert!(matches!(builder().0.install(), Err(InstallError::AlreadyInstalled)));
    lookup();
    assert_eq!(names.take(), ["execute_tool lookup"]);
    drop(first);

    let (second, other_names) = builder();
    let second = second.install().unwrap();
    lookup();
    assert_eq!((names.take().len(), other_names.take().len()), (0, 1));
    second.shutdown().unwrap();
}

#[test]
fn after_the_end_functions_work_and_record_nothing() {
    let _turn = turn();
    let (telemetry, names) = builder();
    let telemetry = telemetry.install().unwrap();
    telemetry.shutdown().unwrap();
    assert_eq!(lookup(), 7);
    assert!(names.take().is_empty());
    telemetry.shutdown().unwrap();
    telemetry.flush().unwrap();
}

#[test]
fn telemetry_may_end_from_many_threads_at_once() {
    let _turn = turn();
    let telemetry = builder().0.install().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| telemetry.flush().unwrap());
            scope.spawn(|| telemetry.shutdown().unwrap());
        }
    });
}

/// One test, since a process has one global provider and it cannot be unset.
#[test]
fn the_global_provider_is_set_but_not_taken_from_the_application() {
    let _turn = turn();
    let by_hand = || global::tracer("by hand").start("by_hand.step").end();

    let (telemetry, names) = builder();
    let telemetry = telemetry.install().unwrap();
    by_hand();
    assert_eq!(names.take(), ["by_hand.step"], "there was none, so it is ours");
    telemetry.shutdown().unwrap();

    let application_names = Names::default();
    let application =
        SdkTracerProvider::builder().with_span_processor(application_names.clone()).build();
    global::set_tracer_provider(application.clone());

    let (telemetry, names) = builder();
    let telemetry = telemetry.install().unwrap();
    by_hand();
    lookup();
    assert_eq!(application_names.take(), ["by_hand.step"], "the application's stays");
    assert_eq!(names.take(), ["execute_tool lookup"]);
    telemetry.tracer_provider().tracer("by hand").start("by_hand.other").end();
    assert_eq!(names.take(), ["by_hand.other"]);
    telemetry.shutdown().unwrap();

    let (telemetry, names) = builder();
    let telemetry = telemetry.replace_global_provider().install().unwrap();
    by_hand();
    assert_eq!((application_names.take().len(), names.take().len()), (0, 1));
    telemetry.shutdown().unwrap();
}

#[test]
fn what_the_builder_says_reaches_the_endpoint() {
    let _turn = turn();
    for protocol in [Protocol::Grpc, Protocol::HttpProtobuf, Protocol::HttpJson] {
        let collector = match protocol {
            Protocol::Grpc => Collector::grpc(),
            _ => Collector::http(),
        };
        let telemetry = Telemetry::builder()
            .service_name("support")
            .service_version("1.2.0")
            .deployment_environment("production")
            .resource_attribute("team", "agents")
            .endpoint(collector.endpoint())
            .protocol(protocol)
            .header("x-api-key", "key")
            .timeout(Duration::from_secs(5))
            .compression(Compression::Gzip)
            .install()
            .unwrap();
        lookup();
        telemetry.flush().unwrap();
        lookup();
        telemetry.shutdown().unwrap();

        assert_eq!(collector.spans().len(), 2, "{protocol:?}");
        let resource = collector.resource();
        let value = |key: &str| resource.get(key).map(String::as_str);
        assert_eq!(value("service.name"), Some("support"));
        assert_eq!(value("service.version"), Some("1.2.0"));
        assert_eq!(value("deployment.environment.name"), Some("production"));
        assert_eq!(value("team"), Some("agents"));
        let headers = collector.received().remove(0).headers;
        assert_eq!(headers.get("x-api-key").map(String::as_str), Some("key"));
        let encodings = ["grpc-encoding", "content-encoding"];
        assert!(encodings.iter().any(|name| headers.get(*name).is_some_and(|e| e == "gzip")));
    }
}

#[test]
fn what_is_switched_off_is_named() {
    let _turn = turn();
    // The features of this package's build: TLS is off, unless all are on.
    let result = Telemetry::builder().endpoint("https://localhost:4317").install();
    match result {
        Err(error @ InstallError::FeatureDisabled { feature: "tls", .. }) => {
            assert_eq!(
                error.to_string(),
                "https://localhost:4317 (endpoint) needs the feature `tls` of \
                 agent-trace-runtime, which is switched off"
            );
        }
        Err(other) => panic!("{other}"),
        Ok(telemetry) => drop(telemetry),
    }
}

#[test]
fn headers_are_checked_and_never_printed() {
    let _turn = turn();
    let builder = Telemetry::builder()
        .endpoint("http://localhost:4318")
        .header("authorization", "Bearer secret-key");
    assert!(!format!("{builder:?}").contains("secret-key"));
    for endpoint in ["http://localhost:4317", "http://localhost:4318"] {
        let error = Telemetry::builder().endpoint(endpoint).header("x-key", "a\nsecret").install();
        let error = error.expect_err("a line break is no part of a header").to_string();
        assert!(error.contains("x-key") && !error.contains("secret"), "{error}");
    }
}

/// Marks spans when they start, and keeps them when they end.
#[derive(Clone, Debug, Default)]
struct Marking(Arc<Mutex<Vec<SpanData>>>);

impl SpanProcessor for Marking {
    fn on_start(&self, span: &mut Span, parent: &Context) {
        let is_known = span.exported_data().is_some_and(|data| data.name == "execute_tool lookup");
        assert!(is_known && span.is_recording(), "the span is there as the SDK has it");
        span.set_attribute(KeyValue::new("app.tenant", "acme"));
        span.set_attribute(KeyValue::new("app.is_root", !parent.span().span_context().is_valid()));
        span.add_event("marked", Vec::new());
        span.add_link(
            SpanContext::new(7.into(), 7.into(), TraceFlags::SAMPLED, true, TraceState::NONE),
            Vec::new(),
        );
        // Telemetry that a processor makes is its own affair, within the start of another span.
        drop(Context::current().with_telemetry_suppressed().attach());
    }

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap().push(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

#[test]
fn a_call_while_its_thread_ends_is_harmless() {
    struct Calls;

    impl Drop for Calls {
        fn drop(&mut self) {
            lookup();
        }
    }

    thread_local!(static CALLS: Calls = const { Calls });

    let _turn = turn();
    let marking = Marking::default();
    let telemetry = Telemetry::builder().span_processor(marking.clone()).install().unwrap();
    // What is dropped first is what was used last: of the two, ours is gone when the call is made.
    std::thread::spawn(|| {
        CALLS.with(|_| ());
        lookup()
    })
    .join()
    .unwrap();
    std::thread::spawn(|| {
        lookup();
        CALLS.with(|_| ());
    })
    .join()
    .unwrap();
    drop(telemetry);
    assert!(marking.0.lock().unwrap().len() >= 2);
}

/// Sends the name of each span as long as it is there.
#[derive(Debug)]
struct Sending(mpsc::Sender<String>);

impl SpanProcessor for Sending {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        let _ = self.0.send(span.name.into_owned());
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

#[test]
fn what_telemetry_was_given_is_dropped_with_it() {
    let _turn = turn();
    let (sender, names) = mpsc::channel();
    let telemetry = Telemetry::builder().span_processor(Sending(sender)).install().unwrap();
    lookup();
    std::thread::spawn(lookup).join().unwrap();
    drop(telemetry);
    let bound = Duration::from_secs(20);
    assert_eq!(names.recv_timeout(bound).as_deref(), Ok("execute_tool lookup"));
    assert_eq!(names.recv_timeout(bound).as_deref(), Ok("execute_tool lookup"));
    assert_eq!(names.recv_timeout(bound), Err(mpsc::RecvTimeoutError::Disconnected));
}

#[test]
fn processors_hear_of_starts_and_what_they_set_is_on_the_span() {
    let _turn = turn();
    let (marking, names) = (Marking::default(), Names::default());
    let telemetry = Telemetry::builder()
        .span_processor(marking.clone())
        .span_processor(names.clone())
        .install()
        .unwrap();
    assert_eq!(lookup(), 7);
    drop(telemetry);
    let spans = marking.0.lock().unwrap();
    let [span] = &**spans else { panic!("{spans:?}") };
    let value = |key: &str| {
        let found = span.attributes.iter().filter(|known| known.key.as_str() == key);
        found.map(|known| known.value.clone()).collect::<Vec<_>>()
    };
    assert_eq!(value("app.tenant"), ["acme".into()]);
    assert_eq!(value("app.is_root"), [true.into()]);
    assert_eq!(value("gen_ai.tool.name"), ["lookup".into()]);
    assert_eq!((span.events.len(), span.links.len()), (1, 1));
    assert_eq!(names.take(), ["execute_tool lookup"]);
}

#[test]
fn a_handle_knows_its_span_when_telemetry_has_ended_the_call() {
    #[tool]
    fn outlive(telemetry: &Telemetry) -> (SpanContext, bool) {
        let call = current();
        telemetry.shutdown().unwrap();
        (call.span_context(), call.is_recording())
    }

    let _turn = turn();
    let marking = Marking::default();
    let telemetry = Telemetry::builder().span_processor(Quiet(marking.clone())).install().unwrap();
    let (span, is_recording) = outlive(&telemetry);
    let ended = marking.0.lock().unwrap();
    assert_eq!(ended.len(), 1);
    assert_eq!((span, is_recording), (ended[0].span_context.clone(), false));
}

/// Marks nothing.
#[derive(Debug)]
struct Quiet(Marking);

impl SpanProcessor for Quiet {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}
