//! What becomes of the value that a plain function returned.
//!
//! A plain function may return a boxed future, by that name or by an alias. Its span then lasts as long
//! as the future; whether a value is one follows from its type, chosen by method lookup as in
//! [`probe`](super::probe). A future of another type cannot be wrapped without becoming another type,
//! so there the call ends with the return; only where the signature says `impl` is it the future's.

use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;

use super::active::ActiveCall;
use super::ending::Ending;
use super::future::TracedFuture;
use super::probe::Probe;
use super::reading::{EndingRead, Read};

/// The type of a returned value, and by it how its call ends.
#[derive(Debug)]
pub struct Returned<T>(OfValue<T>);

/// The type of a value that is returned as `impl Trait`: what is a future may become another one.
#[derive(Debug)]
pub struct ReturnedOpaque<T>(OfValue<T>);

/// Any value.
#[derive(Debug)]
pub struct OfValue<T>(PhantomData<fn() -> T>);

/// Tells how the call that returned a value like `_value` ends.
pub const fn returned<T>(_value: &T) -> Returned<T> {
    Returned(OfValue(PhantomData))
}

/// Tells how the call that returned a value like `_value`, as `impl Trait`, ends.
pub const fn returned_opaque<T>(_value: &T) -> ReturnedOpaque<T> {
    ReturnedOpaque(OfValue(PhantomData))
}

impl<T> Deref for ReturnedOpaque<T> {
    type Target = OfValue<T>;

    fn deref(&self) -> &OfValue<T> {
        &self.0
    }
}

impl<F: Future> ReturnedOpaque<F> {
    /// Ends the call with the future.
    pub fn finish_call<K>(
        &self,
        call: ActiveCall,
        future: F,
        _probe: impl FnOnce(&Probe<F::Output>) -> K,
    ) -> TracedFuture<F, K>
    where
        K: Ending<F::Output>,
    {
        TracedFuture::new(call, future)
    }

    /// As [`finish_call`](Self::finish_call): the output of the future is not what was read.
    pub fn finish_read_call<K, V>(
        &self,
        call: ActiveCall,
        read: Read<F, V>,
        probe: impl FnOnce(&Probe<F::Output>) -> K,
    ) -> TracedFuture<F, K>
    where
        K: Ending<F::Output>,
    {
        self.finish_call(call, read.value, probe)
    }
}

impl<T> Deref for Returned<T> {
    type Target = OfValue<T>;

    fn deref(&self) -> &OfValue<T> {
        &self.0
    }
}

impl<T> OfValue<T> {
    /// Ends the call at once.
    #[inline]
    pub fn finish_call<K>(
        &self,
        mut call: ActiveCall,
        value: T,
        _probe: impl FnOnce(&Probe<T>) -> K,
    ) -> K::Output
    where
        K: Ending<T>,
    {
        K::finish(&mut call, value)
    }

    /// Ends the call at once, or with a stream whose items are read.
    pub fn finish_read_call<K, V>(
        &self,
        mut call: ActiveCall,
        read: Read<T, V>,
        _probe: impl FnOnce(&Probe<T>) -> K,
    ) -> K::Output
    where
        K: EndingRead<T, V>,
    {
        K::finish_read(&mut call, read.value, read.rest)
    }
}

/// Ends the call with a future that is returned as `impl Future<Output = T>`.
pub fn returned_future<T, F, K>(
    call: ActiveCall,
    future: F,
    _probe: impl FnOnce(&Probe<T>) -> K,
) -> TracedFuture<F, K>
where
    F: Future<Output = T>,
    K: Ending<T>,
{
    TracedFuture::new(call, future)
}

macro_rules! boxes {
    ($($(#[$attribute:meta])* $future:ty $(: $auto:ident)*;)*) => {$(
        impl<'a, T: 'a> Returned<$future> {
            $(#[$attribute])*
            pub fn finish_call<K>(
                &self,
                call: ActiveCall,
                future: $future,
                _probe: impl FnOnce(&Probe<T>) -> K,
            ) -> $future
            where
                K: Ending<T, Output = T> $(+ $auto)* + 'a,
            {
                if call.is_off() {
                    return future;
                }
                Box::pin(TracedFuture::<_, K>::new(call, future))
            }

            /// As `finish_call`: the output of the future is not what was read.
            pub fn finish_read_call<K, V>(
                &self,
                call: ActiveCall,
                read: Read<$future, V>,
                probe: impl FnOnce(&Probe<T>) -> K,
            ) -> $future
            where
                K: Ending<T, Output = T> $(+ $auto)* + 'a,
            {
                self.finish_call(call, read.value, probe)
            }
        }
    )*};
}

boxes! {
    /// Ends the call with the future, which is boxed again only if the call is traced.
    Pin<Box<dyn Future<Output = T> + Send + 'a>>: Send;
    /// Ends the call with the future, which is boxed again only if the call is traced.
    Pin<Box<dyn Future<Output = T> + Send + Sync + 'a>>: Send: Sync;
    /// Ends the call with the future, which is boxed again only if the call is traced.
    Pin<Box<dyn Future<Output = T> + 'a>>;
}
