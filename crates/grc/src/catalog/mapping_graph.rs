//! Mapping sets as pictures, and what can be reached over them.

use super::load;
use crate::library::Library;
use engine::declare::{Answer, Columns, Shape};
use engine::read::{Reading, write_rows};
use engine::{ApiError, Call, Cell, Verb, required};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// Longest way from one framework to another, counted in frameworks.
const LONGEST: usize = 3;

/// One mapping set without its rules.
struct Set {
    id: Uuid,
    source: String,
    target: String,
}

/// What is known of a framework, loaded or only stored.
#[derive(Clone, Debug)]
struct Known {
    name: String,
    description: Option<String>,
    /// The framework's id when it is loaded.
    loaded: Option<Uuid>,
    /// The stored library's id.
    stored: Option<Uuid>,
}

/// What is known of these frameworks by urn, in the language asked for: two statements.
async fn known(reading: &mut Reading<'_>, urns: &[String]) -> Result<HashMap<String, Known>, ApiError> {
    let language = reading.ctx.language.clone();
    let access = load::access();
    let mut found: HashMap<String, Known> = HashMap::new();
    let text = |document: &Value, field: &str| {
        let translated = document["translations"][&language][field].as_str();
        translated.or(document[field].as_str()).map(str::to_owned)
    };
    let mut statement = reading.rows.sql("SELECT framework_urn, framework, id FROM stored_libraries WHERE ");
    statement.bind_in("framework_urn", Cell::Texts(urns.to_vec()));
    reading
        .rows
        .each(&access, &statement, |row| {
            let (urn, document) = (row.text(0)?.unwrap_or_default(), row.json(1)?.unwrap_or_default());
            let name = text(&document, "name").unwrap_or_else(|| urn.clone());
            let known = Known { name, description: text(&document, "description"), loaded: None, stored: row.uuid(2)? };
            found.insert(urn, known);
            Ok(())
        })
        .await?;
    let frameworks = reading.ctx.engine.registry().get("frameworks").ok_or(ApiError::NotFound)?;
    let access = reading.access(frameworks);
    let mut statement =
        reading.rows.sql("SELECT t.urn, t.id, t.name, t.description, t.translations FROM frameworks t WHERE ");
    statement.bind_in("t.urn", Cell::Texts(urns.to_vec())).push(" AND ");
    access.push_condition("t", &mut statement);
    reading
        .rows
        .each(&access, &statement, |row| {
            let urn = row.text(0)?.unwrap_or_default();
            let translations = row.json(4)?.unwrap_or_default();
            let document = json!({ "name": row.text(2)?, "description": row.text(3)?, "translations": translations });
            let known =
                found.entry(urn.clone()).or_insert(Known { name: urn, description: None, loaded: None, stored: None });
            known.loaded = row.uuid(1)?;
            known.name = text(&document, "name").unwrap_or_else(|| known.name.clone());
            known.description = text(&document, "description").or(known.description.take());
            Ok(())
        })
        .await?;
    Ok(found)
}

/// `source_framework`, `target_framework` and `frameworks_available` of a page.
pub(super) async fn ends(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let sets: Vec<Set> = sets(reading).await?.into_iter().filter(|set| ids.contains(&set.id)).collect();
    let urns: HashSet<String> = sets.iter().flat_map(|set| [set.source.clone(), set.target.clone()]).collect();
    let known = known(reading, &urns.into_iter().collect::<Vec<_>>()).await?;
    let shown = |urn: &str| {
        let name = known.get(urn).map_or(urn, |known| known.name.as_str());
        json!({ "str": name, "urn": urn })
    };
    let (mut sources, mut targets, mut available) = (HashMap::new(), HashMap::new(), HashMap::new());
    for set in &sets {
        sources.insert(set.id, shown(&set.source).to_string().into_bytes());
        targets.insert(set.id, shown(&set.target).to_string().into_bytes());
        let both = known.contains_key(&set.source) && known.contains_key(&set.target);
        available.insert(set.id, both.to_string().into_bytes());
    }
    Ok(Columns::from([
        ("source_framework", sources),
        ("target_framework", targets),
        ("frameworks_available", available),
    ]))
}

/// All mapping sets that the caller sees.
async fn sets(reading: &mut Reading<'_>) -> Result<Vec<Set>, ApiError> {
    let resource = reading.ctx.engine.registry().get("requirement-mapping-sets").ok_or(ApiError::NotFound)?;
    let access = reading.access(resource);
    let mut statement = reading
        .rows
        .sql("SELECT t.id, t.source_framework_urn, t.target_framework_urn FROM requirement_mapping_sets t WHERE ");
    access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.name_key, t.id");
    let found = reading.rows.all(&access, &statement, |row| {
        Ok(Set { id: required(row.uuid(0)?)?, source: required(row.text(1)?)?, target: required(row.text(2)?)? })
    });
    found.await
}

