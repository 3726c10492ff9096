//! Evidence: what proves that something is done. What it holds (a file, a link) is its latest revision's.

mod batch;
mod expiry;
mod latest;

pub use expiry::{expire, keep_expiring};
pub(super) use latest::files;

use super::{EVERYWHERE, READ, WRITE, evidence_revision, file_type};
use crate::refusals;
use engine::access::Access;
use engine::declare::{
    Answer, Choices, Resource, Scope, Unique, choice, computed, created_at, date, folder, get, is_published, long_text,
    path, post, references, reverse, text, updated_at, url,
};
use engine::write::{Saving, create_as, update_as};
use engine::{ApiError, Body, Call, Cell, Verb};
use serde_json::{Value, json};

/// States in the order of their life; `expired` comes by itself.
const STATUS: Choices = &[
    ("draft", "Draft"),
    ("missing", "Missing"),
    ("in_review", "In review"),
    ("approved", "Approved"),
    ("rejected", "Rejected"),
    ("expired", "Expired"),
];

/// Files of one batch.
const MOST_FILES: usize = 100;

/// An evidence.
pub(super) fn evidence() -> Resource {
    let latest = |name, schema| computed(name, "latest", schema, |reading, ids| Box::pin(latest::shown(reading, ids)));
    let resource = Resource::new("evidences", "evidence")
        .scope(Scope::Folder)
        .called("Evidence", "Evidence", "Evidences")
        .module("compliance")
        .field(path())
        .field(latest("attachment", "string").only(EVERYWHERE).column())
        .field(latest("size", "string"))
        .field(folder())
        .field(reverse("applied_controls", "applied-controls", "evidences").filter())
        .field(reverse("requirement_assessments", "requirement-assessments", "evidences").filter())
        .field(reverse("security_exceptions", "security-exceptions", "evidences").filter())
        .field(reverse("contracts", "contracts", "evidences").filter())
        .field(references("filtering_labels", "filtering-labels").filter())
        .field(references("owner", "actors").filter().column())
        .field(choice("status", STATUS).default("\"draft\"").filter().order().column())
        .field(latest("link", "string").only(EVERYWHERE))
        .field(url("link").nullable().told())
        .field(created_at())
        .field(updated_at())
        .field(text("name").required().max(200).search().filter().order().column())
        .field(long_text("description").nullable().search())
        .field(is_published("true").read_only().only(READ))
        .field(date("expiry_date").filter().order().column());
    with_other_kinds(resource)
        .unique(Unique { field: "name", in_folder: true, on_update: false, refusal: refusals::name_taken })
        .receives("attachment", file_type::accepts)
        .after_save(|saving| Box::pin(keep_revision(saving)))
        .action(get("owner").needs(Verb::View).run(|call| Box::pin(crate::controls::owners_in_use(call))))
        .action(
            post("upload")
                .on_item()
                .needs(Verb::Change)
                .run(|call| Box::pin(upload(call)))
                .receives(file_type::accepts),
        )
        .action(get("attachment").on_item().needs(Verb::View).run(|call| Box::pin(latest::attachment(call))))
        .action(
            post("batch-upload")
                .needs(Verb::Add)
                .run(|call| Box::pin(batch::create(call)))
                .receives_many(MOST_FILES, file_type::accepts),
        )
}

/// What rests on it in other modules. Each of them declares the link as its `evidences`.
fn with_other_kinds(resource: Resource) -> Resource {
    let mut resource = resource;
    for (name, source) in [
        ("findings", "findings"),
        ("findings_assessments", "findings-assessments"),
        ("timeline_entries", "timeline-entries"),
        ("genericcollection", "generic-collections"),
    ] {
        resource = resource.field(reverse(name, source, "evidences").only(WRITE).filter());
    }
    for (name, source) in [("processings", "processings"), ("data_breaches", "data-breaches")] {
        resource = resource.field(reverse(name, source, "evidences").read_only().only(&[]).filter());
    }
    resource
}

/// The first revision comes with the evidence; later a link or a file that is written goes to the latest.
async fn keep_revision(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let mut body = Body::new();
    if let Some(link) = saving.values.get("link") {
        let link = if let Cell::Text(link) = link { json!(link) } else { Value::Null };
        body.insert("link".into(), link);
    }
    if !saving.is_new && body.is_empty() && saving.ctx.files.is_empty() {
        return Ok(());
    }
    let (ctx, id) = (saving.ctx, saving.id);
    let revisions = evidence_revision::declared(ctx)?;
    let access = Access::system("whoever writes an evidence writes what it holds");
    let last = if saving.is_new { None } else { latest::of(saving.rows, &access, id).await? };
    match last {
        Some(last) => update_as(ctx, saving.rows, revisions, &access, last, &body).await,
        None => {
            body.insert("evidence".into(), json!(id));
            create_as(ctx, saving.rows, revisions, &access, &body).await.map(drop)
        }
    }
}

/// Gives the latest revision this file, in the place of the one that it may have.
async fn upload(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.write().await?;
    let (ctx, id) = (call.ctx, call.item()?);
    let revisions = evidence_revision::declared(ctx)?;
    let access = Access::system("whoever may change an evidence may change what it holds");
    match latest::of(&mut rows, &access, id).await? {
        Some(last) => update_as(ctx, &mut rows, revisions, &access, last, &Body::new()).await?,
        None => {
            let body = Body::from_iter([("evidence".to_owned(), json!(id))]);
            create_as(ctx, &mut rows, revisions, &access, &body).await?;
        }
    }
    rows.commit().await?;
    Ok(Answer::Done)
}
