//! Asks all receivers at once.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use opentelemetry::trace::SpanContext;
use opentelemetry_sdk::Resource;

use super::super::arm::Kind;
use super::super::description::Description;
use super::super::destination::Destination;
use super::super::environment::Environment;
use super::super::error::InstallError;
use super::super::export::{Sample, span_context};
use super::super::worker::Worker;
use super::case::Case;
use super::{Finding, Level, answers, clock, network};

/// What a case may take beyond the time of a request, to find out why nobody has answered it.
const GRACE: Duration = Duration::from_secs(2);

/// What is to be sent, and where.
#[derive(Debug)]
pub(super) struct Samples {
    resource: Resource,
    span: SpanContext,
    worker: Option<Worker>,
    prepared: Vec<(Kind, Destination, Sample)>,
}

impl Samples {
    pub(super) fn new(resource: Option<Resource>) -> Self {
        let resource = resource.unwrap_or_else(|| Resource::builder().build());
        Self { resource, span: span_context(), worker: None, prepared: Vec::new() }
    }

    pub(super) fn add(
        &mut self,
        environment: &Environment,
        kind: Kind,
        destination: Destination,
    ) -> Result<(), InstallError> {
        let worker = match &mut self.worker {
            Some(worker) => worker,
            none => none.insert(Worker::start()?),
        };
        let item = (&self.resource, &self.span);
        let sample = Sample::new(environment, kind, &destination, worker, item)?;
        self.prepared.push((kind, destination, sample));
        Ok(())
    }

    /// Sends them, and says what came of it.
    pub(super) fn send(self, settings: &Description) -> Vec<Finding> {
        let Some(worker) = self.worker else { return Vec::new() };
        let (sender, answers) = mpsc::channel();
        let mut cases = Vec::new();
        let start = Instant::now();
        for (index, (kind, destination, sample)) in self.prepared.into_iter().enumerate() {
            let case = Case::new(kind, &destination, settings);
            let (sender, asked) = (sender.clone(), case.clone());
            worker.runtime().spawn(async move {
                let _ = sender.send((index, examine(&asked, sample).await));
            });
            cases.push((case, None));
        }
        drop(sender);
        let patience = cases.iter().map(|(case, _)| case.patience).max().unwrap_or_default();
        let deadline = start + patience + GRACE;
        while let Ok((index, outcome)) =
            answers.recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            if let Some((_, kept)) = cases.get_mut(index) {
                *kept = Some(outcome);
            }
        }
        summed_up(cases)
    }
}

/// What came of a case.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) level: Level,
    pub(super) message: String,
    pub(super) remedy: Option<String>,
    pub(super) skew: Option<clock::Skew>,
}

impl Outcome {
    pub(super) fn problem(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        let (message, remedy) = (message.into(), Some(remedy.into()));
        Self { level: Level::Problem, message, remedy, skew: None }
    }
}

async fn examine(case: &Case, sample: Sample) -> Outcome {
    let deadline = Instant::now() + case.patience;
    if let Some(place) = &case.place
        && let Err(outcome) = network::reach(case, place, deadline).await
    {
        return outcome;
    }
    let left = deadline.saturating_duration_since(Instant::now());
    let (attempt, noticed) = sample.send(left).await;
    let skew = noticed.date.map(clock::Skew::now);
    Outcome { skew, ..answers::explain(case, attempt, &noticed).await }
}

/// A finding for each receiver, where the same is to be said of all signals, and for each signal where not.
fn summed_up(cases: Vec<(Case, Option<Outcome>)>) -> Vec<Finding> {
    let mut groups: Vec<(Vec<Kind>, Case, Outcome)> = Vec::new();
    let mut skews = Vec::new();
    for (case, outcome) in cases {
        let outcome = outcome.unwrap_or_else(|| network::no_answer(&case));
        if let Some(skew) = outcome.skew {
            skews.push((case.authority.clone(), skew));
        }
        let same = groups.iter_mut().find(|(_, known, said)| {
            known.where_to() == case.where_to()
                && (&said.message, &said.remedy) == (&outcome.message, &outcome.remedy)
        });
        match same {
            Some((kinds, ..)) if kinds.contains(&case.kind) => {}
            Some((kinds, ..)) => kinds.push(case.kind),
            None => groups.push((vec![case.kind], case, outcome)),
        }
    }
    let mut findings: Vec<Finding> = groups
        .into_iter()
        .map(|(kinds, case, Outcome { level, message, remedy, .. })| Finding {
            level,
            subject: format!("{} to {}", listed(&kinds), case.where_to()),
            message,
            remedy,
        })
        .collect();
    findings.extend(clock::findings(skews));
    findings
}

/// `spans, metrics and log events`
fn listed(kinds: &[Kind]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
