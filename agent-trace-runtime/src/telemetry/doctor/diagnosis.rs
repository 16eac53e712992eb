//! What the doctor has found, for programs and for people.

use std::fmt;

use super::super::description::Description;

/// How bad a finding is. Later ones are worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Level {
    /// As it should be.
    Ok,
    /// Telemetry arrives, and something about it may not be meant.
    Warning,
    /// Telemetry does not arrive, or not all of it.
    Problem,
}

impl Level {
    const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// What was checked.
    pub subject: String,
    /// What was found, in plain words.
    pub message: String,
    /// What to do about it; `None` where there is nothing to do.
    pub remedy: Option<String>,
}

impl Finding {
    pub(super) fn ok(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self { level: Level::Ok, subject: subject.into(), message: message.into(), remedy: None }
    }

    pub(super) fn warning(
        subject: impl Into<String>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let remedy = Some(remedy.into());
        Self { level: Level::Warning, subject: subject.into(), message: message.into(), remedy }
    }

    pub(super) fn problem(
        subject: impl Into<String>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { level: Level::Problem, ..Self::warning(subject, message, remedy) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { level, subject, message, remedy } = self;
        write!(formatter, "{level:<8} {subject}: {message}")?;
        remedy.as_ref().map_or(Ok(()), |remedy| write!(formatter, "\n         → {remedy}"))
    }
}

/// What [`doctor`](crate::doctor()) has found. Its text is a report for a terminal: the findings, the worst first, and what
/// is in force; secrets are masked.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::Level;
///
/// # let diagnosis = agent_trace_runtime::doctor();
/// for finding in diagnosis.findings() {
///     if finding.level == Level::Problem {
///         eprintln!("{}: {}", finding.subject, finding.message);
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnosis {
    findings: Vec<Finding>,
    configuration: Description,
}

impl Diagnosis {
    pub(super) fn new(mut findings: Vec<Finding>, configuration: Description) -> Self {
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        Self { findings, configuration }
    }

    /// Whether nothing keeps telemetry from arriving: there may be warnings.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.count(Level::Problem) == 0
    }

    /// All that was checked, the worst first.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What is in force, and from where.
    #[must_use]
    pub const fn configuration(&self) -> &Description {
        &self.configuration
    }

    fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(formatter, "{finding}")?;
        }
        let counted = |level| match self.count(level) {
            1 => format!("1 {level}"),
            count => format!("{count} {level}s"),
        };
        writeln!(formatter, "\n{}, {}", counted(Level::Problem), counted(Level::Warning))?;
        write!(formatter, "\nin force:\n{}", self.configuration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_the_worst_first_and_what_to_do_below_it() {
        let findings = vec![
            Finding::ok("spans", "delivered"),
            Finding::warning("clock", "it is late", "set it"),
            Finding::problem("metrics", "refused", "start it"),
        ];
        let diagnosis = Diagnosis::new(findings, Description::default());
        assert!(!diagnosis.is_healthy());
        let expected = "problem  metrics: refused\n         → start it\n\
                        warning  clock: it is late\n         → set it\n\
                        ok       spans: delivered\n\n1 problem, 1 warning\n\nin force:\n";
        assert_eq!(diagnosis.to_string(), expected);
        let healthy = Diagnosis::new(Vec::new(), Description::default());
        assert!(healthy.is_healthy() && healthy.to_string().contains("0 problems, 0 warnings"));
    }
}
