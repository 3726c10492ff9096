//! The tree of an audit: nodes of the framework with what was found, written straight from the rows.

use crate::compliance::head::{Head, head, part, strings};
use crate::compliance::lines::{Finding, lines, scores_of, visible};
use crate::compliance::numbers::{counts, truncated};
use crate::compliance::questionnaire::{Answers, Questionnaire};
use crate::compliance::questions::{Of, questions};
use crate::compliance::requirement::texts;
use crate::compliance::words::{STATUS, key};
use engine::declare::{Answer, label};
use engine::read::Reading;
use engine::{ApiError, Call, Row, Storage, StoreError, required};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// A node on its way into the answer.
pub(super) struct Node {
    id: Uuid,
    /// Its row.
    pub row: Uuid,
    urn: String,
    above: Option<String>,
    /// Whether it is assessed.
    pub assessable: bool,
    /// Whether nothing is said of its row.
    pub bare: bool,
    groups: Vec<String>,
    /// Everything before `style`, ready to be copied.
    before: Vec<u8>,
    description: Vec<u8>,
    /// Whether the row is selected, for views that show it.
    pub selected: bool,
    /// What was observed, for views that show it.
    pub observation: Option<String>,
}

/// What a view adds behind the children of a node.
type More<'a> = dyn Fn(&Node, &mut Vec<u8>) + Send + Sync + 'a;

/// The nodes of an audit, and who hangs below whom.
pub(super) struct Tree {
    nodes: Vec<Node>,
    children: HashMap<usize, Vec<usize>>,
    roots: Vec<usize>,
    shown: Vec<bool>,
}

/// What sections say of their rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sections {
    /// Like any other node.
    Whole,
    /// Nothing, unless they are in a selected group.
    Bare,
}

/// The tree.
pub(super) async fn tree(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let head = head(&mut reading, call.item()?).await?;
    whole(&mut reading, &head).await.map(Answer::Raw)
}

/// The tree with what audits of domains above say; there is no such inheritance yet, as for an audit
/// without any above it.
pub(super) async fn combined(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let head = head(&mut reading, call.item()?).await?;
    let scale = json!({ "min": head.scale().min, "max": head.scale().max });
    let mut out = b"{\"tree\":".to_vec();
    out.extend(whole(&mut reading, &head).await?);
    out.extend_from_slice(format!(",\"strategy\":\"none\",\"ancestors\":[],\"canonical_scale\":{scale}}}").as_bytes());
    Ok(Answer::Raw(out))
}

async fn whole(reading: &mut Reading<'_>, head: &Head) -> Result<Vec<u8>, ApiError> {
    let tree = Tree::load(reading, head, Sections::Whole).await?;
    let in_sight = head.scores() && !head.withheld().contains(&"score");
    let sums = if in_sight { tree.sums(reading, head).await? } else { HashMap::new() };
    let mut out = Vec::with_capacity(tree.nodes.len() * 900);
    tree.write(&mut out, &|node, out| {
        if let Some(sum) = sums.get(&node.id) {
            out.extend_from_slice(sum);
        }
    });
    Ok(out)
}

impl Tree {
    /// Loads the tree with three statements.
    pub(super) async fn load(reading: &mut Reading<'_>, head: &Head, sections: Sections) -> Result<Self, ApiError> {
        let asked = questions(reading, Of::Frameworks(&[head.framework.id])).await?;
        let asked: HashMap<Uuid, (String, Questionnaire)> = asked
            .iter()
            .map(|(node, questions)| (*node, (questions.to_string(), Questionnaire::read(questions))))
            .collect();
        let own = texts(reading.ctx, "n");
        let mut statement = reading.rows.sql(&format!(
            "SELECT n.id, t.id, n.urn, n.parent_urn, n.ref_id, {}, n.implementation_groups, t.status, t.result, \
             t.extended_result, t.is_scored, t.score, t.documentation_score, n.max_score, n.min_score, n.weight, \
             t.answers, t.mapping_inference, {}, n.display_mode, n.assessable, {}, t.selected, t.observation \
             FROM requirement_assessments t JOIN requirement_nodes n ON n.id = t.requirement_id \
             WHERE t.compliance_assessment_id = ",
            own.name, own.long, own.description
        ));
        statement.bind(head.id).push(" AND ");
        visible(reading, &mut statement);
        statement.push(" ORDER BY n.order_id, n.id");
        let hidden = head.withheld();
        let read = |row: &Row<'_>| node(row, head, sections, &hidden, &asked);
        let nodes = reading.rows.all(&part(), &statement, read).await?;
        Ok(Self::grow(nodes, &head.selected))
    }

