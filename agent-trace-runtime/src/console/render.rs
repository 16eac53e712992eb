//! The text of one finished trace: a headline, then one aligned line for each span.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use anstyle::{AnsiColor, Style};
use opentelemetry::Value;
use opentelemetry::trace::SpanId;
use opentelemetry_sdk::trace::SpanData;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::tree::{Ending, Row, ending, rows, tokens};

const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();
const ERROR: Style = AnsiColor::Red.on_default();
const CANCELLED: Style = AnsiColor::Yellow.on_default();
const TOKENS: Style = AnsiColor::Cyan.on_default();

/// The columns that a name keeps, however narrow the terminal.
const MIN_NAME: usize = 8;

/// The columns that an outcome keeps, if names need the room.
const MIN_OUTCOME: usize = 9;

/// The space between two columns.
const GAP: usize = 2;

/// What the headline says that the spans do not.
#[derive(Debug)]
pub(super) struct Summary<'a> {
    pub(super) service: &'a str,
    /// Spans of the trace that have not ended.
    pub(super) open: usize,
}

/// The cells of one line, before they are aligned.
struct Line<'a> {
    branch: String,
    name: Cow<'a, str>,
    duration: String,
    tokens: String,
    ending: Ending<'a>,
    /// What stands behind the outcome, where there is more to say.
    note: String,
}

/// Renders a trace; no line is wider than `width`, where there is one.
pub(super) fn render(spans: &[SpanData], summary: &Summary<'_>, width: Option<usize>) -> String {
    let width = width.unwrap_or(usize::MAX);
    let rows = rows(spans);
    let mut text = cut(&headline(&rows, summary), width).into_owned();
    text.insert_str(0, &DIM.render().to_string());
    text.push_str(&format!("{DIM:#}\n"));

    let lines: Vec<Line<'_>> = rows.iter().map(line).collect();
    let column = |cell: fn(&Line<'_>) -> usize| lines.iter().map(cell).max().unwrap_or_default();
    let duration = column(|line| line.duration.width());
    let tokens = column(|line| line.tokens.width());
    // A long error type may be cut before names are.
    let outcome = column(|line| outcome(&line.ending).width()).min((width / 3).max(MIN_OUTCOME));
    let tokens_column = if tokens == 0 { 0 } else { GAP + tokens };
    let others = GAP + duration + tokens_column + GAP + outcome;
    let name = column(|line| line.branch.width() + line.name.width())
        .min(width.saturating_sub(others).max(MIN_NAME));
    for line in &lines {
        push_line(&mut text, line, &Columns { name, duration, tokens, width });
    }
    text
}

struct Columns {
    name: usize,
    duration: usize,
    tokens: usize,
    width: usize,
}

fn push_line(text: &mut String, line: &Line<'_>, columns: &Columns) {
    let name_style = if line.branch.is_empty() { BOLD } else { Style::new() };
    let branch = cut(&line.branch, columns.name.saturating_sub(1));
    let name = cut(&line.name, columns.name - branch.width());
    let padding = " ".repeat(columns.name - branch.width() - name.width());
    let gap = " ".repeat(GAP);

    // Cells are laid out by their plain width, since styles take no room on the screen.
    let mut used = columns.name + GAP + columns.duration;
    text.push_str(&format!("{DIM}{branch}{DIM:#}{name_style}{name}{name_style:#}{padding}{gap}"));
    text.push_str(&format!(
        "{}{}",
        " ".repeat(columns.duration - line.duration.width()),
        line.duration
    ));
    if columns.tokens > 0 {
        used += GAP + columns.tokens;
        let padding = " ".repeat(columns.tokens - line.tokens.width());
        text.push_str(&format!("{gap}{TOKENS}{padding}{}{TOKENS:#}", line.tokens));
    }
    let room = columns.width.saturating_sub(used + GAP);
    let outcome = outcome(&line.ending);
    let style = match line.ending {
        Ending::Ok => DIM,
        Ending::Cancelled => CANCELLED,
        Ending::Failed(_) => ERROR,
    };
    text.push_str(&format!("{gap}{style}{}{style:#}", cut(&outcome, room)));
    if !line.note.is_empty() {
        let room = room.saturating_sub(outcome.width());
        text.push_str(&format!("{DIM}{}{DIM:#}", cut(&line.note, room)));
    }
    text.push('\n');
}

fn line<'a>(row: &Row<'a>) -> Line<'a> {
    let span = row.span;
    Line {
        branch: row.branch.clone(),
        name: printable(&span.name),
        duration: duration(elapsed(span.start_time, span.end_time)),
        tokens: tokens(span).map(pair).unwrap_or_default(),
        ending: ending(span),
        note: first_chunk(span).map(|time| format!(" · first chunk {time}")).unwrap_or_default(),
    }
}

