//! The code of `docs/backends.md`, word for word.
#![expect(dead_code, reason = "only compiled: nobody is at these addresses")]

use agent_trace_runtime::{Backend, InstallError, Telemetry};
use agent_trace_tests::Recipe;

fn opentelemetry_collector() -> Result<Telemetry, InstallError> {
    let telemetry = Telemetry::builder()
        .service_name("support")
        .backend(Backend::collector("http://otel-collector:4317"))
        .install()?;
    Ok(telemetry)
}

fn jaeger() -> Result<Telemetry, InstallError> {
    let telemetry = Telemetry::builder()
        .service_name("support")
        .backend(Backend::jaeger("http://jaeger:4317"))
        .install()?;
    Ok(telemetry)
}

fn zipkin() -> Result<Telemetry, InstallError> {
    let telemetry = Telemetry::builder()
        .service_name("support")
        .zipkin("http://zipkin:9411/api/v2/spans")
        .install()?;
    Ok(telemetry)
}

fn grafana_tempo() -> Result<Telemetry, InstallError> {
    let telemetry = Telemetry::builder()
        .service_name("support")
        .backend(Backend::tempo("http://tempo:4317"))
        .install()?;
    Ok(telemetry)
}

fn grafana_loki() -> Result<Telemetry, InstallError> {
    let telemetry = Telemetry::builder()
        .service_name("support")
        .backend(Backend::loki("http://loki:3100"))
        .install()?;
    Ok(telemetry)
}

fn grafana_cloud(token: &str) -> Result<Telemetry, InstallError> {
    let telemetry = Telemetry::builder()
        .service_name("support")
        .backend(Backend::grafana_cloud(
            "https://otlp-gateway-prod-eu-west-2.grafana.net/otlp",
            "123456",
            token,
        ))
        .install()?;
    Ok(telemetry)
}

fn honeycomb(key: &str) -> Result<Telemetry, InstallError> {
    let telemetry =
        Telemetry::builder().service_name("support").backend(Backend::honeycomb(key)).install()?;
    Ok(telemetry)
}

fn aws_x_ray() -> Result<Telemetry, InstallError> {
    let telemetry = Telemetry::builder()
        .service_name("support")
        .backend(Backend::xray("http://localhost:4317"))
        .install()?;
    Ok(telemetry)
}

fn google_cloud_trace(token: &str) -> Result<Telemetry, InstallError> {
    let telemetry = Telemetry::builder()
        .service_name("support")
        .backend(Backend::google_cloud_trace("my-project", token))
        .install()?;
    Ok(telemetry)
}

fn prometheus_fetching() -> Result<Telemetry, InstallError> {
    let telemetry =
        Telemetry::builder().service_name("support").prometheus("0.0.0.0:9464").install()?;
    Ok(telemetry)
}

fn prometheus_pushed_to() -> Result<Telemetry, InstallError> {
    let telemetry = Telemetry::builder()
        .service_name("support")
        .backend(Backend::prometheus("http://prometheus:9090"))
        .install()?;
    Ok(telemetry)
}

fn elastic(key: &str) -> Result<Telemetry, InstallError> {
    let telemetry = Telemetry::builder()
        .service_name("support")
        .backend(Backend::elastic("https://support.ingest.eu-west-1.aws.elastic.cloud", key))
        .install()?;
    Ok(telemetry)
}

fn langfuse(public_key: &str, secret_key: &str) -> Result<Telemetry, InstallError> {
    let telemetry = Telemetry::builder()
        .service_name("support")
        .backend(Backend::langfuse("https://cloud.langfuse.com", public_key, secret_key))
        .install()?;
    Ok(telemetry)
}

fn arize_phoenix() -> Result<Telemetry, InstallError> {
    let telemetry = Telemetry::builder()
        .service_name("support")
        .backend(Backend::phoenix("http://phoenix:6006", "support"))
        .install()?;
    Ok(telemetry)
}

fn mlflow() -> Result<Telemetry, InstallError> {
    let telemetry = Telemetry::builder()
        .service_name("support")
        .backend(Backend::mlflow("http://mlflow:5000", "7"))
        .install()?;
    Ok(telemetry)
}

fn files() -> Result<Telemetry, InstallError> {
    let telemetry =
        Telemetry::builder().service_name("support").file("/var/log/support").install()?;
    Ok(telemetry)
}

/// Without what a formatter may change.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<String>().replace(",)", ")")
}

#[test]
fn this_file_holds_every_line_of_the_page() {
    let here = flat(include_str!("documented.rs"));
    for recipe in Recipe::all() {
        assert!(here.contains(&flat(recipe.code)), "not compiled here: {}", recipe.code);
    }
}
