//! What documents of an audit are drawn from: its rows as far as the caller sees them, and what rests on them.

use super::{day, domain, names};
use crate::compliance::evidence;
use crate::compliance::file::File;
use crate::compliance::head::{Head, head};
use crate::compliance::lines::{Line, lines, scores_of};
use crate::compliance::numbers::truncated;
use crate::compliance::related::{Link, distinct, evidences_of, links, shapes};
use crate::compliance::views::sections::by_section;
use engine::declare::Shape;
use engine::read::{Reading, labels_of};
use engine::{ApiError, Call};
use report::Language;
use report::audit::{Audit, Evidence, FileNames, Requirement, Scores, Section, sections_of};
use report::terms::{Finding, Outcome, Progress};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// Who a document is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    /// Somebody who reads: what the audit hides is not in it.
    Readers,
    /// Somebody who works on with it: as recorded, tables hide from respondents alone.
    Tables,
}

/// An audit with what documents say of it.
pub(super) struct Paper {
    /// The audit.
    pub head: Head,
    /// The audit as its detail shows it.
    detail: Value,
    /// All its rows that the reader sees.
    pub lines: Vec<Line>,
    /// Depths of the lines that are shown.
    pub depths: Vec<Option<usize>>,
    measures: HashMap<Uuid, Vec<String>>,
    proofs: HashMap<Uuid, Vec<Uuid>>,
    evidences: HashMap<Uuid, String>,
    /// Names that files of evidences have in an archive.
    files: HashMap<Uuid, String>,
    hidden: Vec<&'static str>,
    /// The reader's language.
    pub language: Language,
    date: chrono::NaiveDate,
    domain: String,
}

impl Paper {
    /// Loads everything in one snapshot, with a fixed number of statements.
    pub(super) async fn load(call: &Call<'_>, reader: For) -> Result<Self, ApiError> {
        let mut rows = call.read().await?;
        Self::read(call, &mut Reading { ctx: call.ctx, rows: &mut rows }, reader).await
    }

    /// The same with the files of its evidences, under the names that they have in an archive.
    pub(super) async fn with_files(call: &Call<'_>) -> Result<(Self, Vec<(String, File)>), ApiError> {
        let mut rows = call.read().await?;
        let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
        let mut paper = Self::read(call, &mut reading, For::Readers).await?;
        let in_order = paper.lines.iter().filter_map(|line| paper.proofs.get(&line.id)).flatten().copied();
        let wanted = distinct(in_order);
        let mut found = evidence::files(&mut reading, &wanted).await?;
        let mut names = FileNames::default();
        let mut list = Vec::new();
        for id in wanted {
            let Some(file) = found.remove(&id) else { continue };
            let name = names.free(&file.name);
            paper.files.insert(id, name.clone());
            list.push((name, file));
        }
        Ok((paper, list))
    }

    async fn read(call: &Call<'_>, reading: &mut Reading<'_>, reader: For) -> Result<Self, ApiError> {
        let head = head(reading, call.item()?).await?;
        let detail = shapes(reading, call.resource, Shape::Detail, &[head.id]).await?.pop().unwrap_or_default();
        let lines = lines(reading, &head).await?;
        let hidden = if reader == For::Tables { head.withheld() } else { head.hidden() };
        let (mut measures, mut proofs, mut evidences) = (HashMap::new(), HashMap::new(), HashMap::new());
        if reader == For::Readers {
            let controls = links(reading, &head, "applied_controls", "applied-controls").await?;
            measures = named(reading, "applied-controls", &controls).await?;
            proofs = proven(reading, &head, &controls).await?;
            evidences = labels(reading, "evidences", proofs.values().flatten().copied()).await?;
        }
        Ok(Self {
            depths: depths(&head, &lines),
            language: Language::from_tag(&call.ctx.language),
            date: call.ctx.now().date_naive(),
            domain: domain(call, head.folder),
            files: HashMap::new(),
            head,
            detail,
            lines,
            measures,
            proofs,
            evidences,
            hidden,
        })
    }

    fn shows(&self, field: &str) -> bool {
        !self.hidden.contains(&field)
    }

    fn text(&self, field: &str) -> String {
        self.detail[field].as_str().unwrap_or_default().to_owned()
    }

    /// The audit as its report is written from.
    pub(super) fn audit(&self) -> Audit {
        let shown = self.lines.iter().zip(&self.depths);
        let requirements: Vec<Requirement> =
            shown.filter_map(|(line, depth)| Some(self.requirement(line, (*depth)?))).collect();
        Audit {
            title: self.head.name.clone(),
            reference: self.head.ref_id.clone().unwrap_or_default(),
            framework: self.head.framework.name.clone(),
            domain: self.domain.clone(),
            perimeter: self.head.perimeter.as_ref().map(|place| place.name.clone()).unwrap_or_default(),
            version: self.head.version.clone().unwrap_or_default(),
            status: status(self.head.status.as_deref().unwrap_or_default(), self.language),
            language: self.language,
            date: self.date,
            due_date: day(&self.detail["due_date"]),
            authors: names(&self.detail["authors"]),
            reviewers: names(&self.detail["reviewers"]),
            description: self.text("description"),
            observation: self.text("observation"),
            scores: self.scores(),
            sections: self.sections(&requirements),
            requirements,
        }
    }

