//! What a query of Prometheus names, and whether anybody emits it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use promql_parser::label::Labels as Listed;
use promql_parser::parser::{
    self, AggregateExpr, BinaryExpr, Call, Expr, LabelModifier, VectorMatchCardinality,
    VectorSelector,
};

use crate::emitted::emitted;
use crate::rules;

type Labels = BTreeSet<String>;

/// Series and the labels that each has.
#[derive(Debug, Default)]
pub(crate) struct Known(BTreeMap<String, Labels>);

/// What every series has that was scraped or received.
const OF_TARGETS: [&str; 2] = ["job", "instance"];

impl Known {
    /// What the runtime emits, and what Prometheus makes itself.
    fn without_rules() -> Self {
        let emitted = emitted();
        let mut known = Self(emitted.series.clone());
        let resource = emitted.of_resource.keys().map(|key| crate::names::label(key)).collect();
        known.0.insert("target_info".to_owned(), resource);
        for labels in known.0.values_mut() {
            labels.extend(OF_TARGETS.map(ToOwned::to_owned));
        }
        let of_alerts = ["alertname", "alertstate", "severity", "job"].map(ToOwned::to_owned);
        known.0.insert("ALERTS".to_owned(), of_alerts.into());
        known.0.insert("up".to_owned(), OF_TARGETS.map(ToOwned::to_owned).into());
        known
    }

    /// The same, and what our rules record.
    pub(crate) fn with_rules() -> &'static Self {
        static KNOWN: OnceLock<Known> = OnceLock::new();
        KNOWN.get_or_init(|| {
            let mut known = Self::without_rules();
            // In the order of their evaluation, so that no rule needs one that comes later.
            for rule in rules::all() {
                let Some(name) = &rule.record else { continue };
                let labels = known.check(&rule.expr);
                let mut labels = labels.unwrap_or_else(|problem| panic!("{name}: {problem}"));
                labels.extend(rule.labels.keys().cloned());
                known.0.entry(name.clone()).or_default().append(&mut labels);
            }
            known
        })
    }

    /// The labels of what a query gives, or the first name in it that is not known.
    pub(crate) fn check(&self, query: &str) -> Result<Labels, String> {
        let expr = parser::parse(query).map_err(|error| format!("{query}: {error}"))?;
        self.labels(&expr).map_err(|problem| format!("{problem}, in {query}"))
    }

    fn labels(&self, expr: &Expr) -> Result<Labels, String> {
        match expr {
            Expr::VectorSelector(selector) => self.of_selector(selector),
            Expr::MatrixSelector(matrix) => self.of_selector(&matrix.vs),
            Expr::Paren(paren) => self.labels(&paren.expr),
            Expr::Unary(unary) => self.labels(&unary.expr),
            Expr::Subquery(subquery) => self.labels(&subquery.expr),
            Expr::Aggregate(aggregate) => self.of_aggregate(aggregate),
            Expr::Binary(binary) => self.of_binary(binary),
            Expr::Call(call) => self.of_call(call),
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) => Ok(Labels::new()),
            Expr::Extension(_) => Err("an extension".to_owned()),
        }
    }

    fn of_selector(&self, selector: &VectorSelector) -> Result<Labels, String> {
        let name = selector.name.as_ref().ok_or("a selector without a name")?;
        let labels = self.0.get(name).ok_or_else(|| format!("nobody emits {name}"))?;
        let or_matchers = selector.matchers.or_matchers.iter().flatten();
        for matcher in selector.matchers.matchers.iter().chain(or_matchers) {
            has(labels, &matcher.name, name)?;
        }
        Ok(labels.clone())
    }

    fn of_aggregate(&self, aggregate: &AggregateExpr) -> Result<Labels, String> {
        if let Some(parameter) = &aggregate.param {
            self.labels(parameter)?;
        }
        let inner = self.labels(&aggregate.expr)?;
        match &aggregate.modifier {
            None => Ok(Labels::new()),
            Some(LabelModifier::Include(kept)) => listed(&inner, kept),
            Some(LabelModifier::Exclude(left_out)) => {
                let left_out = listed(&inner, left_out)?;
                Ok(&inner - &left_out)
            }
        }
    }

    fn of_binary(&self, binary: &BinaryExpr) -> Result<Labels, String> {
        let (left, right) = (self.labels(&binary.lhs)?, self.labels(&binary.rhs)?);
        let Some(modifier) = &binary.modifier else {
            return Ok(&left | &right);
        };
        let matched = match &modifier.matching {
            Some(LabelModifier::Include(on)) => {
                listed(&right, on)?;
                Some(listed(&left, on)?)
            }
            Some(LabelModifier::Exclude(ignored)) => {
                let either = &left | &right;
                Some(&either - &listed(&either, ignored)?)
            }
            None => None,
        };
        match &modifier.card {
            VectorMatchCardinality::OneToOne => Ok(matched.unwrap_or(&left | &right)),
            VectorMatchCardinality::ManyToOne(added) => Ok(&left | &listed(&right, added)?),
            VectorMatchCardinality::OneToMany(added) => Ok(&right | &listed(&left, added)?),
            VectorMatchCardinality::ManyToMany => Ok(&left | &right),
        }
    }

    fn of_call(&self, call: &Call) -> Result<Labels, String> {
        let mut labels = Labels::new();
        for argument in &call.args.args {
            labels.append(&mut self.labels(argument)?);
        }
        match call.func.name {
            "histogram_quantile" if !labels.remove("le") => Err("a quantile without le".to_owned()),
            "label_replace" | "label_join" => Err("a label that is made up".to_owned()),
            _ => Ok(labels),
        }
    }
}

