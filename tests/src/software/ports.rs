//! Ports for programs that have to be told theirs.

use std::hash::{BuildHasher, RandomState};
use std::net::{Ipv4Addr, TcpListener};

/// Ports on the loopback interface that nobody listens on, all different.
///
/// They lie below those that the system gives out by itself, which any socket of a test that runs at the same time
/// may be given before the program is there.
///
/// # Panics
///
/// Where there are none.
pub fn free_ports<const N: usize>() -> [u16; N] {
    const FIRST: u16 = 10_000;
    const LAST: u16 = 32_000;
    // A hasher of the standard library has a random key: the only randomness that needs no dependency.
    let mut candidates = (0_u32..1_000).filter_map(|attempt| {
        let random = RandomState::new().hash_one(attempt) % u64::from(LAST - FIRST);
        let port = FIRST + u16::try_from(random).ok()?;
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()
    });
    let listeners: [TcpListener; N] =
        std::array::from_fn(|_| candidates.next().expect("a free port"));
    listeners.map(|listener| listener.local_addr().expect("its address").port())
}
