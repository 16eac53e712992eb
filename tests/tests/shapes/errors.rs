//! Results: which error types are recorded how, and that success leaves no trace of errors.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::{Debug, Display, Formatter};

use agent_trace_runtime::opentelemetry::trace::Status;
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{ErrorType, step};
use futures::executor::block_on;

/// Neither printable nor comparable.
struct Silent;

#[derive(Debug)]
struct Shown;

impl Display for Shown {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("shown")
    }
}

impl Error for Shown {}

/// Names itself.
struct Coded(u16);

impl ErrorType for Coded {
    fn error_type(&self) -> Cow<'static, str> {
        self.0.to_string().into()
    }
}

/// Fails while it is printed.
struct Broken;

impl Display for Broken {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("half")?;
        Err(std::fmt::Error)
    }
}

struct Borrowing<'a>(&'a str);

impl Display for Borrowing<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0)
    }
}

type Own<T, E = Shown> = Result<T, E>;

/// The same body for a signature, plain and async; `fail` picks the error.
macro_rules! functions {
    ($($name:ident, $output:ty, $ok:expr, $error:expr;)*) => {
        mod plain {
            use super::*;
            $(#[step("app.call")]
            pub(super) fn $name(fail: bool) -> $output {
                if fail {
                    return Err($error);
                }
                Ok($ok)
            })*
        }

        mod later {
            use super::*;
            $(#[step("app.call")]
            pub(super) async fn $name(fail: bool) -> $output {
                std::future::ready(()).await;
                if fail {
                    return Err($error);
                }
                Ok($ok)
            })*
        }
    };
}

functions! {
    silent, Result<u8, Silent>, 1, Silent;
    shown, Result<u8, Shown>, 1, Shown;
    own, Own<u8>, 1, Shown;
    own_of, Own<u8, Coded>, 1, Coded(503);
    broken, Result<(), Broken>, (), Broken;
    io, std::io::Result<()>, (), std::io::Error::other("disk");
    text, Result<u8, &'static str>, 1, "text";
    string, Result<u8, String>, 1, "string".to_owned();
    cow, Result<u8, Cow<'static, str>>, 1, "cow".into();
    unit, Result<u8, ()>, 1, ();
    boxed, Result<u8, Box<dyn Error>>, 1, "boxed".into();
    boxed_sync, Result<u8, Box<dyn Error + Send + Sync>>, 1, Shown.into();
    boxed_concrete, Result<u8, Box<Shown>>, 1, Box::new(Shown);
    nested, Result<Result<u8, String>, Shown>, Ok(1), Shown;
    borrowing, Result<u8, Borrowing<'static>>, 1, Borrowing("borrowed");
    option, Result<Option<u8>, Shown>, None, Shown;
}

macro_rules! table {
    ($($name:ident => $error_type:expr, $description:expr;)*) => {{
        let recorder = Recorder::install();
        $(
            assert!(plain::$name(false).is_ok() && plain::$name(true).is_err());
            assert!(block_on(later::$name(false)).is_ok() && block_on(later::$name(true)).is_err());
        )*
        let expected: Vec<(&str, Option<&str>, Status)> = [$(
            (stringify!($name), $error_type, $description),
        )*]
        .into_iter()
        .flat_map(|(name, error_type, description): (_, &str, &'static str)| {
            let ok = (name, None, Status::Unset);
            let failed = (name, Some(error_type), Status::error(description));
            [ok.clone(), failed.clone(), ok, failed]
        })
        .collect();
        let spans = recorder.spans();
        assert_eq!(spans.len(), expected.len());
        for (span, (name, error_type, status)) in spans.iter().zip(expected) {
            let found = (span.error_type(), &span.data().status);
            assert_eq!(found, (error_type, &status), "{name}");
            let keys: &[&str] = if error_type.is_some() { &["error.type"] } else { &[] };
            assert_eq!(span.attribute_keys(), keys, "{name}");
        }
    }};
}

