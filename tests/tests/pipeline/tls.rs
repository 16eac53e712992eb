//! TLS: whom this process trusts, and how it is known itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use agent_trace_runtime::{Protocol, Telemetry};
use agent_trace_tests::{Collector, Proxy};
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::{apart, numbers, work};

/// An authority with a server and a client, whose files are gone with it.
pub(crate) struct Authority {
    folder: PathBuf,
    certificate: CertificateDer<'static>,
    server: (CertificateDer<'static>, PrivateKeyDer<'static>),
}

impl Authority {
    fn new(name: &str) -> Self {
        Self::with(name, &["localhost", "127.0.0.1"], 4096)
    }

    /// Its server has these names, and its certificate is valid until this year begins.
    pub(crate) fn with(name: &str, names: &[&str], year: i32) -> Self {
        let folder =
            std::env::temp_dir().join(format!("agent-trace-tls-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let own = parameters.self_signed(&key).unwrap();
        let issuer = Issuer::new(parameters, key);
        let issue = |names: &[&str], year, purpose| {
            let key = KeyPair::generate().unwrap();
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let mut parameters = CertificateParams::new(names).unwrap();
            parameters.extended_key_usages = vec![purpose];
            parameters.not_after = rcgen::date_time_ymd(year, 1, 1);
            let certificate = parameters.signed_by(&key, &issuer).unwrap();
            (certificate, key)
        };
        let (server, server_key) = issue(names, year, ExtendedKeyUsagePurpose::ServerAuth);
        let (client, client_key) = issue(&["support"], 4096, ExtendedKeyUsagePurpose::ClientAuth);
        std::fs::write(folder.join("ca.pem"), own.pem()).unwrap();
        std::fs::write(folder.join("client.pem"), client.pem()).unwrap();
        std::fs::write(folder.join("client.key"), client_key.serialize_pem()).unwrap();
        let server_key = PrivateKeyDer::try_from(server_key.serialize_der()).unwrap();
        let certificate = own.der().clone();
        Self { folder, certificate, server: (server.der().clone(), server_key) }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A server that may ask for the certificate of its clients.
    pub(crate) fn server(&self, knows_clients: bool) -> ServerConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        let builder = ServerConfig::builder();
        let builder = if knows_clients {
            let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        } else {
            builder.with_no_client_auth()
        };
        let (certificate, key) = &self.server;
        let mut config =
            builder.with_single_cert(vec![certificate.clone()], key.clone_key()).unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        config
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

struct Client<'a> {
    certificate: Option<&'a Path>,
    identity: Option<(&'a Path, &'a Path)>,
}

/// Sends a span; gives what went wrong.
fn send(protocol: Protocol, server: ServerConfig, client: &Client<'_>) -> Result<(), String> {
    let collector = match protocol {
        Protocol::Grpc => Collector::grpc(),
        _ => Collector::http(),
    };
    // Over HTTP the collector speaks HTTP/1.1 alone.
    let mut server = server;
    if protocol != Protocol::Grpc {
        server.alpn_protocols = vec![b"http/1.1".to_vec()];
    }
    let proxy = Proxy::with_tls(collector.address(), server);
    let mut builder = Telemetry::builder()
        .endpoint(format!("https://localhost:{}", proxy.address().port()))
        .protocol(protocol);
    if let Some(certificate) = client.certificate {
        builder = builder.certificate(certificate);
    }
    if let Some((certificate, key)) = client.identity {
        builder = builder.client_certificate(certificate, key);
    }
    let telemetry = builder.install().map_err(|error| error.to_string())?;
    work(1);
    telemetry.shutdown().map_err(|error| error.to_string())?;
    assert_eq!(numbers(&collector.spans())[&1], 1);
    Ok(())
}

#[test]
fn a_server_is_trusted_by_a_given_certificate_alone() {
    apart("tls::a_server_is_trusted_by_a_given_certificate_alone", || {
        let (authority, other) = (Authority::new("own"), Authority::new("other"));
        for protocol in [Protocol::Grpc, Protocol::HttpProtobuf] {
            let send = |certificate: Option<&Path>| {
                send(protocol, authority.server(false), &Client { certificate, identity: None })
            };
            send(Some(&authority.file("ca.pem"))).unwrap();
            for certificate in [None, Some(other.file("ca.pem"))] {
                let error = send(certificate.as_deref()).unwrap_err();
                assert!(error.contains("certificate"), "{protocol}: {error}");
            }
            let error = send(Some(Path::new("/nowhere/ca.pem"))).unwrap_err();
            assert!(
                error.contains("/nowhere/ca.pem") && error.contains("cannot be read"),
                "{error}"
            );
        }
    });
}

#[test]
fn a_client_is_known_by_its_certificate() {
    apart("tls::a_client_is_known_by_its_certificate", || {
        let (authority, other) = (Authority::new("mtls"), Authority::new("mtls-other"));
        let ca = authority.file("ca.pem");
        for protocol in [Protocol::Grpc, Protocol::HttpProtobuf] {
            let send = |identity: Option<(&Path, &Path)>| {
                send(protocol, authority.server(true), &Client { certificate: Some(&ca), identity })
            };
            send(Some((&authority.file("client.pem"), &authority.file("client.key")))).unwrap();
            assert!(send(None).is_err());
            let strangers = (other.file("client.pem"), other.file("client.key"));
            assert!(send(Some((&strangers.0, &strangers.1))).is_err());
        }
    });
}
