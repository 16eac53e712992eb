//! The ids of spans and traces: random, or of a trace with the time in front.

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::{SpanId, TraceId};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};

/// How ids are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Identifiers {
    #[default]
    Random,
    /// An id of a trace begins with the second at which it is made, in four bytes, as those of AWS X-Ray do.
    Timed,
}

impl IdGenerator for Identifiers {
    #[inline]
    fn new_trace_id(&self) -> TraceId {
        let random = RandomIdGenerator::default().new_trace_id();
        match self {
            Self::Random => random,
            Self::Timed => timed(random),
        }
    }

    #[inline]
    fn new_span_id(&self) -> SpanId {
        RandomIdGenerator::default().new_span_id()
    }
}

/// Samplers by ratio look at the end of an id, which stays random.
fn timed(random: TraceId) -> TraceId {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut bytes = random.to_bytes();
    // The lower half of the seconds: the whole of them until the year 2106.
    let [.., a, b, c, d] = since.as_secs().to_be_bytes();
    bytes[..4].copy_from_slice(&[a, b, c, d]);
    TraceId::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds() -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
    }

    #[test]
    fn ids_of_traces_begin_with_the_time_where_that_is_asked_for() {
        let before = seconds();
        let [one, two] = [(); 2].map(|()| Identifiers::Timed.new_trace_id().to_bytes());
        let after = seconds();
        for id in [one, two] {
            let second = u64::from(u32::from_be_bytes([id[0], id[1], id[2], id[3]]));
            assert!((before..=after).contains(&second), "{second}");
        }
        assert_ne!(one[4..], two[4..]);
    }

    #[test]
    fn they_are_random_where_it_is_not() {
        let [one, two] = [(); 2].map(|()| Identifiers::default().new_trace_id().to_bytes());
        assert_ne!(one[..4], two[..4]);
        assert_ne!(Identifiers::Timed.new_span_id(), Identifiers::Timed.new_span_id());
    }
}
