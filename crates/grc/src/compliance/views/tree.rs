//! The tree of an audit: nodes of the framework with what was found, written straight from the rows, and kept for as
//! long as nobody writes anything.

use super::node::{Asked, Node, columns};
use crate::compliance::head::{Head, head, part};
use crate::compliance::lines::{scores_of, visible};
use crate::compliance::numbers::{counts, truncated};
use crate::compliance::questionnaire::Questionnaire;
use crate::compliance::questions::{Of, questions};
use engine::declare::Answer;
use engine::kept::{self, Basis};
use engine::read::Reading;
use engine::{ApiError, Call};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::io::Write as _;
use uuid::Uuid;

/// What a view adds behind the children of a node.
type More<'a> = dyn Fn(&Node, &mut Vec<u8>) + Send + Sync + 'a;

/// The nodes of an audit, and who hangs below whom.
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// Of each node, those right below it.
    children: Vec<Vec<usize>>,
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
    told(call, "tree", |_, tree| tree).await
}

/// The tree with what audits of domains above say; there is no such inheritance yet, as for an audit
/// without any above it.
pub(super) async fn combined(call: Call<'_>) -> Result<Answer, ApiError> {
    let around = |head: &Head, tree: Vec<u8>| {
        let scale = json!({ "min": head.scale().min, "max": head.scale().max });
        let mut out = b"{\"tree\":".to_vec();
        out.extend(tree);
        out.extend_from_slice(
            format!(",\"strategy\":\"none\",\"ancestors\":[],\"canonical_scale\":{scale}}}").as_bytes(),
        );
        out
    };
    told(call, "combined_tree", around).await
}

/// The tree with what is put around it, from memory where it is there.
async fn told(call: Call<'_>, view: &str, around: fn(&Head, Vec<u8>) -> Vec<u8>) -> Result<Answer, ApiError> {
    let mut rows = call.read_marked().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let head = head(&mut reading, call.item()?).await?;
    let turn = kept::turn(&reading, &basis(&reading, view, &head)?).await;
    if let Some(tree) = turn.found() {
        return Ok(Answer::Kept(tree));
    }
    let tree = call.ctx.engine.in_one_stay(Box::pin(whole(&mut reading, &head))).await?;
    Ok(Answer::Kept(turn.keep(around(&head, tree))))
}

/// What the tree depends on beside the data: the rows that are seen, and what is withheld of them.
fn basis(reading: &Reading<'_>, view: &str, head: &Head) -> Result<Basis, ApiError> {
    let own = reading.ctx.engine.registry().get("requirement-assessments").ok_or(ApiError::NotFound)?;
    let mut basis = Basis::of(reading, view);
    basis.on(head.id).on(head.withheld().join(" ")).sees(&reading.access(own));
    Ok(basis)
}

async fn whole(reading: &mut Reading<'_>, head: &Head) -> Result<Vec<u8>, ApiError> {
    let tree = Tree::load(reading, head, Sections::Whole).await?;
    let in_sight = head.scores() && !head.withheld().contains(&"score");
    let sums = if in_sight { tree.sums(head) } else { HashMap::new() };
    let mut out = Vec::with_capacity(tree.nodes.iter().map(Node::size).sum::<usize>() + sums.len() * 120);
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
        let asked: Asked = asked
            .iter()
            .map(|(node, questions)| (*node, (questions.to_string(), Questionnaire::read(questions))))
            .collect();
        let mut statement = reading.rows.sql(&format!(
            "SELECT {} FROM requirement_assessments t JOIN requirement_nodes n ON n.id = t.requirement_id \
             WHERE t.compliance_assessment_id = ",
            columns(reading.ctx)
        ));
        statement.bind(head.id).push(" AND ");
        visible(reading, &mut statement);
        let hidden = head.withheld();
        let read = |row: &engine::Row<'_>| Node::read(row, head, sections, &hidden, &asked);
        let mut nodes = reading.rows.all(&part(), &statement, read).await?;
        // Here, where a node is moved without its texts; the database would copy them to put rows in order.
        nodes.sort_by_key(|node| (node.order, node.id));
        Ok(Self::grow(nodes, &head.selected))
    }

    fn grow(nodes: Vec<Node>, selected: &[String]) -> Self {
        let by_urn: HashMap<&str, usize> = nodes.iter().enumerate().map(|(at, node)| (node.urn.as_str(), at)).collect();
        let mut children = vec![Vec::new(); nodes.len()];
        let mut roots = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            match node.finding.about.above.as_deref().and_then(|above| by_urn.get(above)) {
                Some(above) if *above != at => children[*above].push(at),
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
        let mut any = false;
        for child in 0..self.children[at].len() {
            any |= self.choose(self.children[at][child], selected);
        }
        let found = &self.nodes[at].finding.about;
        let own = if found.assessable { counts(selected, &found.groups) } else { selected.is_empty() };
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
            let below = &self.children[*at];
            let style = if top || !below.is_empty() { "node" } else { "leaf" };
            node.write(style, out);
            self.level(below, false, out, more);
            more(node, out);
            out.push(b'}');
        }
        out.push(b'}');
    }

    /// What the rows at and below each node with children, and each topmost one, come to.
    fn sums(&self, head: &Head) -> HashMap<Uuid, Vec<u8>> {
        let mut sums = HashMap::new();
        let topmost: HashSet<usize> = self.roots.iter().copied().collect();
        for (at, node) in self.nodes.iter().enumerate() {
            if !self.shown[at] || (self.children[at].is_empty() && !topmost.contains(&at)) {
                continue;
            }
            let mut below = Vec::new();
            self.gather(at, &mut below);
            let scores = scores_of(head, below.iter().map(|at| &self.nodes[*at].finding));
            let mut text = Vec::with_capacity(120);
            // A Vec does not fail to grow.
            let _ = write!(
                text,
                ",\"aggregated_score\":{},\"aggregated_min_score\":{},\"aggregated_max_score\":{}",
                plain(scores.implementation),
                head.scale().min,
                scores.total_max
            );
            if head.documents() {
                let _ = write!(text, ",\"aggregated_documentation_score\":{}", plain(scores.documentation));
            }
            sums.insert(node.id, text);
        }
        sums
    }

    fn gather(&self, at: usize, into: &mut Vec<usize>) {
        into.push(at);
        for child in &self.children[at] {
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