    fn grow(nodes: Vec<Node>, selected: &[String]) -> Self {
        let by_urn: HashMap<&str, usize> = nodes.iter().enumerate().map(|(at, node)| (node.urn.as_str(), at)).collect();
        let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut roots = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            match node.above.as_deref().and_then(|above| by_urn.get(above)) {
                Some(above) if *above != at => children.entry(*above).or_default().push(at),
                _ => roots.push(at),
            }
        }
        let shown = vec![false; nodes.len()];
        let mut tree = Self { nodes, children, roots, shown };
        for root in tree.roots.clone() {
            tree.choose(root, selected);
        }
        tree
    }

    /// A requirement is shown when it counts, a section when something below it is shown.
    fn choose(&mut self, at: usize, selected: &[String]) -> bool {
        let below = self.children.get(&at).cloned().unwrap_or_default();
        let mut any = false;
        for child in below {
            any |= self.choose(child, selected);
        }
        let node = &self.nodes[at];
        let own = if node.assessable { counts(selected, &node.groups) } else { selected.is_empty() };
        self.shown[at] = own || any;
        self.shown[at]
    }

    /// Writes `{id: node}`.
    pub(super) fn write(&self, out: &mut Vec<u8>, more: &More<'_>) {
        self.level(&self.roots, true, out, more);
    }

    fn level(&self, list: &[usize], top: bool, out: &mut Vec<u8>, more: &More<'_>) {
        out.push(b'{');
        let mut first = true;
        for at in list.iter().filter(|at| self.shown[**at]) {
            if !std::mem::take(&mut first) {
                out.push(b',');
            }
            let node = &self.nodes[*at];
            let below = self.children.get(at).map_or(&[][..], Vec::as_slice);
            let style = if top || !below.is_empty() { "node" } else { "leaf" };
            out.extend_from_slice(format!("\"{}\":{{", node.id).as_bytes());
            out.extend_from_slice(&node.before);
            out.extend_from_slice(
                format!(",\"style\":\"{style}\",\"assessable\":{},\"description\":", node.assessable).as_bytes(),
            );
            out.extend_from_slice(&node.description);
            out.extend_from_slice(b",\"children\":");
            self.level(below, false, out, more);
            more(node, out);
            out.push(b'}');
        }
        out.push(b'}');
    }

    /// What the rows at and below each node with children, and each topmost one, come to.
    async fn sums(&self, reading: &mut Reading<'_>, head: &Head) -> Result<HashMap<Uuid, Vec<u8>>, ApiError> {
        let found: HashMap<Uuid, Finding> =
            lines(reading, head).await?.into_iter().map(|line| (line.node, line.finding)).collect();
        let mut sums = HashMap::new();
        for (at, node) in self.nodes.iter().enumerate() {
            if !self.shown[at] || !(self.children.contains_key(&at) || self.roots.contains(&at)) {
                continue;
            }
            let mut below = Vec::new();
            self.gather(at, &mut below);
            let scores = scores_of(head, below.iter().filter_map(|at| found.get(&self.nodes[*at].id)));
            let mut text = format!(
                ",\"aggregated_score\":{},\"aggregated_min_score\":{},\"aggregated_max_score\":{}",
                plain(scores.implementation),
                head.scale().min,
                scores.total_max
            );
            if head.documents() {
                text.push_str(&format!(",\"aggregated_documentation_score\":{}", plain(scores.documentation)));
            }
            sums.insert(node.id, text.into_bytes());
        }
        Ok(sums)
    }

    fn gather(&self, at: usize, into: &mut Vec<usize>) {
        into.push(at);
        for child in self.children.get(&at).into_iter().flatten() {
            self.gather(*child, into);
        }
    }
}

