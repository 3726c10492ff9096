//! What reports say, in each language they speak. The texts are our own; a new language is a file beside this one.

mod de;
mod en;
mod fr;

use chrono::{Datelike, NaiveDate};

/// A language that reports speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// French.
    French,
    /// German.
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::English, Self::French, Self::German];

    /// The nearest language to a tag such as `fr` or `fr-CA`; English for all that is not spoken here.
    pub fn from_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        Self::ALL.into_iter().find(|language| language.tag() == primary).unwrap_or_default()
    }

    /// The tag of the language.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::German => "de",
        }
    }

    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::English => &en::WORDS,
            Self::French => &fr::WORDS,
            Self::German => &de::WORDS,
        }
    }

    /// A day as it is written in a sentence.
    pub(crate) fn date(self, day: NaiveDate) -> String {
        let month = self.words().months[day.month0() as usize];
        let (number, year) = (day.day(), day.year());
        match self {
            Self::French if number == 1 => format!("1er {month} {year}"),
            Self::English | Self::French => format!("{number} {month} {year}"),
            Self::German => format!("{number}. {month} {year}"),
        }
    }

    /// A share from 0 to 1 in percent.
    pub(crate) fn percent(self, share: f64) -> String {
        match self {
            Self::English => format!("{:.0}%", share * 100.0),
            Self::French | Self::German => format!("{:.0}\u{a0}%", share * 100.0),
        }
    }

    /// A number with one place after the point, if it needs one.
    pub(crate) fn number(self, value: f64) -> String {
        let text = format!("{value:.1}");
        let text = text.strip_suffix(".0").unwrap_or(&text);
        if self == Self::English { text.to_owned() } else { text.replace('.', ",") }
    }

    /// A label in front of what it labels.
    pub(crate) fn labelled(self, label: &str, text: &str) -> String {
        match self {
            Self::French => format!("{label}\u{a0}: {text}"),
            Self::English | Self::German => format!("{label}: {text}"),
        }
    }
}

/// Every text of every report.
pub(crate) struct Words {
    pub months: [&'static str; 12],
    // Results, findings, progress.
    pub compliant: &'static str,
    pub partially_compliant: &'static str,
    pub non_compliant: &'static str,
    pub not_assessed: &'static str,
    pub not_applicable: &'static str,
    pub major_nonconformity: &'static str,
    pub minor_nonconformity: &'static str,
    pub sensitive_point: &'static str,
    pub opportunity: &'static str,
    pub good_practice: &'static str,
    pub to_do: &'static str,
    pub in_progress: &'static str,
    pub in_review: &'static str,
    pub done: &'static str,
    // Around the page.
    pub contents: &'static str,
    pub page: &'static str,
    pub of: &'static str,
    pub skip_to_content: &'static str,
    // Facts on the cover.
    pub domain: &'static str,
    pub perimeter: &'static str,
    pub version: &'static str,
    pub status: &'static str,
    pub date: &'static str,
    pub due_date: &'static str,
    pub authors: &'static str,
    pub reviewers: &'static str,
    pub reference: &'static str,
    // The audit.
    pub audit_report: &'static str,
    pub summary: &'static str,
    pub scope_and_purpose: &'static str,
    pub conclusion: &'static str,
    pub results: &'static str,
    pub result: &'static str,
    pub count: &'static str,
    pub compliance: &'static str,
    pub requirements: &'static str,
    pub requirement: &'static str,
    pub assessed: &'static str,
    pub score: &'static str,
    pub documentation_score: &'static str,
    pub maturity: &'static str,
    pub target: &'static str,
    pub results_by_section: &'static str,
    pub sections_compared: &'static str,
    pub compliance_note: &'static str,
    pub open_points: &'static str,
    pub open_points_note: &'static str,
    pub no_open_points: &'static str,
    pub finding: &'static str,
    pub assessment: &'static str,
    pub remarks: &'static str,
    pub observation: &'static str,
    pub measures: &'static str,
    pub evidence: &'static str,
    pub no_requirements: &'static str,
    pub untitled: &'static str,
    // The statement of applicability.
    pub statement_of_applicability: &'static str,
    pub statement_note: &'static str,
    pub applicable: &'static str,
    pub applicability: &'static str,
    pub yes: &'static str,
    pub no: &'static str,
    pub excluded: &'static str,
    pub excluded_note: &'static str,
    pub justification: &'static str,
    pub no_justification: &'static str,
    pub implementation: &'static str,
    pub treated_risks: &'static str,
    // The action plan.
    pub action_plan: &'static str,
    pub actions: &'static str,
    pub action: &'static str,
    pub priority: &'static str,
    pub expiry_date: &'static str,
    pub effort: &'static str,
    pub impact: &'static str,
    pub cost: &'static str,
    pub annual_cost: &'static str,
    pub owners: &'static str,
    pub covers: &'static str,
    pub overdue: &'static str,
    pub by_status: &'static str,
    pub by_priority: &'static str,
    pub none: &'static str,
    pub other: &'static str,
    pub no_actions: &'static str,
    pub schedule: &'static str,
    // The workbook of maturity.
    pub implementation_score: &'static str,
    pub level: &'static str,
    pub section: &'static str,
    pub whole_audit: &'static str,
    pub scored: &'static str,
    // The list of measures.
    pub identifier: &'static str,
    pub title: &'static str,
    pub description: &'static str,
    pub category: &'static str,
    pub comments: &'static str,
    pub on_hold: &'static str,
    pub active: &'static str,
    pub degraded: &'static str,
    pub deprecated: &'static str,
    pub undefined: &'static str,
    pub policy: &'static str,
    pub process: &'static str,
    pub technical: &'static str,
    pub physical: &'static str,
    pub procedure: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_find_their_language() {
        assert_eq!(Language::from_tag("fr-CA"), Language::French);
        assert_eq!(Language::from_tag("DE_ch"), Language::German);
        assert_eq!(Language::from_tag("xx"), Language::English);
    }

    #[test]
    fn dates_and_numbers_follow_the_language() {
        let first = NaiveDate::from_ymd_opt(2026, 8, 1).expect("a day");
        assert_eq!(Language::French.date(first), "1er août 2026");
        assert_eq!(Language::German.date(first), "1. August 2026");
        assert_eq!(Language::English.date(first), "1 August 2026");
        assert_eq!(Language::French.number(2.75), "2,8");
        assert_eq!(Language::English.number(3.0), "3");
        assert_eq!(Language::French.percent(0.417), "42\u{a0}%");
    }
}
