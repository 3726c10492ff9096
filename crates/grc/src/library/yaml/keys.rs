//! The keys of one map: merges written out, repeated keys settled.

use super::document::{Document, NodeId, Shape};
use super::fault::{Fault, fault};
use crate::library::limits::Limits;
use crate::library::problem::Kind;
use std::collections::{HashMap, HashSet};

/// Keys and values as they count.
pub(super) struct Keys {
    /// Alternating, in the order of the file.
    pub(super) pairs: Vec<NodeId>,
    /// Keys that the file has more than once.
    pub(super) repeated: Vec<NodeId>,
}

type Pair = [NodeId; 2];

/// Merges `<<` in, and lets the last of equal keys win, at the place of the first.
pub(super) fn settle(document: &Document<'_>, items: Vec<NodeId>, limits: &Limits) -> Result<Keys, Fault> {
    let pairs = items.as_chunks::<2>().0;
    let scalar = |key: &NodeId| matches!(document.node(*key).shape, Shape::Scalar(_));
    if let Some([key, _]) = pairs.iter().find(|[key, _]| !scalar(key)) {
        let message = "a key must be text. Write it without brackets";
        return Err(fault(document.node(*key).at, Kind::NotYaml, message));
    }
    if !pairs.iter().any(|[key, _]| is_merge(document, *key)) && all_differ(document, pairs) {
        return Ok(Keys { pairs: items, repeated: Vec::new() });
    }
    let mut all: Vec<Pair> = Vec::new();
    for [key, value] in pairs.iter().filter(|[key, _]| is_merge(document, *key)) {
        merge(document, *key, *value, &mut all, limits)?;
    }
    let merged = all.len();
    all.extend(pairs.iter().filter(|[key, _]| !is_merge(document, *key)));

    let mut places: HashMap<&str, (usize, bool)> = HashMap::new();
    let (mut kept, mut repeated): (Vec<Pair>, Vec<NodeId>) = (Vec::new(), Vec::new());
    for (index, [key, value]) in all.into_iter().enumerate() {
        let own = index >= merged;
        match places.get_mut(document.key(key)) {
            Some((place, already_own)) => {
                // What a merge brought may be replaced; what stands here twice is a slip.
                if own && *already_own {
                    repeated.push(key);
                }
                *already_own |= own;
                kept[*place][1] = value;
            }
            None => {
                places.insert(document.key(key), (kept.len(), own));
                kept.push([key, value]);
            }
        }
    }
    Ok(Keys { pairs: kept.into_flattened(), repeated })
}

fn merge(
    document: &Document<'_>,
    key: NodeId,
    value: NodeId,
    into: &mut Vec<Pair>,
    limits: &Limits,
) -> Result<(), Fault> {
    let at = document.node(key).at;
    let sources = match document.node(value).shape {
        Shape::Map(_) => vec![value],
        // The first map of a list is the strongest: it comes last.
        Shape::List(_) => document.items(value).iter().rev().copied().collect(),
        Shape::Scalar(_) => Vec::new(),
    };
    let maps = sources.iter().all(|id| matches!(document.node(*id).shape, Shape::Map(_)));
    if sources.is_empty() || !maps {
        return Err(fault(at, Kind::NotYaml, "`<<` takes a map or a list of maps"));
    }
    for source in sources {
        into.extend(document.pairs(source).map(|(key, value)| [key, value]));
        if into.len() > limits.nodes {
            return Err(fault(at, Kind::Aliases, "`<<` brings in more than a file may hold"));
        }
    }
    Ok(())
}

fn is_merge(document: &Document<'_>, key: NodeId) -> bool {
    matches!(&document.node(key).shape, Shape::Scalar(scalar) if scalar.is_merge())
}

fn all_differ(document: &Document<'_>, pairs: &[Pair]) -> bool {
    if pairs.len() > 12 {
        let mut seen = HashSet::with_capacity(pairs.len());
        return pairs.iter().all(|[key, _]| seen.insert(document.key(*key)));
    }
    let repeats = |(index, [key, _]): (usize, &Pair)| {
        pairs[..index].iter().any(|[earlier, _]| document.key(*earlier) == document.key(*key))
    };
    !pairs.iter().enumerate().any(repeats)
}
