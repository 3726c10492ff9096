//! "Did you mean …?"

/// The candidate that takes the fewest edits to reach, if that is few enough to be a slip.
pub fn nearest<'c>(given: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let given = given.to_lowercase().replace('-', "_");
    let slip = (given.chars().count() / 3).max(2);
    let measured = candidates.into_iter().map(|candidate| (distance(&given, &candidate.to_lowercase()), candidate));
    measured.min_by_key(|(edits, _)| *edits).filter(|(edits, _)| *edits <= slip).map(|(_, candidate)| candidate)
}

/// Letters to insert, remove, replace, or swap with their neighbour: optimal string alignment (Damerau 1964).
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut rows = vec![(0..=to.len()).collect::<Vec<usize>>()];
    for i in 1..=from.len() {
        let mut row = vec![i];
        for j in 1..=to.len() {
            let same = from[i - 1] == to[j - 1];
            let mut least = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + usize::from(!same));
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        for (from, to, edits) in
            [("", "", 0), ("listen", "listen", 0), ("listne", "listen", 1), ("lisen", "listen", 1), ("", "abc", 3)]
        {
            assert_eq!(distance(from, to), edits, "{from} → {to}");
            assert_eq!(distance(to, from), edits, "{to} → {from}");
        }
    }

    #[test]
    fn offers_only_what_looks_like_a_slip() {
        let keys = ["listen", "data_dir", "smtp.host"];
        assert_eq!(nearest("lsiten", keys), Some("listen"));
        assert_eq!(nearest("data-dir", keys), Some("data_dir"));
        assert_eq!(nearest("SMTP.HOTS", keys), Some("smtp.host"));
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(nearest("listen", []), None);
    }
}
