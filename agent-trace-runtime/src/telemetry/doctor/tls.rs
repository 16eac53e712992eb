//! What TLS has against a receiver, by the words of its errors.

use super::case::Case;
use super::destinations::Outcome;

/// What an error of TLS means; `None` of any other one.
pub(super) fn explain(case: &Case, reason: &str) -> Option<Outcome> {
    let has = |words: &[&str]| words.iter().any(|word| reason.contains(word));
    let certificate = case.certificate_setting();
    let endpoint = case.endpoint_setting();
    let (message, remedy) = if has(&[
        "UnknownIssuer",
        "UnknownCa",
        "unknown issuer",
        "BadSignature",
    ]) {
        (
            "the receiver's certificate is by an authority that is not trusted here",
            format!(
                "give the certificate of that authority, in PEM, by {certificate}; for a public one, install the system's ca-certificates"
            ),
        )
    } else if has(&[
        "certificate expired",
        "CertificateExpired",
        "invalid peer certificate: Expired",
    ]) {
        (
            "the receiver's certificate has expired",
            "renew it, or set the clock of this machine, if that is wrong".to_owned(),
        )
    } else if has(&["not valid yet", "NotValidYet"]) {
        (
            "the receiver's certificate is not valid yet",
            "set the clock of this machine, or wait for the certificate".to_owned(),
        )
    } else if has(&["not valid for name", "NotValidForName"]) {
        (
            "the receiver's certificate is for another name",
            format!(
                "write one of the names of the certificate in {endpoint}, or have this one added to it"
            ),
        )
    } else if has(&["CertificateRequired", "certificate required"]) {
        (
            "the receiver wants to see a certificate of this service (mTLS), and is shown none",
            "give one with its key by OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY, or `.client_certificate(…)` in code".to_owned(),
        )
    } else if has(&["HTTP/2 was not negotiated"]) {
        (
            "the receiver speaks HTTP/1.1 there, and not gRPC",
            format!(
                "set {} to http/protobuf, or name its port for gRPC in {endpoint}, by custom 4317",
                case.protocol_setting()
            ),
        )
    } else if has(&["NoApplicationProtocol", "no application protocol"]) {
        (
            "the receiver speaks HTTP/2 alone there, as gRPC does",
            format!(
                "set {} to grpc, or name its port for HTTP in {endpoint}, by custom 4318",
                case.protocol_setting()
            ),
        )
    } else if has(&["InvalidContentType", "corrupt message"]) {
        (
            "the receiver does not speak TLS there",
            format!("write http:// in place of https:// in {endpoint}, or name its port for TLS"),
        )
    } else if has(&[
        "invalid peer certificate",
        "BadCertificate",
        "received fatal alert",
        "ProtocolVersion",
        "HandshakeFailure",
    ]) {
        (
            "TLS with the receiver fails",
            format!(
                "see whether its certificate and {certificate} belong together, and whether it takes TLS 1.2 or 1.3 and this service's certificate"
            ),
        )
    } else {
        return None;
    };
    Some(Outcome::problem(format!("{message}: {reason}"), remedy))
}
