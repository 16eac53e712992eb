//! The variables of the environment, and where each setting that is in force comes from.
//!
//! Every setting passes through here: the builder's goes before the variable's, that before the default.

mod application;
mod exporters;
mod limits;
mod names;
mod sampling;

use std::cell::RefCell;
use std::env::VarError;
use std::fmt::Display;
use std::time::Duration;

use super::description::{Line, Source};
use super::error::{InstallError, shown, warn};

pub(super) use exporters::Exporter;
pub(super) use names::{READ, UNREAD, is_read};

/// A variable that is set, with its value. Empty is unset, as the specification says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) value: String,
}

/// A setting, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said<T> {
    pub(super) value: T,
    pub(super) source: Source,
}

impl<T> Said<T> {
    pub(super) const fn by_builder(value: T) -> Self {
        Self { value, source: Source::Builder }
    }

    pub(super) const fn by_default(value: T) -> Self {
        Self { value, source: Source::Default }
    }

    pub(super) fn map<U>(self, map: impl FnOnce(T) -> U) -> Said<U> {
        Said { value: map(self.value), source: self.source }
    }
}

/// The environment, while telemetry is installed.
#[derive(Debug, Default)]
pub(super) struct Environment {
    /// Whether a value that cannot be used is an error, and not a warning.
    is_strict: bool,
    /// Whether what is wrong is kept for somebody who asks, and neither said nor an error.
    is_examined: bool,
    in_force: RefCell<Vec<Line>>,
    /// What was found to be wrong, once: a variable can be read for each part of telemetry.
    wrong: RefCell<Vec<Wrong>>,
    /// The names that were read.
    #[cfg(test)]
    pub(super) asked: RefCell<std::collections::BTreeSet<String>>,
}

/// A variable with a value that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) variable: Variable,
    pub(super) what_it_is: String,
}

impl Environment {
    /// Reads whether the rest is read strictly.
    pub(super) fn new(is_strict: Option<bool>) -> Result<Self, InstallError> {
        let mut environment = Self::default();
        let is_strict =
            environment.flag("configuration", "strict", is_strict, "AGENT_TRACE_STRICT")?;
        environment.is_strict = is_strict;
        Ok(environment)
    }

    /// The same for somebody who wants to hear all that is wrong, and not the first of it.
    pub(super) fn examined(is_strict: Option<bool>) -> Result<Self, InstallError> {
        let mut environment = Self { is_examined: true, ..Self::default() };
        let is_strict =
            environment.flag("configuration", "strict", is_strict, "AGENT_TRACE_STRICT")?;
        environment.is_strict = is_strict;
        Ok(environment)
    }

    /// Whether a value that cannot be used is an error.
    pub(super) const fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// The variables that have values that cannot be used.
    pub(super) fn wrong_ones(&self) -> Vec<Wrong> {
        self.wrong.borrow().clone()
    }

    /// What is in force, in the order in which it was decided.
    pub(super) fn into_lines(self) -> Vec<Line> {
        self.in_force.into_inner()
    }

    /// Takes note of a setting.
    pub(super) fn note(
        &self,
        subject: &'static str,
        setting: &str,
        value: &impl Display,
        source: &Source,
    ) {
        let line = Line {
            subject,
            setting: setting.to_owned(),
            value: value.to_string(),
            source: source.clone(),
        };
        self.in_force.borrow_mut().push(line);
    }

    /// The variable of this name, where it is set.
    pub(super) fn variable(&self, name: &str) -> Result<Option<Variable>, InstallError> {
        #[cfg(test)]
        self.asked.borrow_mut().insert(name.to_owned());
        match std::env::var(name) {
            Ok(value) if value.trim().is_empty() => Ok(None),
            Ok(value) => {
                Ok(Some(Variable { name: name.to_owned(), value: value.trim().to_owned() }))
            }
            Err(VarError::NotPresent) => Ok(None),
            Err(VarError::NotUnicode(value)) => {
                // It may hold a key.
                drop(value);
                let variable = Variable { name: name.to_owned(), value: "***".to_owned() };
                self.wrong(&variable, "not valid Unicode").map(|()| None)
            }
        }
    }

    /// Says that a variable has a value that cannot be used: it counts as unset, and is an error where that is asked
    /// for.
    pub(super) fn wrong(&self, variable: &Variable, what_it_is: &str) -> Result<(), InstallError> {
        let variable = &Variable { value: shown(&variable.value), ..variable.clone() };
        let Variable { name, value } = variable;
        if self.is_strict && !self.is_examined {
            return Err(InstallError::InvalidSetting {
                setting: name.clone(),
                value: value.clone(),
                reason: format!("this is {what_it_is}"),
            });
        }
        let mut wrong = self.wrong.borrow_mut();
        if !wrong.iter().any(|known| known.variable == *variable) {
            wrong.push(Wrong { variable: variable.clone(), what_it_is: what_it_is.to_owned() });
            if !self.is_examined {
                warn(&format_args!("{name} is `{value}`, which is {what_it_is}; it is ignored"));
            }
        }
        Ok(())
    }

