//! What is configured: values, names, what is switched off, folders and ports.

use agent_trace_runtime::opentelemetry_sdk::trace::Sampler;
use agent_trace_runtime::{Backend, Telemetry};
use agent_trace_tests::Collector;

use super::{diagnosed, problem, told};

#[test]
fn with_nothing_configured_it_says_where_telemetry_goes() {
    let (is_healthy, report) = diagnosed(&[]);
    assert!(is_healthy, "{report}");
    assert!(told(&report, "ok       spans").contains("printed on stderr"));
    assert!(told(&report, "warning  metrics").contains("set OTEL_EXPORTER_OTLP_ENDPOINT"));
    assert!(told(&report, "warning  service.name").contains("set OTEL_SERVICE_NAME"));
    assert!(report.contains("exporter console (default)"), "what is in force: {report}");
    let (_, report) =
        diagnosed(&[("OTEL_METRICS_EXPORTER", "none"), ("OTEL_SERVICE_NAME", "support")]);
    assert!(told(&report, "ok       metrics").contains("as OTEL_METRICS_EXPORTER says"));
    assert_eq!(told(&report, "ok       service.name"), "ok       service.name: support");
}

#[test]
fn names_and_values_that_are_wrong_are_told() {
    let variables = [
        ("OTEL_EXPORTER_OLTP_ENDPOINT", "http://localhost:4317"),
        ("OTEL_TRACES_SAMPLER", "sometimes"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "many"),
    ];
    let collector = Collector::http();
    let endpoint = collector.endpoint();
    let [typo, sampler, queue] = variables;
    let all = [
        typo,
        sampler,
        queue,
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &format!("{endpoint}/v1/traces")),
    ];
    let (is_healthy, report) = diagnosed(&all);
    assert!(is_healthy, "{report}");
    let typo = told(&report, "warning  OTEL_EXPORTER_OLTP_ENDPOINT");
    assert!(typo.contains("did you mean `OTEL_EXPORTER_OTLP_ENDPOINT`?"), "{typo}");
    for (name, value) in [sampler, queue] {
        let wrong = told(&report, &format!("warning  {name}: it is `{value}`"));
        assert!(
            wrong.contains("it is ignored") && wrong.contains(&format!("correct {name}")),
            "{wrong}"
        );
    }
    let [.., last] = all;
    let (is_healthy, report) = diagnosed(&[sampler, queue, last, ("AGENT_TRACE_STRICT", "true")]);
    assert!(!is_healthy);
    for name in [sampler.0, queue.0] {
        let wrong = told(&report, &format!("problem  {name}"));
        assert!(wrong.contains("`init()` fails, since it is strict"), "all of them: {wrong}");
    }
}

#[test]
fn what_is_switched_off_is_told() {
    let collector = Collector::http();
    let endpoint = collector.endpoint();
    let with = |variables: &[(&str, &str)]| {
        let all = [variables, &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]].concat();
        diagnosed(&all)
    };
    let (is_healthy, report) = with(&[("OTEL_SDK_DISABLED", "true")]);
    assert!(!is_healthy);
    assert!(told(&report, "problem  configuration").contains("unset OTEL_SDK_DISABLED"));
    assert!(collector.spans().is_empty(), "nothing is sent then");
    for variables in [
        &[("OTEL_TRACES_SAMPLER", "always_off")][..],
        &[("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0")],
    ] {
        let (is_healthy, report) = with(variables);
        assert!(!is_healthy);
        let sampler = told(&report, "problem  sampler: it drops every span");
        assert!(sampler.contains("set OTEL_TRACES_SAMPLER to parentbased_always_on"), "{sampler}");
    }
    for variables in [
        &[("OTEL_TRACES_SAMPLER", "parentbased_always_off")][..],
        &[("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.0")],
    ] {
        let (is_healthy, report) = with(variables);
        assert!(is_healthy, "{report}");
        told(&report, "warning  sampler: no trace that begins in this process");
    }
    let small = [("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.000001")];
    assert!(!with(&small).1.contains(" sampler: "));
    problem(
        &Telemetry::builder().sampler(Sampler::AlwaysOff).doctor(),
        &["sampler", "`.sampler(…)`"],
    );
}

#[test]
fn back_ends_are_heeded_as_when_it_is_installed() {
    let collector = Collector::http();
    let xray = Backend::xray(collector.endpoint());
    let builder = Telemetry::builder().service_name("support").backend(xray);
    let diagnosis = builder.doctor();
    assert!(diagnosis.is_healthy(), "{diagnosis}");
    let report = diagnosis.to_string();
    for setting in ["propagation: formats xray", "timed trace ids true"] {
        assert!(report.contains(setting), "{setting}: {report}");
    }
}

