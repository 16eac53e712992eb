//! Types in a chain by `Deref`, for method lookup to go along: of methods of one name, the first whose bound
//! holds is taken.

macro_rules! chain {
    ($($(#[$attribute:meta])* $outer:ident $(<$with:ident>)? => $inner:ident;)*) => {$(
        $(#[$attribute])*
        #[derive(Debug)]
        pub struct $outer<T $(, $with)?>($inner<T $(, $with)?>);

        impl<T $(, $with)?> ::std::ops::Deref for $outer<T $(, $with)?> {
            type Target = $inner<T $(, $with)?>;

            fn deref(&self) -> &$inner<T $(, $with)?> {
                &self.0
            }
        }
    )*};
}
