//! The self-assessment of an audit: two scores for each requirement, and what they come to. It is made of scores, so it is
//! there only where both are shown.

use super::paper::{For, Paper};
use crate::compliance::head::Head;
use crate::compliance::lines::{Finding, Line, scores_of};
use crate::compliance::numbers::{Viewer, truncated};
use crate::compliance::views::sections::scored;
use crate::exported::{XLSX, file};
use engine::declare::Answer;
use engine::{ApiError, Call};
use report::maturity::{Maturity, Means, Requirement, Section};
use report::terms::Outcome;
use std::collections::HashMap;

/// `cyfun_xlsx`: the workbook.
pub(super) async fn xlsx(call: Call<'_>) -> Result<Answer, ApiError> {
    let paper = Paper::load(&call, For::Tables).await?;
    refuse_without_scores(&paper.head)?;
    let (name, workbook) = (format!("{}-cyfun.xlsx", paper.head.name), maturity(&paper));
    file(name, XLSX, move || workbook.xlsx()).await
}

/// Says what has to be switched on.
fn refuse_without_scores(head: &Head) -> Result<(), ApiError> {
    let scores = ["score", "documentation_score"];
    for viewer in [Viewer::Auditor, head.viewer] {
        let hidden = head.hidden_from(viewer);
        let Some(field) = scores.into_iter().find(|field| hidden.contains(field)) else { continue };
        let whom = if viewer == Viewer::Auditor { "auditor" } else { "respondent" };
        return Err(ApiError::error(
            400,
            format!(
                "This workbook is made of scores and documentation scores: `field_visibility` of the audit has to show \
                 `{field}` to the {whom}."
            ),
        ));
    }
    Ok(())
}

fn maturity(paper: &Paper) -> Maturity {
    let head = &paper.head;
    let counted: Vec<&Line> = paper.lines.iter().filter(|line| line.finding.counts(head)).collect();
    Maturity {
        language: paper.language,
        requirements: counted.iter().map(|line| requirement(head, line)).collect(),
        whole: means(head, &counted.iter().map(|line| &line.finding).collect::<Vec<_>>()),
        sections: sections(paper),
        target: head.scoring.target,
    }
}

fn requirement(head: &Head, line: &Line) -> Requirement {
    let finding = &line.finding;
    let texts = [line.name.as_deref(), line.description.as_deref()].into_iter().flatten();
    let texts: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
    // As in the means: what does not apply has no score of its own, whatever was typed before.
    let counts = finding.is_scored && finding.result != "not_applicable";
    let on_own = |target| truncated(head.scale().project(target, finding.scale(head)));
    Requirement {
        reference: line.ref_id.clone().unwrap_or_default(),
        text: texts.join("\n"),
        outcome: Outcome::from_code(&finding.result).filter(|_| !head.hidden().contains(&"result")),
        documentation: finding.documentation.filter(|_| counts),
        implementation: finding.score.filter(|_| counts),
        target: head.scoring.target.map(on_own),
        observation: line.observation.clone().unwrap_or_default(),
    }
}

fn means(head: &Head, counted: &[&Finding]) -> Means {
    let scores = scores_of(head, counted.iter().copied());
    Means {
        requirements: counted.len(),
        scored: scored(head, counted).len(),
        documentation: scores.documentation.map(truncated),
        implementation: scores.implementation.map(truncated),
        maturity: scores.maturity.map(truncated),
    }
}

/// Titles of the first two levels that are shown, with what counts below them.
fn sections(paper: &Paper) -> Vec<Section> {
    let places: HashMap<&str, usize> =
        paper.lines.iter().enumerate().map(|(at, line)| (line.urn.as_str(), at)).collect();
    let mut below: Vec<Vec<&Finding>> = vec![Vec::new(); paper.lines.len()];
    for line in paper.lines.iter().filter(|line| line.finding.counts(&paper.head)) {
        let mut above = line.finding.about.above.as_deref();
        // A tree is never deeper than it has nodes.
        for _ in 0..paper.lines.len() {
            let Some(at) = above.and_then(|urn| places.get(urn)) else { break };
            below[*at].push(&line.finding);
            above = paper.lines[*at].finding.about.above.as_deref();
        }
    }
    let shown = paper.lines.iter().zip(&paper.depths).zip(below);
    shown
        .filter_map(|((line, depth), below)| {
            let depth = depth.filter(|depth| *depth < 2 && !line.finding.about.assessable)?;
            Some(Section {
                inner: depth == 1,
                reference: line.ref_id.clone().unwrap_or_default(),
                name: line.name.clone().unwrap_or_default(),
                means: means(&paper.head, &below),
            })
        })
        .collect()
}
