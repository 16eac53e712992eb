//! The way to a receiver before anything is said: its name, its port, and proxies.

use std::fmt;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use http::Uri;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::case::Case;
use super::destinations::Outcome;

/// What is connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    host: String,
    port: u16,
    /// Whether requests go through it to somewhere else.
    pub(super) is_proxy: bool,
}

impl Place {
    pub(super) fn of(uri: &Uri) -> Option<Self> {
        let host = uri.host()?.trim_matches(['[', ']']).to_owned();
        let is_tls = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        Some(Self { host, port, is_proxy: false })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.host, self.port)
    }
}

/// The proxy that requests over HTTP go through, by the variables that the client heeds.
#[cfg(feature = "__http-client")]
pub(super) fn proxy_of(uri: &Uri) -> Option<Place> {
    let found = hyper_util::client::proxy::matcher::Matcher::from_env().intercept(uri)?;
    Some(Place { is_proxy: true, ..Place::of(found.uri())? })
}

#[cfg(not(feature = "__http-client"))]
pub(super) fn proxy_of(_uri: &Uri) -> Option<Place> {
    None
}

/// The variables that say so, and are set.
pub(super) fn proxy_variables() -> String {
    let names =
        ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    let set = names.into_iter().filter(|name| std::env::var_os(name).is_some());
    set.collect::<Vec<_>>().join(", ")
}

/// Looks up the name, and connects.
pub(super) async fn reach(case: &Case, place: &Place, deadline: Instant) -> Result<(), Outcome> {
    let left = || deadline.saturating_duration_since(Instant::now());
    let addresses: Vec<SocketAddr> =
        match timeout(left(), lookup_host((place.host.as_str(), place.port))).await {
            Ok(Ok(found)) => found.collect(),
            Ok(Err(error)) => return Err(unknown_host(case, place, &error.to_string())),
            Err(_) => return Err(unknown_host(case, place, "the name server does not answer")),
        };
    let mut failed = None;
    for address in addresses {
        match timeout(left(), TcpStream::connect(address)).await {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) => failed = Some(error),
            Err(_) => return Err(no_connection(case, place)),
        }
    }
    Err(match failed {
        Some(error) if error.kind() == ErrorKind::ConnectionRefused => refused(case, place),
        Some(error) => Outcome::problem(
            format!("{place} cannot be reached: {error}"),
            format!("let this machine reach {place}, or correct {}", setting(case, place)),
        ),
        None => unknown_host(case, place, "the name has no address"),
    })
}

/// What names a place.
fn setting(case: &Case, place: &Place) -> String {
    if place.is_proxy { proxy_variables() } else { case.endpoint_setting() }
}

fn unknown_host(case: &Case, place: &Place, error: &str) -> Outcome {
    let role = if place.is_proxy { "the proxy's host" } else { "the host" };
    Outcome::problem(
        format!("{role} `{}` is not known: {error}", place.host),
        format!(
            "correct the name in {}; in a cluster, names may need their namespace, and the name server has to be reachable",
            setting(case, place)
        ),
    )
}

fn refused(case: &Case, place: &Place) -> Outcome {
    let setting = setting(case, place);
    if place.is_proxy {
        return Outcome::problem(
            format!("the proxy at {place} refuses the connection"),
            format!("correct {setting}, or add the receiver's host to NO_PROXY"),
        );
    }
    let ports = if case.is_grpc() { "4317 for gRPC" } else { "4318 for HTTP" };
    let in_container = if ["localhost", "127.0.0.1", "::1"].contains(&place.host.as_str()) {
        "; in a container, localhost is the container itself"
    } else {
        ""
    };
    Outcome::problem(
        format!("nothing listens there: connection refused by {place}"),
        format!(
            "start the receiver, or correct {setting}: by custom, the port is {ports}{in_container}"
        ),
    )
}

fn no_connection(case: &Case, place: &Place) -> Outcome {
    Outcome::problem(
        format!("no connection to {place} within {:?}", case.patience),
        format!(
            "open the way to it, which a firewall or a network policy may close; or correct {}",
            setting(case, place)
        ),
    )
}

/// There is a connection, and nothing comes back.
pub(super) fn no_answer(case: &Case) -> Outcome {
    let through = case.place.as_ref().filter(|place| place.is_proxy);
    let through = through.map(|place| {
        format!("; requests go through the proxy at {place}, by {}: if it is the one that hangs, add the receiver's host to NO_PROXY", proxy_variables())
    });
    Outcome::problem(
        format!("the connection is accepted, and no answer comes within {:?}", case.patience),
        format!(
            "see whether the receiver is overloaded, and whether {} names its OTLP port; if it is only slow, allow more by {}{}",
            case.endpoint_setting(),
            case.timeout_setting(),
            through.unwrap_or_default()
        ),
    )
}

/// How long it is looked at what speaks at a place.
pub(super) const GLANCE: Duration = Duration::from_millis(500);
