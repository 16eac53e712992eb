//! Which traces are recorded, and by which ids.

use opentelemetry_sdk::trace::Sampler;

use super::super::description::Source;
use super::super::error::InstallError;
use super::{Environment, Said, Variable};
use crate::call::{Identifiers, Sampling};

impl Environment {
    /// How ids are made: at random, where nobody says otherwise.
    pub(in super::super) fn identifiers(
        &self,
        are_timed: Option<bool>,
    ) -> Result<Identifiers, InstallError> {
        let name = "AGENT_TRACE_TIMED_TRACE_IDS";
        let are_timed = self.flag("spans", "timed trace ids", are_timed, name)?;
        Ok(if are_timed { Identifiers::Timed } else { Identifiers::Random })
    }

    /// The sampler: of all traces whose callers have not decided, where nobody says otherwise.
    pub(in super::super) fn sampling(
        &self,
        of_builder: Option<Sampler>,
    ) -> Result<Sampling, InstallError> {
        if let Some(sampler) = of_builder {
            self.note("spans", "sampler", &"the application's", &Source::Builder);
            return Ok(sampler.into());
        }
        let said = match self.variable("OTEL_TRACES_SAMPLER")? {
            Some(variable) => self.sampling_of(variable)?,
            None => None,
        };
        let default =
            || ("parentbased_always_on".to_owned(), Sampling::below_parents(Sampler::AlwaysOn));
        let Said { value: (name, sampling), source } =
            said.unwrap_or_else(|| Said::by_default(default()));
        self.note("spans", "sampler", &name, &source);
        Ok(sampling)
    }

    fn sampling_of(
        &self,
        variable: Variable,
    ) -> Result<Option<Said<(String, Sampling)>>, InstallError> {
        let mut name = variable.value.to_ascii_lowercase();
        let (below_parents, word) = match name.strip_prefix("parentbased_") {
            Some(word) => (true, word),
            None => (false, name.as_str()),
        };
        let sampler = match word {
            "always_on" => Sampler::AlwaysOn,
            "always_off" => Sampler::AlwaysOff,
            "traceidratio" => {
                let ratio = self.sampled_ratio()?;
                name = format!("{name} {ratio}");
                Sampler::TraceIdRatioBased(ratio)
            }
            _ => {
                self.wrong(
                    &variable,
                    "none of always_on, always_off, traceidratio, alone or after parentbased_",
                )?;
                return Ok(None);
            }
        };
        let sampling =
            if below_parents { Sampling::below_parents(sampler) } else { sampler.into() };
        Ok(Some(Said { value: (name, sampling), source: Source::Variable(variable.name) }))
    }

    /// The part of all traces that is recorded; all of them where the variable is not set.
    pub(super) fn sampled_ratio(&self) -> Result<f64, InstallError> {
        let said = self.read("OTEL_TRACES_SAMPLER_ARG", "no number from 0 to 1", |value| {
            value.parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio))
        })?;
        Ok(said.map_or(1.0, |said| said.value))
    }
}
