//! What is in force, and where it comes from: for people who wonder where their telemetry goes.

use std::fmt;

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// The code of the application.
    Builder,
    /// A variable of the environment, by its name.
    Variable(String),
    /// Nobody has said otherwise.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Builder => "builder",
            Self::Variable(name) => name,
            Self::Default => "default",
        })
    }
}

/// A setting that is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) subject: &'static str,
    pub(super) setting: String,
    pub(super) value: String,
    pub(super) source: Source,
}

/// What is in force, as [`Telemetry::describe`](super::Telemetry::describe) tells it. Its text has a line for each
/// part of telemetry; secrets are masked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    pub(super) lines: Vec<Line>,
}

impl Description {
    /// Where a setting comes from, by its part and name as the text has them: `("spans", "endpoint")`.
    #[must_use]
    pub fn source(&self, part: &str, setting: &str) -> Option<&Source> {
        self.find(part, setting).map(|line| &line.source)
    }

    /// What a setting is, by its part and name as the text has them.
    #[must_use]
    pub fn value(&self, part: &str, setting: &str) -> Option<&str> {
        self.find(part, setting).map(|line| line.value.as_str())
    }

    fn find(&self, part: &str, setting: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.subject == part && line.setting == setting)
    }
}

impl fmt::Display for Description {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut subjects: Vec<&str> = Vec::new();
        for line in &self.lines {
            if !subjects.contains(&line.subject) {
                subjects.push(line.subject);
            }
        }
        for subject in subjects {
            write!(formatter, "{subject}:")?;
            let lines = self.lines.iter().filter(|line| line.subject == subject);
            for (index, Line { setting, value, source, .. }) in lines.enumerate() {
                let separator = if index == 0 { "" } else { "," };
                write!(formatter, "{separator} {setting} {value} ({source})")?;
            }
            writeln!(formatter)?;
        }
        Ok(())
    }
}