#[test]
fn a_key_that_may_be_meant_for_another_receiver_is_not_sent() {
    let collectors = [Collector::http(), Collector::http()];
    let builder = Telemetry::builder().header("authorization", "Bearer hidden");
    let builder = collectors.iter().fold(builder, |builder, collector| {
        builder.backend(Backend::collector(collector.endpoint()))
    });
    let refused = builder.doctor();
    let error = builder.install().unwrap_err().to_string();
    assert!(error.contains("which of the back ends"), "{error}");
    problem(&refused, &["configuration", &error]);
    for collector in &collectors {
        assert!(collector.received().is_empty() && collector.received_metrics().is_empty());
    }

    let places = collectors.each_ref().map(Collector::endpoint).join(" ");
    let (is_healthy, report) = diagnosed(&[
        ("PROBE_COLLECTORS", &places),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20hidden"),
    ]);
    assert!(is_healthy, "{report}");
    let ignored = told(&report, "warning  OTEL_EXPORTER_OTLP_HEADERS");
    assert!(ignored.contains("`Backend::header` says for which"), "{ignored}");
    for collector in &collectors {
        let [received] = &*collector.received() else { panic!("one test span") };
        assert_eq!(received.headers.get("authorization"), None);
    }
    assert_eq!(collectors[1].received()[0].headers["x-own"], "1");
}

/// A folder of a test's own, which is gone with it.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("agent-trace-doctor-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn folders_are_told_that_cannot_be_written() {
    let folder = Folder::new("unwritable");
    // Nobody can make a folder in a file, whatever their rights.
    let file = folder.0.join("file");
    std::fs::write(&file, "").unwrap();
    let inside = file.join("telemetry").display().to_string();
    let (is_healthy, report) = diagnosed(&[
        ("AGENT_TRACE_SPOOL_DIRECTORY", &inside),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &Collector::http().endpoint()),
    ]);
    assert!(!is_healthy);
    let spool = told(&report, "problem  spool in ");
    assert!(
        spool.contains("cannot be written") && spool.contains("AGENT_TRACE_SPOOL_DIRECTORY"),
        "{spool}"
    );
    let (is_healthy, report) = diagnosed(&[
        ("OTEL_TRACES_EXPORTER", "otlp/file"),
        ("AGENT_TRACE_FILE_DIRECTORY", &inside),
    ]);
    assert!(!is_healthy);
    let written = told(&report, "problem  configuration");
    assert!(
        written.contains(&inside) && written.contains("AGENT_TRACE_FILE_DIRECTORY"),
        "{written}"
    );
    let here = folder.0.display().to_string();
    let (is_healthy, report) =
        diagnosed(&[("OTEL_TRACES_EXPORTER", "otlp/file"), ("AGENT_TRACE_FILE_DIRECTORY", &here)]);
    assert!(is_healthy, "{report}");
    let line = std::fs::read_to_string(folder.0.join("traces.jsonl")).unwrap();
    assert!(line.contains("agent_trace.doctor"), "{line}");
}

#[test]
fn what_waits_in_the_spool_is_told_and_left_there() {
    let folder = Folder::new("spool");
    let spool = folder.0.display().to_string();
    let collector = Collector::http();
    let endpoint = collector.endpoint();
    let (is_healthy, report) = diagnosed(&[
        ("AGENT_TRACE_SPOOL_DIRECTORY", &spool),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint),
    ]);
    assert!(is_healthy, "{report}");
    assert!(told(&report, "ok       spool in ").contains("nothing waits in it"));

    collector.answer(agent_trace_tests::Answer::Unavailable);
    {
        let _turn = crate::turn();
        let telemetry =
            Telemetry::builder().endpoint(&endpoint).spool(&folder.0).install().unwrap();
        crate::work(1);
        assert!(telemetry.shutdown().is_err());
    }
    collector.answer(agent_trace_tests::Answer::Take);
    let full = [
        ("AGENT_TRACE_SPOOL_DIRECTORY", &*spool),
        ("AGENT_TRACE_SPOOL_BYTES", "16"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint),
    ];
    let (_, report) = diagnosed(&full);
    assert!(told(&report, "warning  spool in ").contains("it is full (16 bytes in "), "{report}");
    let [directory, _, to] = full;
    let (_, report) = diagnosed(&[directory, to]);
    assert!(told(&report, "ok       spool in ").contains(" bytes wait in it"), "{report}");
    assert!(collector.spans().iter().all(|span| span.name == "agent_trace.doctor"));
}

#[test]
fn a_port_for_prometheus_that_is_taken_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let variables = [
        ("OTEL_METRICS_EXPORTER", "prometheus"),
        ("OTEL_EXPORTER_PROMETHEUS_HOST", "127.0.0.1"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", &port),
    ];
    let (is_healthy, report) = diagnosed(&variables);
    assert!(!is_healthy);
    let told_of = told(&report, "problem  metrics for Prometheus at 127.0.0.1:");
    assert!(told_of.contains("set OTEL_EXPORTER_PROMETHEUS_PORT to another port"), "{told_of}");
    drop(taken);
    let (is_healthy, report) = diagnosed(&variables);
    assert!(is_healthy, "{report}");
}