    /// A variable as `parse` reads it.
    pub(super) fn read<T>(
        &self,
        name: &str,
        what_else: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<Said<T>>, InstallError> {
        let Some(variable) = self.variable(name)? else { return Ok(None) };
        match parse(&variable.value) {
            Some(value) => Ok(Some(Said { value, source: Source::Variable(variable.name) })),
            None => self.wrong(&variable, what_else).map(|()| None),
        }
    }

    /// What is in force of a setting.
    pub(super) fn choose<T: Display>(
        &self,
        subject: &'static str,
        setting: &str,
        of_builder: Option<T>,
        of_variable: impl FnOnce() -> Result<Option<Said<T>>, InstallError>,
        default: T,
    ) -> Result<T, InstallError> {
        let said = match of_builder {
            Some(value) => Said::by_builder(value),
            None => of_variable()?.unwrap_or(Said::by_default(default)),
        };
        self.note(subject, setting, &said.value, &said.source);
        Ok(said.value)
    }

    /// Whether something is switched on; it is not, where nobody says so.
    pub(super) fn flag(
        &self,
        subject: &'static str,
        setting: &str,
        of_builder: Option<bool>,
        variable: &str,
    ) -> Result<bool, InstallError> {
        let of_variable = || self.read(variable, "none of true, false", truth);
        self.choose(subject, setting, of_builder, of_variable, false)
    }

    /// A count of items, above 0.
    #[cfg(feature = "__push")]
    pub(super) fn number(
        &self,
        subject: &'static str,
        setting: &str,
        variable: &str,
        default: usize,
    ) -> Result<usize, InstallError> {
        let parse = |value: &str| value.parse().ok().filter(|number| (1..=MOST).contains(number));
        let of_variable = || self.read(variable, "no number from 1 to 1000000", parse);
        self.choose(subject, setting, None, of_variable, default)
    }

    /// A time in milliseconds that has a default.
    #[cfg(feature = "__push")]
    pub(super) fn time(
        &self,
        subject: &'static str,
        setting: &str,
        variable: &str,
        default: u64,
    ) -> Result<Duration, InstallError> {
        let default = Said::by_default(Duration::from_millis(default));
        let said = self.milliseconds(variable)?.unwrap_or(default);
        self.note(subject, setting, &format_args!("{:?}", said.value), &said.source);
        Ok(said.value)
    }

    /// A number of milliseconds.
    pub(super) fn milliseconds(
        &self,
        variable: &str,
    ) -> Result<Option<Said<Duration>>, InstallError> {
        self.read(variable, "no whole number of milliseconds above 0", |value| {
            value.parse().ok().filter(|number| *number > 0).map(Duration::from_millis)
        })
    }

    /// The words of a variable, which commas part.
    pub(super) fn list(&self, name: &str) -> Result<Option<Said<Vec<String>>>, InstallError> {
        Ok(self.variable(name)?.map(|variable| {
            let words = variable.value.split(',').map(str::trim).filter(|word| !word.is_empty());
            let value = words.map(str::to_owned).collect();
            Said { value, source: Source::Variable(variable.name) }
        }))
    }

    /// Those of the words of a variable that are known.
    pub(super) fn known_words<T: Copy + PartialEq>(
        &self,
        name: &str,
        known: &[(&str, Option<T>)],
    ) -> Result<Option<Said<Vec<T>>>, InstallError> {
        let Some(words) = self.list(name)? else { return Ok(None) };
        let mut found = Vec::new();
        for word in &words.value {
            match known.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)) {
                Some((_, Some(value))) if found.contains(value) => {}
                Some((_, Some(value))) => found.push(*value),
                Some((_, None)) => return Ok(Some(words.map(|_| Vec::new()))),
                None => {
                    let known: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
                    let variable = Variable { name: name.to_owned(), value: word.clone() };
                    self.wrong(&variable, &format!("none of {}", known.join(", ")))?;
                }
            }
        }
        // What names nothing that is known says nothing.
        Ok((!found.is_empty()).then(|| words.map(|_| found)))
    }
}

/// The most of what is counted: a queue has a place for each from the start.
#[cfg(feature = "__push")]
const MOST: usize = 1_000_000;

fn truth(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}
