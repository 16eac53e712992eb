//! How messages travel between the two sides.

use opentelemetry::KeyValue;

use crate::{propagation, semconv};

const TRANSPORT: &str = "network.transport";
const PROTOCOL_NAME: &str = "network.protocol.name";

/// What is known of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Connection {
    transport: Option<Transport>,
    /// Where the server is, for a client that has reached it over the network.
    server: Option<Server>,
    session: Option<String>,
    /// The protocol's version that the two sides have agreed on.
    pub(super) version: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transport {
    Pipe,
    Http,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Server {
    host: String,
    port: Option<u16>,
}

impl Connection {
    pub(super) const PIPE: Self =
        Self { transport: Some(Transport::Pipe), server: None, session: None, version: None };

    /// Over HTTP, to a server at this address: a URL, or a host with or without a port.
    pub(super) fn http(address: &str) -> Self {
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let authority = rest[..end].rsplit_once('@').map_or(&rest[..end], |(_, host)| host);
        let server = propagation::authority(authority)
            .map(|(host, port)| Server { host: host.to_owned(), port });
        Self { transport: Some(Transport::Http), server, ..Self::default() }
    }

    /// That of a request that a server has got, as `rmcp` tells of it: with the head of an HTTP request where it
    /// came by one.
    #[cfg(feature = "http")]
    pub(super) fn of_request(extensions: &rmcp::model::Extensions) -> Self {
        let Some(parts) = extensions.get::<http::request::Parts>() else { return Self::PIPE };
        let session = parts.headers.get("mcp-session-id").and_then(|id| id.to_str().ok());
        Self {
            transport: Some(Transport::Http),
            session: session.map(str::to_owned),
            ..Self::default()
        }
    }

    #[cfg(not(feature = "http"))]
    pub(super) fn of_request(_: &rmcp::model::Extensions) -> Self {
        Self::default()
    }

    /// The host that may be told of baggage. What goes through a pipe stays on this one.
    pub(super) fn host(&self) -> Option<&str> {
        match self.transport? {
            Transport::Pipe => Some("localhost"),
            Transport::Http => self.server.as_ref().map(|server| server.host.as_str()),
        }
    }

    /// What spans and metrics have of it.
    pub(super) fn labels(&self) -> Vec<KeyValue> {
        let mut labels = Vec::new();
        match self.transport {
            Some(Transport::Pipe) => labels.push(KeyValue::new(TRANSPORT, "pipe")),
            Some(Transport::Http) => {
                labels.push(KeyValue::new(TRANSPORT, "tcp"));
                labels.push(KeyValue::new(PROTOCOL_NAME, "http"));
            }
            None => {}
        }
        if let Some(Server { host, port }) = &self.server {
            labels.push(KeyValue::new(semconv::SERVER_ADDRESS, host.clone()));
            let port = port.map(i64::from);
            labels.extend(port.map(|port| KeyValue::new(semconv::SERVER_PORT, port)));
        }
        let version = self.version.clone();
        labels.extend(version.map(|version| KeyValue::new(semconv::MCP_PROTOCOL_VERSION, version)));
        labels
    }

    /// What spans have besides.
    pub(super) fn details(&self) -> Option<KeyValue> {
        Some(KeyValue::new(semconv::MCP_SESSION_ID, self.session.clone()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port() {
        for (address, host, port) in [
            ("http://127.0.0.1:8080/mcp", "127.0.0.1", Some(8080)),
            ("https://user:pass@tools.example.com/mcp?key=1", "tools.example.com", None),
            ("tools.internal:90", "tools.internal", Some(90)),
            ("[::1]:90", "::1", Some(90)),
        ] {
            let connection = Connection::http(address);
            assert_eq!(connection.server, Some(Server { host: host.to_owned(), port }));
        }
        for (address, host) in [
            ("http://evil.com#@allowed.internal/mcp", Some("evil.com")),
            ("http://evil.com\\@allowed.internal/mcp", Some("evil.com")),
            ("http://allowed.internal@evil.com/", Some("evil.com")),
            ("http://[::1:5/mcp", None),
        ] {
            assert_eq!(Connection::http(address).host(), host, "{address}");
        }
    }
}
