//! A session, which is measured when it ends: when `rmcp` drops its handler.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use opentelemetry::{Context, KeyValue};

use super::metrics::{self, Measured};

#[derive(Debug)]
pub(super) struct Session {
    begun: Instant,
    context: Context,
    /// What it is measured as, and what was told of it last; none of a handler that was never asked anything.
    told: Mutex<Option<(Measured, Vec<KeyValue>)>>,
}

impl Session {
    pub(super) fn begin() -> Self {
        Self { begun: Instant::now(), context: Context::current(), told: Mutex::default() }
    }

    /// Takes that the session is one, before anything was received.
    pub(super) fn expect(&self, measured: Measured) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.get_or_insert_with(|| (measured, Vec::new()));
    }

    /// Takes what is known of the session by now.
    pub(super) fn tell(&self, measured: Measured, labels: Vec<KeyValue>) {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Some((measured, labels));
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let told = self.told.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some((measured, labels)) = told.take() {
            metrics::record(&self.context, measured, self.begun.elapsed(), &labels);
        }
    }
}