/// How long a stream took to its first chunk.
fn first_chunk(span: &SpanData) -> Option<String> {
    let value = crate::tree::attribute(span, crate::semconv::TIME_TO_FIRST_CHUNK)?;
    let Value::F64(seconds) = value else { return None };
    Some(duration(Duration::try_from_secs_f64(*seconds).ok()?))
}

fn outcome<'a>(ending: &Ending<'a>) -> Cow<'a, str> {
    match ending {
        Ending::Ok => "ok".into(),
        Ending::Cancelled => "cancelled".into(),
        Ending::Failed(error_type) => format!("error {}", printable(error_type)).into(),
    }
}

fn headline(rows: &[Row<'_>], summary: &Summary<'_>) -> String {
    let spans = || rows.iter().map(|row| row.span);
    let first = spans().map(|span| span.start_time).min();
    let last = spans().map(|span| span.end_time).max();
    let mut parts = vec![printable(summary.service).into_owned()];
    if let (Some(first), Some(last)) = (first, last) {
        parts.push(duration(elapsed(first, last)));
    }
    parts.push(count(rows.len(), "span"));
    let counted: Vec<(i64, i64)> =
        spans().filter(|span| is_model_call(span)).filter_map(tokens).collect();
    if !counted.is_empty() {
        let sum = counted.into_iter().fold((0_i64, 0_i64), |sum, tokens| {
            (sum.0.saturating_add(tokens.0), sum.1.saturating_add(tokens.1))
        });
        parts.push(format!("{} tokens", pair(sum)));
    }
    let failed = spans().filter(|span| ending(span) != Ending::Ok).count();
    if failed > 0 {
        parts.push(count(failed, "error"));
    }
    if summary.open > 0 {
        parts.push(format!("{} still open", summary.open));
    }
    if let Some(root) = rows.first() {
        parts.push(format!("trace {}", root.span.span_context.trace_id()));
        if root.span.parent_span_id != SpanId::INVALID {
            let remote = root.span.parent_span_is_remote;
            parts.push(
                if remote { "continued from another service" } else { "continued" }.to_owned(),
            );
        }
    }
    parts.join(" · ")
}

/// Token totals count model calls alone: an agent's totals are those of its calls again.
fn is_model_call(span: &SpanData) -> bool {
    crate::tree::attribute(span, crate::semconv::REQUEST_MODEL).is_some()
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

fn pair((input, output): (i64, i64)) -> String {
    format!("{}→{}", grouped(input), grouped(output))
}

/// A number with its thousands set apart.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = if number < 0 { "-".to_owned() } else { String::new() };
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The clock may have been set back between the two.
fn elapsed(start: SystemTime, end: SystemTime) -> Duration {
    end.duration_since(start).unwrap_or_default()
}

fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    match seconds {
        0.0..0.000_999_5 => format!("{:.0} µs", seconds * 1e6),
        0.000_999_5..0.009_95 => format!("{:.1} ms", seconds * 1e3),
        0.009_95..0.999_5 => format!("{:.0} ms", seconds * 1e3),
        0.999_5..99.95 => format!("{seconds:.1} s"),
        _ => format!("{seconds:.0} s"),
    }
}

/// Text without control characters: a name must not move the cursor or colour the terminal.
fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_control) {
        text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect::<String>().into()
    } else {
        text.into()
    }
}

/// The text within `width` columns; what is cut off becomes an ellipsis.
fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return text.into();
    }
    let Some(room) = width.checked_sub(1) else { return "".into() };
    let mut used = 0;
    let kept: String = text
        .chars()
        .take_while(|c| {
            used += c.width().unwrap_or_default();
            used <= room
        })
        .collect();
    format!("{kept}…").into()
}