/// `graph-data/`: frameworks, and which maps to which.
pub(super) async fn of_frameworks(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let sets = sets(&mut reading).await?;
    let mut degree: BTreeMap<&str, usize> = BTreeMap::new();
    for set in &sets {
        *degree.entry(&set.source).or_default() += 1;
        *degree.entry(&set.target).or_default() += 1;
    }
    let urns: Vec<String> = degree.keys().map(|urn| (*urn).to_owned()).collect();
    let known = known(&mut reading, &urns).await?;
    let place: HashMap<&str, usize> = degree.keys().enumerate().map(|(at, urn)| (*urn, at)).collect();
    let nodes: Vec<Value> = degree
        .iter()
        .map(|(urn, links)| {
            let known = known.get(*urn);
            json!({
                "name": known.map_or(*urn, |known| known.name.as_str()),
                "category": usize::from(known.and_then(|known| known.loaded).is_none()),
                "value": known.and_then(|known| known.description.clone()),
                "urn": urn,
                "pk": known.and_then(|known| known.stored.or(known.loaded)),
                "symbolSize": 10 + 3 * links.min(&20),
            })
        })
        .collect();
    let links: Vec<Value> = sets
        .iter()
        .map(|set| json!({ "source": place[set.source.as_str()], "target": place[set.target.as_str()], "value": "maps to" }))
        .collect();
    let categories = json!([{ "name": "importedFrameworks" }, { "name": "notImportedFrameworks" }]);
    Ok(Answer::Json(json!({ "nodes": nodes, "links": links, "categories": categories })))
}

/// One requirement in the picture of a set.
struct Point {
    urn: String,
    ref_id: Option<String>,
    name: Option<String>,
    assessable: bool,
}

/// `graph_data/` of one set: the requirements of both frameworks, and the rules between them.
pub(super) async fn of_set(call: Call<'_>) -> Result<Answer, ApiError> {
    let id = call.item()?;
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let sets = sets(&mut reading).await?;
    let set = sets.into_iter().find(|set| set.id == id).ok_or_else(|| call.resource.not_found())?;
    let rules = rules(&mut reading, &[id]).await?.remove(&id).unwrap_or_default();
    let known = known(&mut reading, &[set.source.clone(), set.target.clone()]).await?;
    let mut nodes = Vec::new();
    let mut place: HashMap<(usize, String), usize> = HashMap::new();
    let (mut totals, mut linked) = ([0_usize; 2], [0_usize; 2]);
    for (side, urn) in [&set.source, &set.target].into_iter().enumerate() {
        let named: HashSet<&str> = rules.iter().map(|rule| rule[side].as_str()).collect();
        for point in points(&mut reading, known.get(urn)).await? {
            let is_linked = named.contains(point.urn.as_str());
            if !point.assessable && !is_linked {
                continue;
            }
            totals[side] += 1;
            linked[side] += usize::from(is_linked);
            place.insert((side, point.urn.clone()), nodes.len());
            let label = point.ref_id.clone().or(point.name.clone()).unwrap_or(point.urn);
            nodes.push(json!({ "name": label, "category": side, "value": point.name }));
        }
    }
    let links: Vec<Value> = rules
        .iter()
        .filter_map(|rule| {
            let (source, target) = (place.get(&(0, rule[0].clone()))?, place.get(&(1, rule[1].clone()))?);
            Some(json!({ "source": source, "target": target, "value": rule[2] }))
        })
        .collect();
    let name = |urn: &String| known.get(urn).map_or(urn.clone(), |known| known.name.clone());
    let share =
        |side: usize| if totals[side] == 0 { 0 } else { (linked[side] * 200 + totals[side]) / (totals[side] * 2) };
    let (source, target) = (name(&set.source), name(&set.target));
    Ok(Answer::Json(json!({
        "nodes": nodes,
        "links": links,
        "categories": [{ "name": source }, { "name": target }],
        "meta": {
            "display_name": format!("{source} ➜ {target}"), "source_framework": source, "target_framework": target,
            "source_coverage": share(0), "target_coverage": share(1),
            "source_total": totals[0], "source_linked": linked[0], "target_total": totals[1], "target_linked": linked[1],
        },
    })))
}

