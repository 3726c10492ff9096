//! Merging rows of one audit into a row of another.

use super::Coverage;
use crate::compliance::questionnaire::Verdict;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The status of a row that nobody has begun.
const TO_DO: &str = "to_do";

/// A row, as far as a mapping looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The verdict; none when not assessed.
    pub result: Option<Verdict>,
    /// The code of its status.
    pub status: String,
    /// Score and documentation score; none when it is not scored.
    pub scores: Option<(i64, Option<i64>)>,
    /// What was noted.
    pub observation: Option<String>,
    /// Applied controls.
    pub controls: BTreeSet<Uuid>,
    /// Evidences.
    pub evidences: BTreeSet<Uuid>,
    /// Security exceptions.
    pub exceptions: BTreeSet<Uuid>,
}

impl Default for Row {
    fn default() -> Self {
        Self {
            result: None,
            status: TO_DO.to_owned(),
            scores: None,
            observation: None,
            controls: BTreeSet::new(),
            evidences: BTreeSet::new(),
            exceptions: BTreeSet::new(),
        }
    }
}

/// When evidences come along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Where the source covers all of the target: merging into an audit that is there.
    OnFull,
    /// Always: making an audit from another one.
    Always,
}

/// What a merge changes of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// A new verdict.
    pub result: Option<Verdict>,
    /// A new status.
    pub status: Option<String>,
    /// New scores.
    pub scores: Option<(i64, Option<i64>)>,
    /// A longer observation.
    pub observation: Option<String>,
    /// Controls that are linked.
    pub controls: BTreeSet<Uuid>,
    /// Evidences that are linked.
    pub evidences: BTreeSet<Uuid>,
    /// Exceptions that are linked.
    pub exceptions: BTreeSet<Uuid>,
}

impl Change {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The row with the change.
    #[must_use]
    pub fn applied(&self, row: &Row) -> Row {
        let both = |old: &BTreeSet<Uuid>, new: &BTreeSet<Uuid>| old.union(new).copied().collect();
        Row {
            result: self.result.or(row.result),
            status: self.status.clone().unwrap_or_else(|| row.status.clone()),
            scores: self.scores.or(row.scores),
            observation: self.observation.clone().or_else(|| row.observation.clone()),
            controls: both(&row.controls, &self.controls),
            evidences: both(&row.evidences, &self.evidences),
            exceptions: both(&row.exceptions, &self.exceptions),
        }
    }
}

/// What the sources say of a target, and what that changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// The verdict that follows from the sources, whatever the target says.
    pub inferred: Option<Verdict>,
    /// What changes.
    pub change: Change,
}

/// Merges the rows that answer a target into it. Sources that cover all of it replace what it says,
/// as far as they say anything. Others only fill in a verdict that is missing, and never more than
/// "in part"; of several, the first decides: the contract records that, also when it is silent.
/// Controls always come along. Links are added, never taken away.
pub fn merge(target: &Row, sources: &[(&Row, Coverage)], evidence: Evidence) -> Merged {
    let full = || sources.iter().filter(|(_, coverage)| *coverage == Coverage::Full).map(|(row, _)| *row);
    let decided = full().find_map(|row| row.result);
    let in_part = || sources.iter().find(|(_, coverage)| *coverage == Coverage::Partial);
    let inferred = decided.or_else(|| in_part().and_then(|(row, _)| row.result).and_then(in_part_at_most));
    let filled = if decided.is_some() { inferred } else { inferred.filter(|_| target.result.is_none()) };

    let mut change = Change {
        result: filled.filter(|result| target.result != Some(*result)),
        status: full().map(|row| &row.status).find(|status| *status != TO_DO).cloned(),
        scores: full().find_map(|row| row.scores).filter(|scores| target.scores != Some(*scores)),
        observation: observed(target, full()),
        ..Change::default()
    };
    change.status = change.status.filter(|status| *status != target.status);
    for (row, coverage) in sources {
        let is_full = *coverage == Coverage::Full;
        change.controls.extend(row.controls.difference(&target.controls));
        if is_full || evidence == Evidence::Always {
            change.evidences.extend(row.evidences.difference(&target.evidences));
        }
        if is_full {
            change.exceptions.extend(row.exceptions.difference(&target.exceptions));
        }
    }
    Merged { inferred, change }
}

/// What a verdict on a part says of the whole. That a part does not apply says nothing.
fn in_part_at_most(result: Verdict) -> Option<Verdict> {
    match result {
        Verdict::Compliant | Verdict::Partial => Some(Verdict::Partial),
        Verdict::NonCompliant => Some(Verdict::NonCompliant),
        Verdict::NotApplicable => None,
    }
}

/// The target's observation with those of the sources that it does not hold yet.
fn observed<'a>(target: &Row, sources: impl Iterator<Item = &'a Row>) -> Option<String> {
    let old = target.observation.as_deref().unwrap_or_default().trim_end();
    let mut text = old.to_owned();
    for note in sources.filter_map(|row| row.observation.as_deref()).map(str::trim).filter(|note| !note.is_empty()) {
        if text.is_empty() {
            text.push_str(note);
        } else if !text.contains(note) {
            text.push_str("\n\n");
            text.push_str(note);
        }
    }
    (text != old).then_some(text)
}
