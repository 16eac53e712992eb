//! The running call on its way to another task or thread.

use opentelemetry::Context;

use super::current::{Attached, Current, attach, detach, running};

/// The running call and the OpenTelemetry context, to be entered elsewhere.
#[derive(Debug)]
pub(crate) struct CarriedCall {
    call: Current,
    context: Context,
}

/// Takes up the running call and the context.
pub(crate) fn carry() -> CarriedCall {
    CarriedCall { call: running(), context: Context::current() }
}

impl CarriedCall {
    pub(crate) fn enter<T>(&mut self, body: impl FnOnce() -> T) -> T {
        let attached = attach(&mut self.call, &self.context);
        let entered = Entered { attached: Some(attached), call: &mut self.call };
        let output = body();
        drop(entered);
        output
    }
}

/// The time in which a body executes; unlike a call's own, its end ends no span.
struct Entered<'a> {
    call: &'a mut Current,
    attached: Option<Attached>,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        if let Some(attached) = self.attached.take() {
            detach(self.call, attached);
        }
    }
}
