//! What is recorded, under which conventions, and how contexts travel.

use super::super::description::Source;
use super::super::error::InstallError;
use super::{Environment, Said};
use crate::propagation::Propagator;
use crate::semconv::Conventions;
use crate::signals::ContentCapture;

impl Environment {
    /// The formats in which contexts travel.
    pub(in super::super) fn propagators(
        &self,
    ) -> Result<Option<Said<Vec<Propagator>>>, InstallError> {
        let known = Propagator::WORDS.iter().map(|(word, propagator)| (*word, Some(*propagator)));
        let known: Vec<_> = known.chain([("none", None)]).collect();
        self.known_words("OTEL_PROPAGATORS", &known)
    }

    /// The conventions, where the variable names some.
    pub(in super::super) fn conventions(
        &self,
        of_builder: Option<Conventions>,
    ) -> Result<Conventions, InstallError> {
        const NAME: &str = "OTEL_SEMCONV_STABILITY_OPT_IN";
        let said = match of_builder {
            Some(conventions) => Said::by_builder(conventions),
            None => self.variable(NAME)?.map_or_else(
                || Said::by_default(Conventions::default()),
                |found| Said {
                    value: Conventions::opted_into(&found.value),
                    source: Source::Variable(found.name),
                },
            ),
        };
        self.note("content", "conventions", &format_args!("{:?}", said.value), &said.source);
        Ok(said.value)
    }

    /// Where content is recorded. An unknown word records nothing.
    pub(in super::super) fn content_capture(
        &self,
        of_builder: Option<ContentCapture>,
    ) -> Result<ContentCapture, InstallError> {
        const NAME: &str = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
        let said = match of_builder {
            Some(capture) => Said::by_builder(capture),
            None => self
                .read(
                    NAME,
                    "none of NO_CONTENT, SPAN_ONLY, EVENT_ONLY, SPAN_AND_EVENT",
                    ContentCapture::parse,
                )?
                .unwrap_or(Said::by_default(ContentCapture::Off)),
        };
        self.note("content", "captured", &format_args!("{:?}", said.value), &said.source);
        Ok(said.value)
    }
}