    fn scores(&self) -> Option<Scores> {
        if !self.head.scores() || !self.shows("score") {
            return None;
        }
        let found = scores_of(&self.head, self.lines.iter().map(|line| &line.finding));
        let documented = self.shows("documentation_score");
        #[expect(clippy::cast_precision_loss, reason = "ends of scales are small numbers")]
        let (minimum, maximum) = (self.head.scale().min as f64, found.total_max as f64);
        Some(Scores {
            implementation: found.implementation.map(truncated),
            documentation: found.documentation.filter(|_| documented).map(truncated),
            maturity: found.maturity.filter(|_| documented && found.documentation.is_some()).map(truncated),
            target: self.head.scoring.target,
            minimum,
            maximum,
        })
    }

    /// Sections that have something to show, with their scores.
    fn sections(&self, requirements: &[Requirement]) -> Vec<Section> {
        let mut sections = sections_of(requirements);
        if self.head.scores() && self.shows("score") {
            let mut scores: HashMap<(String, String), Option<f64>> = HashMap::new();
            for (top, below) in by_section(&self.lines) {
                let found = scores_of(&self.head, below.into_iter().map(|line| &line.finding));
                let key = (top.ref_id.clone().unwrap_or_default(), top.name.clone().unwrap_or_default());
                scores.insert(key, found.implementation.map(truncated));
            }
            for section in &mut sections {
                section.score = scores.get(&(section.reference.clone(), section.name.clone())).copied().flatten();
            }
        }
        sections
    }

    fn requirement(&self, line: &Line, depth: usize) -> Requirement {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let finding = &line.finding;
        let evidence =
            |id: &Uuid| Some(Evidence { name: self.evidences.get(id)?.clone(), file: self.files.get(id).cloned() });
        let outcome = Outcome::from_code(&finding.result).filter(|_| self.shows("result"));
        let added = finding.extended.as_deref().and_then(Finding::from_code);
        Requirement {
            urn: line.urn.clone(),
            ref_id: text(&line.ref_id),
            name: text(&line.name),
            description: text(&line.description),
            typical_evidence: text(&line.typical_evidence),
            annotation: text(&line.annotation),
            depth,
            assessable: finding.counts(&self.head),
            outcome: outcome.unwrap_or(Outcome::NotAssessed),
            finding: added.filter(|_| self.shows("extended_result")),
            progress: Progress::from_code(&finding.status).filter(|_| self.shows("status")),
            score: finding.score.filter(|_| self.shows("score")),
            documentation_score: finding.documentation.filter(|_| self.shows("documentation_score")),
            observation: text(&line.observation.clone().filter(|_| self.shows("observation"))),
            measures: self.measures.get(&line.id).cloned().unwrap_or_default(),
            evidences: self.proofs.get(&line.id).into_iter().flatten().filter_map(evidence).collect(),
        }
    }
}

/// How deep each line lies that is shown: requirements that count, and what stands above them.
fn depths(head: &Head, lines: &[Line]) -> Vec<Option<usize>> {
    let by_urn: HashMap<&str, usize> = lines.iter().enumerate().map(|(at, line)| (line.urn.as_str(), at)).collect();
    let mut depths = vec![None; lines.len()];
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.finding.counts(head)) {
        let mut way = vec![at];
        let mut above = line.finding.about.above.as_deref();
        // A tree is never deeper than it has nodes.
        while let Some(next) = above.and_then(|urn| by_urn.get(urn)).filter(|_| way.len() <= lines.len()) {
            way.push(*next);
            above = lines[*next].finding.about.above.as_deref();
        }
        for (depth, at) in way.into_iter().rev().enumerate() {
            depths[at] = Some(depth);
        }
    }
    depths
}

/// What the rows of the audit rest on: their own evidence, and that of their controls.
async fn proven(
    reading: &mut Reading<'_>,
    head: &Head,
    controls: &[Link],
) -> Result<HashMap<Uuid, Vec<Uuid>>, ApiError> {
    let own = links(reading, head, "evidences", "evidences").await?;
    let of_controls = evidences_of(reading, head, &distinct(controls.iter().map(|link| link.to))).await?;
    let mut found: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for link in own {
        found.entry(link.row).or_default().push(link.to);
    }
    for link in controls {
        found.entry(link.row).or_default().extend(of_controls.get(&link.to).into_iter().flatten());
    }
    Ok(found.into_iter().map(|(row, list)| (row, distinct(list))).collect())
}

/// Names of what rows are linked to, by row.
async fn named(reading: &mut Reading<'_>, path: &str, links: &[Link]) -> Result<HashMap<Uuid, Vec<String>>, ApiError> {
    let names = labels(reading, path, links.iter().map(|link| link.to)).await?;
    let mut found: HashMap<Uuid, Vec<String>> = HashMap::new();
    for link in links {
        found.entry(link.row).or_default().extend(names.get(&link.to).cloned());
    }
    Ok(found)
}

async fn labels(
    reading: &mut Reading<'_>,
    path: &str,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, ApiError> {
    let Some(resource) = reading.ctx.engine.registry().get(path) else { return Ok(HashMap::new()) };
    let access = reading.access(resource);
    Ok(labels_of(reading.rows, &access, resource, &distinct(ids)).await?.into_iter().collect())
}

/// Where an audit stands, in the words of the reader.
fn status(code: &str, language: Language) -> String {
    let word = match (code, language) {
        ("planned", Language::English) => "Planned",
        ("planned", Language::French) => "Planifié",
        ("planned", Language::German) => "Geplant",
        ("deprecated", Language::English) => "Deprecated",
        ("deprecated", Language::French) => "Obsolète",
        ("deprecated", Language::German) => "Veraltet",
        (other, _) => Progress::from_code(other).map_or(other, |progress| progress.label(language)),
    };
    word.to_owned()
}