fn has(labels: &Labels, label: &str, of: &str) -> Result<(), String> {
    if labels.contains(label) {
        return Ok(());
    }
    Err(format!("{of} has no {label}"))
}

/// The labels that are listed, where there are such.
fn listed(labels: &Labels, listed: &Listed) -> Result<Labels, String> {
    listed.labels.iter().try_for_each(|label| has(labels, label, "what is grouped"))?;
    Ok(listed.labels.iter().cloned().collect())
}

#[test]
fn labels_of_a_query_are_those_that_are_left() {
    let known = Known::with_rules();
    let labels = |query| known.check(query).map(|labels| Vec::from_iter(labels).join(" "));
    let p95 = "histogram_quantile(0.95, sum by (le, job) (rate(gen_ai_execute_tool_duration_seconds_bucket[5m])))";
    assert_eq!(labels(p95).as_deref(), Ok("job"));
    assert_eq!(labels("sum(up) or vector(0)").as_deref(), Ok(""));
    assert_eq!(labels("sum without (instance) (up)").as_deref(), Ok("job"));
    let ratio = "sum by (job) (up) / on (job) group_left () sum by (job) (up)";
    assert_eq!(labels(ratio).as_deref(), Ok("job"));
}

#[test]
fn what_nobody_emits_is_found() {
    let known = Known::with_rules();
    for (query, problem) in [
        ("rate(gen_ai_client_calls_total[5m])", "nobody emits gen_ai_client_calls_total"),
        ("up * on (job) gen_ai_made_up", "nobody emits gen_ai_made_up"),
        (
            "gen_ai_client_token_usage_sum{gen_ai_modell=\"x\"}",
            "gen_ai_client_token_usage_sum has no gen_ai_modell",
        ),
        ("gen_ai_client_token_usage_sum{le=\"1\"}", "gen_ai_client_token_usage_sum has no le"),
        (
            "sum by (gen_ai_tool_name) (gen_ai_client_token_usage_sum)",
            "what is grouped has no gen_ai_tool_name",
        ),
        ("up / on (gen_ai_tool_name) up", "what is grouped has no gen_ai_tool_name"),
        ("histogram_quantile(0.5, up)", "a quantile without le"),
        ("{job=\"x\"}", "a selector without a name"),
        ("rate(up)", "rate(up)"),
    ] {
        let found = known.check(query).unwrap_err();
        assert!(found.starts_with(problem), "{found}");
    }
}
