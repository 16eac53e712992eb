//! "Did you mean": which of the known names was meant. The runtime has the same file by a link.

/// The most candidates that are named.
const MAX_CANDIDATES: usize = 3;

/// The most edits that still look like a slip.
const MAX_EDITS: usize = 3;

/// The candidates that a few edits make of `name`: a third of its length, and three at most; nearest first, each in backticks.
pub(crate) fn nearest(name: &str, candidates: &[&str]) -> Vec<String> {
    let limit = (name.chars().count() / 3).clamp(1, MAX_EDITS);
    let mut near: Vec<(usize, usize, &str)> = candidates
        .iter()
        .map(|candidate| {
            // Of two that are equally near, the one of the same length is the likelier slip.
            (edit_distance(name, candidate), candidate.len().abs_diff(name.len()), *candidate)
        })
        .filter(|(distance, ..)| *distance <= limit)
        .collect();
    near.sort_unstable();
    near.truncate(MAX_CANDIDATES);
    near.into_iter().map(|(.., candidate)| format!("`{candidate}`")).collect()
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.
fn edit_distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for row in 1..=from.len() {
        let mut current = vec![row];
        for column in 1..=to.len() {
            let replaced = last[column - 1] + usize::from(from[row - 1] != to[column - 1]);
            let mut best = replaced.min(last[column] + 1).min(current[column - 1] + 1);
            let is_swap = row > 1
                && column > 1
                && from[row - 1] == to[column - 2]
                && from[row - 2] == to[column - 1];
            if is_swap {
                best = best.min(before_last[column - 2] + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_single_edits() {
        assert_eq!(edit_distance("model", "model"), 0);
        assert_eq!(edit_distance("modle", "model"), 1);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("provder", "provider"), 1);
        assert_eq!(edit_distance("kitten", "sitting"), 3);
    }

    #[test]
    fn the_nearest_come_first_and_the_far_not_at_all() {
        let candidates = ["model", "mode", "provider", "name"];
        assert_eq!(nearest("modle", &candidates), ["`model`", "`mode`"]);
        assert_eq!(nearest("modes", &candidates), ["`model`", "`mode`"]);
        assert!(nearest("temperature", &candidates).is_empty());
    }
}