#[test]
fn errors_are_recorded_by_their_type_and_text() {
    table! {
        silent => concat!(module_path!(), "::Silent"), "";
        shown => concat!(module_path!(), "::Shown"), "shown";
        own => concat!(module_path!(), "::Shown"), "shown";
        own_of => "503", "";
        broken => concat!(module_path!(), "::Broken"), "half";
        io => "_OTHER", "disk";
        text => "_OTHER", "text";
        string => "_OTHER", "string";
        cow => "_OTHER", "cow";
        unit => "_OTHER", "";
        boxed => "_OTHER", "boxed";
        boxed_sync => "_OTHER", "shown";
        boxed_concrete => concat!(module_path!(), "::Shown"), "shown";
        nested => concat!(module_path!(), "::Shown"), "shown";
        borrowing => concat!(module_path!(), "::Borrowing"), "borrowed";
        option => concat!(module_path!(), "::Shown"), "shown";
    }
}

mod generic {
    use super::*;

    #[step("app.bare")]
    fn bare<T, E>(result: Result<T, E>) -> Result<T, E> {
        let value = result?;
        Ok(value)
    }

    #[step("app.displayed")]
    async fn displayed<E: Display>(error: E) -> Result<u8, E> {
        Err(error)
    }

    #[step("app.named")]
    fn named<E>(error: E) -> Result<u8, E>
    where
        E: ErrorType + Debug,
    {
        Err(error)
    }

    #[step("app.debugged")]
    fn debugged(error: impl Debug) -> Result<u8, impl Debug> {
        Err(error)
    }

    impl Debug for Coded {
        fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("Coded")
        }
    }

    #[test]
    fn what_the_bounds_of_a_generic_function_allow_is_recorded() {
        let recorder = Recorder::install();
        assert!(bare::<u8, _>(Err(Silent)).is_err());
        assert!(bare::<u8, _>(Err(Coded(1))).is_err());
        assert!(block_on(displayed(Shown)).is_err());
        assert!(named(Coded(429)).is_err());
        assert!(debugged(Coded(2)).is_err());
        let found: Vec<(String, Status)> = recorder
            .spans()
            .iter()
            .map(|span| {
                let error_type = span.error_type().unwrap_or_default();
                (
                    error_type.rsplit("::").next().unwrap_or_default().to_owned(),
                    span.data().status.clone(),
                )
            })
            .collect();
        let row = |name: &str, text: &'static str| (name.to_owned(), Status::error(text));
        assert_eq!(
            found,
            [
                row("Silent", ""),
                row("Coded", ""),
                row("Shown", "shown"),
                row("429", ""),
                row("Coded", "")
            ],
        );
    }
}

mod question_mark {
    use super::*;

    #[derive(Debug)]
    enum Wide {
        Parse,
        Shown,
    }

    impl From<std::num::ParseIntError> for Wide {
        fn from(_: std::num::ParseIntError) -> Self {
            Self::Parse
        }
    }

    impl From<Shown> for Wide {
        fn from(_: Shown) -> Self {
            Self::Shown
        }
    }

    #[step("app.convert")]
    async fn convert(text: &str) -> Result<u8, Wide> {
        let number: u8 = text.parse()?;
        if number == 0 {
            return Err(Shown.into());
        }
        Ok(later::shown(number == 1).await?)
    }

    #[test]
    fn errors_convert_on_their_way_out() {
        let recorder = Recorder::install();
        assert!(matches!(block_on(convert("x")), Err(Wide::Parse)));
        assert!(matches!(block_on(convert("0")), Err(Wide::Shown)));
        assert!(matches!(block_on(convert("1")), Err(Wide::Shown)));
        assert!(matches!(block_on(convert("2")), Ok(1)));
        let wide = format!("app.convert [error {}::Wide]\n", module_path!());
        let shown = format!("└─ app.call [error {}::Shown]\n", "shapes::errors");
        let tree = format!("{wide}{wide}{wide}{shown}app.convert\n└─ app.call\n");
        assert_eq!(recorder.tree(), tree);
    }
}
