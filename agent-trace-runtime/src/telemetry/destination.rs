//! Where an arm of telemetry goes over OTLP, and how: decided before anything is built.

use std::time::Duration;

use super::arm::Kind;
use super::environment::{self, Variable};
use super::error::InstallError;
use super::settings::{Compression, Otlp, Protocol};

/// An OTLP endpoint with what is needed to reach it, all of it provided by enabled features.
#[derive(Debug)]
#[cfg_attr(not(feature = "__otlp"), expect(dead_code, reason = "every protocol is refused"))]
pub(super) struct Destination {
    /// The address that requests are sent to, as errors name it.
    pub(super) endpoint: String,
    pub(super) protocol: Protocol,
    pub(super) compression: Option<Compression>,
    /// For one export, retries included.
    pub(super) timeout: Option<Duration>,
}

impl Destination {
    /// The builder's settings over the environment's.
    pub(super) fn resolve(otlp: &Otlp, arm: Kind) -> Result<Option<Self>, InstallError> {
        let from_environment = environment::endpoint(arm)?;
        let (endpoint, setting, is_whole) = match (&otlp.endpoint, from_environment) {
            (Some(endpoint), _) => (endpoint.trim().to_owned(), "endpoint".to_owned(), false),
            (None, Some((Variable { name, value }, is_whole))) => (value, name, is_whole),
            (None, None) => return Ok(None),
        };
        check_url(&setting, &endpoint)?;

        let protocol = match otlp.protocol {
            Some(protocol) => protocol,
            None => environment::protocol(arm)?.unwrap_or_else(|| by_port(&endpoint)),
        };
        let compression = match otlp.compression {
            Some(compression) => Some(compression),
            None => environment::compression(arm)?,
        };
        let timeout = match otlp.timeout {
            Some(timeout) => Some(timeout),
            None => environment::timeout(arm)?,
        };
        require_features(&setting, &endpoint, protocol, compression)?;

        let endpoint = match protocol {
            Protocol::HttpProtobuf | Protocol::HttpJson if !is_whole => {
                let path = match arm {
                    Kind::Spans => "traces",
                    Kind::Metrics => "metrics",
                    Kind::Events => "logs",
                };
                format!("{}/v1/{path}", endpoint.trim_end_matches('/'))
            }
            _ => endpoint,
        };
        Ok(Some(Self { endpoint, protocol, compression, timeout }))
    }
}

fn check_url(setting: &str, endpoint: &str) -> Result<(), InstallError> {
    let rest = endpoint.strip_prefix("http://").or_else(|| endpoint.strip_prefix("https://"));
    match rest {
        Some(rest) if !rest.is_empty() && !rest.starts_with('/') => Ok(()),
        _ => Err(InstallError::InvalidSetting {
            setting: setting.to_owned(),
            value: endpoint.to_owned(),
            reason: "an endpoint begins with http:// or https:// and names a host, like \
                     http://localhost:4318"
                .to_owned(),
        }),
    }
}

/// 4317 is registered for OTLP over gRPC; the specification's default is `http/protobuf`.
fn by_port(endpoint: &str) -> Protocol {
    let authority = endpoint.split('/').nth(2).unwrap_or_default();
    if authority.ends_with(":4317") { Protocol::Grpc } else { Protocol::HttpProtobuf }
}

fn require_features(
    setting: &str,
    endpoint: &str,
    protocol: Protocol,
    compression: Option<Compression>,
) -> Result<(), InstallError> {
    let (name, feature, is_on) = match protocol {
        Protocol::Grpc => ("grpc", "otlp-grpc", cfg!(feature = "otlp-grpc")),
        Protocol::HttpProtobuf => ("http/protobuf", "otlp-http", cfg!(feature = "otlp-http")),
        Protocol::HttpJson => ("http/json", "otlp-http", cfg!(feature = "otlp-http")),
    };
    require(is_on, feature, || format!("the protocol {name} of {endpoint} ({setting})"))?;
    require(!endpoint.starts_with("https://") || cfg!(feature = "tls"), "tls", || {
        format!("{endpoint} ({setting})")
    })?;
    require(compression != Some(Compression::Zstd) || cfg!(feature = "zstd"), "zstd", || {
        "zstd compression".to_owned()
    })
}

fn require(
    is_on: bool,
    feature: &'static str,
    asked: impl FnOnce() -> String,
) -> Result<(), InstallError> {
    if is_on { Ok(()) } else { Err(InstallError::FeatureDisabled { asked: asked(), feature }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_4317_is_grpc_and_any_other_is_http() {
        assert_eq!(by_port("http://collector:4317"), Protocol::Grpc);
        assert_eq!(by_port("http://collector:4317/"), Protocol::Grpc);
        assert_eq!(by_port("http://collector:4318"), Protocol::HttpProtobuf);
        assert_eq!(by_port("https://api.example.com/otlp:4317"), Protocol::HttpProtobuf);
    }

    #[test]
    fn endpoints_are_urls_with_a_host() {
        assert!(check_url("endpoint", "http://localhost:4318").is_ok());
        for wrong in ["localhost:4317", "http://", "https:///v1/traces", "ftp://host", ""] {
            let error = check_url("endpoint", wrong).map_err(|error| error.to_string());
            assert!(error.is_err_and(|text| text.contains("http://localhost:4318")), "{wrong}");
        }
    }

    /// Runs with each set of features that is checked, and so sees each of them off.
    #[test]
    fn what_is_switched_off_is_an_error_that_names_the_feature() {
        let asks: [(&str, bool, Protocol, Option<Compression>, &str); 4] = [
            ("otlp-grpc", cfg!(feature = "otlp-grpc"), Protocol::Grpc, None, "http://host"),
            ("otlp-http", cfg!(feature = "otlp-http"), Protocol::HttpJson, None, "http://host"),
            ("tls", cfg!(feature = "tls"), Protocol::Grpc, None, "https://host"),
            (
                "zstd",
                cfg!(feature = "zstd"),
                Protocol::Grpc,
                Some(Compression::Zstd),
                "http://host",
            ),
        ];
        for (feature, is_on, protocol, compression, endpoint) in asks {
            // Without gRPC, that is what is said first.
            let is_masked = feature != "otlp-http" && !cfg!(feature = "otlp-grpc");
            let expected = if is_masked { "otlp-grpc" } else { feature };
            match require_features("endpoint", endpoint, protocol, compression) {
                Ok(()) => assert!(is_on, "{feature}"),
                Err(InstallError::FeatureDisabled { feature: named, .. }) => {
                    assert_eq!(named, expected);
                }
                Err(other) => panic!("{other}"),
            }
        }
    }
}