/// Cut to one decimal, and whole where it is.
fn plain(score: Option<f64>) -> Value {
    let Some(score) = score.map(truncated) else { return Value::Null };
    #[expect(clippy::cast_possible_truncation, reason = "whole, and on a scale of small numbers")]
    if score.fract() == 0.0 { json!(score as i64) } else { json!(score) }
}

fn node(
    row: &Row<'_>,
    head: &Head,
    sections: Sections,
    hidden: &[&str],
    asked: &HashMap<Uuid, (String, Questionnaire)>,
) -> Result<Node, StoreError> {
    let id = required(row.uuid(0)?)?;
    let assessable = row.bool(20)?.unwrap_or(false);
    let groups = strings(&row.json(6)?.unwrap_or_default());
    let bare = sections == Sections::Bare && !counts(&head.selected, &groups);
    let mut before = Vec::with_capacity(800);
    let out = &mut before;
    out.extend_from_slice(b"\"urn\":");
    row.write_json(2, Storage::Text, out)?;
    let put = |name: &str, at: usize, kind: Storage, out: &mut Vec<u8>| {
        out.extend_from_slice(format!(",\"{name}\":").as_bytes());
        let of_row = matches!(at, 1 | 7..=12 | 16 | 17);
        if (of_row && bare) || hidden.contains(&name) {
            out.extend_from_slice(b"null");
            return Ok(());
        }
        row.write_json(at, kind, out)
    };
    put("parent_urn", 3, Storage::Text, out)?;
    put("ref_id", 4, Storage::Text, out)?;
    put("name", 5, Storage::Text, out)?;
    put("implementation_groups", 6, Storage::Json, out)?;
    put("ra_id", 1, Storage::Uuid, out)?;
    put("status", 7, Storage::Text, out)?;
    put("result", 8, Storage::Text, out)?;
    put("extended_result", 9, Storage::Text, out)?;
    put("is_scored", 10, Storage::Bool, out)?;
    put("score", 11, Storage::Int, out)?;
    put("documentation_score", 12, Storage::Int, out)?;
    for (name, at, unset) in [("max_score", 13, head.scale().max), ("min_score", 14, head.scale().min)] {
        let end = if bare { Value::Null } else { json!(row.int(at)?.unwrap_or(unset)) };
        out.extend_from_slice(format!(",\"{name}\":{end}").as_bytes());
    }
    put("weight", 15, Storage::Int, out)?;
    let questions = asked.get(&id);
    out.extend_from_slice(b",\"questions\":");
    out.extend_from_slice(questions.map_or("null", |(text, _)| text).as_bytes());
    let answers = match questions {
        _ if bare => "null".to_owned(),
        None => "{}".to_owned(),
        Some((_, questions)) => Answers::stored(&row.json(16)?.unwrap_or_default()).shown(questions).to_string(),
    };
    out.extend_from_slice(format!(",\"answers\":{answers}").as_bytes());
    put("mapping_inference", 17, Storage::Json, out)?;
    let (status, result) = (row.text(7)?.unwrap_or_default(), row.text(8)?.unwrap_or_default());
    let words = [
        ("status_display", "status", label(STATUS, &status).to_owned()),
        ("status_i18n", "status", key(&status)),
        ("result_i18n", "result", key(&result)),
    ];
    for (name, field, word) in words {
        let word = if bare || hidden.contains(&field) { Value::Null } else { json!(word) };
        out.extend_from_slice(format!(",\"{name}\":{word}").as_bytes());
    }
    out.extend_from_slice(b",\"node_content\":");
    row.write_json(18, Storage::Text, out)?;
    out.extend_from_slice(b",\"display_mode\":");
    row.write_json(19, Storage::Text, out)?;
    let mut description = Vec::new();
    row.write_json(21, Storage::Text, &mut description)?;
    Ok(Node {
        id,
        row: required(row.uuid(1)?)?,
        urn: row.text(2)?.unwrap_or_default(),
        above: row.text(3)?,
        assessable,
        groups,
        bare,
        before,
        description,
        selected: row.bool(22)?.unwrap_or(true),
        observation: row.text(23)?.filter(|_| !hidden.contains(&"observation")),
    })
}
