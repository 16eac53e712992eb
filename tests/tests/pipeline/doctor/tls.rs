//! What is wrong with certificates, and where TLS is spoken or not.

use std::path::Path;

use agent_trace_runtime::{Diagnosis, Protocol, Telemetry};
use agent_trace_tests::Proxy;

use super::{collector, problem};
use crate::tls::Authority;

/// What is said of a server of this authority.
fn diagnose(protocol: Protocol, authority: &Authority, certificate: Option<&Path>) -> Diagnosis {
    let collector = collector(protocol);
    let mut server = authority.server(false);
    if protocol != Protocol::Grpc {
        server.alpn_protocols = vec![b"http/1.1".to_vec()];
    }
    let proxy = Proxy::with_tls(collector.address(), server);
    let endpoint = format!("https://localhost:{}", proxy.address().port());
    let builder = Telemetry::builder().endpoint(endpoint).protocol(protocol);
    match certificate {
        Some(certificate) => builder.certificate(certificate).doctor(),
        None => builder.doctor(),
    }
}

#[test]
fn what_is_wrong_with_a_certificate_is_told() {
    let good = Authority::with("doctor", &["localhost"], 4096);
    let expired = Authority::with("doctor-expired", &["localhost"], 2020);
    let strange = Authority::with("doctor-name", &["collector.example"], 4096);
    for protocol in [Protocol::Grpc, Protocol::HttpProtobuf] {
        let healthy = diagnose(protocol, &good, Some(&good.file("ca.pem")));
        assert!(healthy.is_healthy(), "{healthy}");
        let diagnosis = diagnose(protocol, &good, None);
        problem(
            &diagnosis,
            &["an authority that is not trusted here", "in PEM, by OTEL_EXPORTER_OTLP_CERTIFICATE"],
        );
        let diagnosis = diagnose(protocol, &good, Some(&strange.file("ca.pem")));
        problem(&diagnosis, &["not trusted here", "in PEM, by `.certificate(…)` in code"]);
        let diagnosis = diagnose(protocol, &expired, Some(&expired.file("ca.pem")));
        problem(&diagnosis, &["has expired", "renew it, or set the clock"]);
        let diagnosis = diagnose(protocol, &strange, Some(&strange.file("ca.pem")));
        problem(
            &diagnosis,
            &["is for another name", "names of the certificate in `.endpoint(…)` in code"],
        );
        let diagnosis = diagnose(protocol, &good, Some(Path::new("/nowhere/ca.pem")));
        problem(&diagnosis, &["cannot be installed", "/nowhere/ca.pem", "correct"]);
    }
}

#[test]
fn a_scheme_that_is_wrong_is_told() {
    let authority = Authority::with("doctor-scheme", &["localhost"], 4096);
    for protocol in [Protocol::Grpc, Protocol::HttpProtobuf] {
        let collector = collector(protocol);
        let plain = format!("https://{}", collector.address());
        let diagnosis = super::diagnose(&plain, protocol);
        problem(
            &diagnosis,
            &["does not speak TLS there", "write http:// in place of https:// in `.endpoint(…)`"],
        );
        let proxy = Proxy::with_tls(collector.address(), authority.server(false));
        let diagnosis = super::diagnose(&format!("http://{}", proxy.address()), protocol);
        problem(
            &diagnosis,
            &["speaks TLS there", "write https:// in place of http:// in `.endpoint(…)`"],
        );
    }
}

#[test]
fn a_client_without_a_certificate_is_told_that_one_is_wanted() {
    let authority = Authority::with("doctor-mtls", &["localhost"], 4096);
    for protocol in [Protocol::Grpc, Protocol::HttpProtobuf] {
        let collector = collector(protocol);
        let proxy = Proxy::with_tls(collector.address(), authority.server(true));
        let endpoint = format!("https://localhost:{}", proxy.address().port());
        let builder = Telemetry::builder().endpoint(endpoint).protocol(protocol);
        let diagnosis = builder.certificate(authority.file("ca.pem")).doctor();
        problem(&diagnosis, &["(mTLS)", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"]);
    }
}
