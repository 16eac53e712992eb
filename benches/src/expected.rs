//! What cannot be noisy is held: allocations and sizes to the last one, instructions within a twentieth.

use std::collections::BTreeMap;

use crate::table::{Row, Unit};

/// Ours, by the names of rows.
pub type Expected = BTreeMap<String, f64>;

/// The figures to expect from now on.
pub fn accepted(rows: &[Row]) -> Expected {
    let rounded = |figure: f64| (figure * 10.0).round() / 10.0;
    rows.iter().filter_map(|row| Some((row.what.clone(), rounded(row.ours?)))).collect()
}

/// A line for each row that is not as it is expected, and for each that is expected and not there.
pub fn changes(expected: &Expected, rows: &[Row]) -> Vec<String> {
    let counted = accepted(rows);
    let changed = rows.iter().filter_map(|row| {
        let new = *counted.get(&row.what)?;
        match expected.get(&row.what) {
            None => Some(format!("{}: {new}, and nothing is expected", row.what)),
            Some(old) if (new - old).abs() > old * tolerance(row.unit) => {
                Some(format!("{}: {new}, and {old} is expected", row.what))
            }
            Some(_) => None,
        }
    });
    let missing = expected.iter().filter(|(what, _)| !counted.contains_key(*what));
    let missing = missing.map(|(what, old)| format!("{what}: not counted, and {old} is expected"));
    changed.chain(missing).collect()
}

const fn tolerance(unit: Unit) -> f64 {
    match unit {
        Unit::Instructions => 0.05,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(unit: Unit, figure: f64) -> Vec<Row> {
        vec![Row::new("a call", unit, figure)]
    }

    fn expecting(figure: f64) -> Expected {
        Expected::from([("a call".to_owned(), figure)])
    }

    #[test]
    fn instructions_may_move_by_a_twentieth_either_way() {
        let changes = |figure| changes(&expecting(1000.0), &row(Unit::Instructions, figure));
        assert!(changes(1050.0).is_empty());
        assert!(changes(950.0).is_empty());
        assert_eq!(changes(1051.0), ["a call: 1051, and 1000 is expected"]);
        assert_eq!(changes(949.0), ["a call: 949, and 1000 is expected"]);
    }

    #[test]
    fn allocations_may_not_move() {
        let changes = |figure| changes(&expecting(4.0), &row(Unit::Allocations, figure));
        assert!(changes(4.0).is_empty());
        assert_eq!(changes(5.0), ["a call: 5, and 4 is expected"]);
    }

    #[test]
    fn what_is_new_or_gone_is_a_change() {
        let new = changes(&Expected::new(), &row(Unit::Bytes, 640.0));
        assert_eq!(new, ["a call: 640, and nothing is expected"]);
        let gone = changes(&expecting(640.0), &[]);
        assert_eq!(gone, ["a call: not counted, and 640 is expected"]);
    }

    #[test]
    fn what_is_accepted_is_no_change() {
        let rows = row(Unit::Instructions, 1234.56);
        assert!(changes(&accepted(&rows), &rows).is_empty());
    }
}