/// The requirements of a framework: of the loaded one, else of the stored file.
async fn points(reading: &mut Reading<'_>, known: Option<&Known>) -> Result<Vec<Point>, ApiError> {
    let nodes = reading.ctx.engine.registry().get("requirement-nodes").ok_or(ApiError::NotFound)?;
    match known {
        Some(Known { loaded: Some(id), .. }) => {
            let access = reading.access(nodes);
            let name = engine::read::Wording::of(reading.ctx).text("t", "name");
            let mut statement = reading.rows.sql(&format!(
                "SELECT t.urn, t.ref_id, {name}, t.assessable FROM requirement_nodes t WHERE t.framework_id = "
            ));
            statement.bind(*id).push(" AND ");
            access.push_condition("t", &mut statement);
            statement.push(" ORDER BY t.order_id, t.id");
            let point = reading.rows.all(&access, &statement, |row| {
                Ok(Point {
                    urn: row.text(0)?.unwrap_or_default(),
                    ref_id: row.text(1)?,
                    name: row.text(2)?,
                    assessable: required(row.bool(3)?)?,
                })
            });
            point.await
        }
        Some(Known { stored: Some(id), .. }) => {
            let (library, _): (Library, _) = load::read_file(reading.rows, *id).await?;
            let nodes = library.objects.framework.map(|framework| framework.nodes).unwrap_or_default();
            let point = |node: crate::library::RequirementNode| Point {
                urn: node.entry.urn,
                ref_id: node.entry.ref_id,
                name: node.entry.name,
                assessable: node.assessable,
            };
            Ok(nodes.into_iter().map(point).collect())
        }
        _ => Ok(Vec::new()),
    }
}

/// Source, target and relationship of every rule of these sets.
async fn rules(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<[String; 3]>>, ApiError> {
    let access = load::access();
    let mut statement = reading.rows.sql("SELECT id, rules FROM requirement_mapping_sets WHERE ");
    statement.bind_in("id", Cell::Uuids(ids.to_vec()));
    let found = reading
        .rows
        .all(&access, &statement, |row| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let rules = row.json(1)?.unwrap_or_default();
            let rules = rules.as_array().into_iter().flatten();
            Ok((required(row.uuid(0)?)?, rules.map(|rule| [text(&rule[0]), text(&rule[1]), text(&rule[2])]).collect()))
        })
        .await?;
    Ok(found.into_iter().collect())
}

/// `mapping_stats/` of a framework: for every framework that it maps to directly, how many rules
/// cover a requirement in part and how many in full.
pub(super) async fn stats(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let urn = urn_of(&mut reading, call.item()?).await?;
    let from_here: Vec<Set> = sets(&mut reading).await?.into_iter().filter(|set| set.source == urn).collect();
    let ids: Vec<Uuid> = from_here.iter().map(|set| set.id).collect();
    let rules = rules(&mut reading, &ids).await?;
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for set in &from_here {
        let count = counts.entry(&set.target).or_default();
        for rule in rules.get(&set.id).into_iter().flatten() {
            match rule[2].as_str() {
                "equal" | "superset" => count[1] += 1,
                "subset" | "intersect" => count[0] += 1,
                _ => {}
            }
        }
    }
    let counts: Map<String, Value> = counts.into_iter().map(|(urn, count)| (urn.to_owned(), json!(count))).collect();
    Ok(Answer::Json(json!({ "response": counts })))
}

/// `mappings/` of a framework: loaded frameworks whose audits can be the basis of an audit of this
/// one, itself first.
pub(super) async fn bases(call: Call<'_>) -> Result<Answer, ApiError> {
    let id = call.item()?;
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let urn = urn_of(&mut reading, id).await?;
    let sets = sets(&mut reading).await?;
    let mut reached = vec![urn.clone()];
    let mut front = vec![urn];
    for _ in 1..LONGEST {
        let next: Vec<String> = sets
            .iter()
            .filter(|set| front.contains(&set.target) && !reached.contains(&set.source))
            .map(|set| set.source.clone())
            .collect();
        reached.extend(next.iter().cloned());
        front = next;
    }
    let mut statement = reading.rows.sql("SELECT t.id FROM frameworks t WHERE ");
    let access = call.ctx.access(call.resource, Verb::View);
    statement.bind_in("t.urn", Cell::Texts(reached)).push(" AND ");
    access.push_condition("t", &mut statement);
    let ids = reading.rows.ids(&access, &statement).await?;
    let mut out = b"{\"results\":[".to_vec();
    write_rows(&mut reading, call.resource, Shape::List, &ids, " ORDER BY t.name_key, t.id", &mut out).await?;
    out.extend_from_slice(b"]}");
    Ok(Answer::Raw(out))
}

async fn urn_of(reading: &mut Reading<'_>, framework: Uuid) -> Result<String, ApiError> {
    let mut statement = reading.rows.sql("SELECT urn FROM frameworks WHERE id = ");
    statement.bind(framework);
    let found = reading.rows.one(&load::access(), &statement, |row| Ok(row.text(0)?.unwrap_or_default())).await?;
    found.ok_or(ApiError::NotFound)
}
