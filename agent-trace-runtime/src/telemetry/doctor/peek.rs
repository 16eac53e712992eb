//! What speaks at a port, where it does not speak what was expected: by its first bytes.

use tokio::net::TcpStream;
use tokio::time::timeout;

use super::network::GLANCE;

/// What was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Speech {
    /// HTTP/1.1, as OTLP over HTTP has it.
    Http1,
    /// HTTP/2, which gRPC is carried by.
    Http2,
    /// TLS.
    Tls,
}

/// What HTTP/2 begins with, and an empty frame of settings.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// Asks in one language after the other; `None` where none is answered.
pub(super) async fn speech(authority: &str) -> Option<Speech> {
    let request = format!("GET / HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    for asked in [PREFACE, request.as_bytes()] {
        let heard = timeout(GLANCE, exchange(authority, asked)).await;
        if let Ok(Some(heard)) = heard {
            return Some(heard);
        }
    }
    None
}

async fn exchange(authority: &str, asked: &[u8]) -> Option<Speech> {
    let stream = TcpStream::connect(authority).await.ok()?;
    let mut asked = asked;
    while !asked.is_empty() {
        stream.writable().await.ok()?;
        match stream.try_write(asked) {
            Ok(written) => asked = asked.get(written..)?,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return None,
        }
    }
    let mut heard = [0; 9];
    let mut length = 0;
    while length < heard.len() {
        stream.readable().await.ok()?;
        match stream.try_read(heard.get_mut(length..)?) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
    }
    understood(heard.get(..length)?)
}

/// A frame of HTTP/2 has its type in the fourth byte: a server begins with settings, or ends at once.
fn understood(heard: &[u8]) -> Option<Speech> {
    const SETTINGS: u8 = 4;
    const GO_AWAY: u8 = 7;
    match heard {
        [b'H', b'T', b'T', b'P', b'/', b'1', ..] => Some(Speech::Http1),
        [0x15, 3, ..] => Some(Speech::Tls),
        [_, _, _, SETTINGS | GO_AWAY, ..] => Some(Speech::Http2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell() {
        assert_eq!(understood(b"HTTP/1.1 "), Some(Speech::Http1));
        assert_eq!(understood(b"\0\0\x06\x04\0\0\0\0\0"), Some(Speech::Http2));
        assert_eq!(understood(b"\x15\x03\x03\0\x02\x02\x32"), Some(Speech::Tls));
        for strange in [&b""[..], b"SSH-2.0-O", b"\0\0"] {
            assert_eq!(understood(strange), None);
        }
    }
}
