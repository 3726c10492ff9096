//! Revisions of evidence: each a file, a link, or both, with a number that grows.

use super::{EVERYWHERE, READ, file, file_type};
use engine::access::Access;
use engine::declare::{
    Answer, Columns, Resource, Scope, blob, computed, created_at, date, folder, get, integer, is_published, long_text,
    post, reference, text, updated_at, url,
};
use engine::read::Reading;
use engine::write::{Mode, Saving, Values, set, update_in};
use engine::{ApiError, Body, Call, Cell, Context, Verb, required};
use serde_json::json;
use uuid::Uuid;

/// What a revision is called: `Access review v2`.
const LABEL: &str = "((SELECT e.name FROM evidences e WHERE e.id = {t}.evidence_id) || ' v' || {t}.version)";

/// A revision of an evidence.
pub(super) fn evidence_revision() -> Resource {
    Resource::new("evidence-revisions", "evidencerevision")
        .scope(Scope::Folder)
        .called("EvidenceRevision", "Evidence Revision", "Evidence revisions")
        .module("compliance")
        .field(text("attachment").nullable().max(255).read_only().search().column())
        .field(computed("size", "size", "string", |reading, ids| Box::pin(sizes(reading, ids))))
        .field(reference("evidence", "evidences").required().cascade().frozen().filter().column())
        .field(folder().read_only())
        .field(text("str").derived(LABEL).only(READ).column())
        .field(reference("task_node", "task-nodes"))
        .field(created_at())
        .field(updated_at())
        .field(is_published("true"))
        .field(integer("version", 1, i64::MAX).read_only().order().column())
        .field(text("attachment_hash").nullable().max(64).read_only())
        .field(url("link").nullable())
        .field(long_text("observation").nullable().search())
        .field(date("effective_date").only(EVERYWHERE).filter().order())
        .field(integer("attachment_size", 0, i64::MAX).nullable().read_only().only(&[]))
        .field(blob("blob"))
        .label(LABEL, "observation")
        .ordered_by(&["-version"])
        .follows(&["evidence"])
        .receives("attachment", file_type::accepts)
        .before_save(|saving| Box::pin(complete(saving)))
        .after_save(|saving| Box::pin(to_review(saving)))
        .action(
            post("upload")
                .on_item()
                .needs(Verb::Change)
                .run(|call| Box::pin(upload(call)))
                .receives(file_type::accepts),
        )
        .action(get("attachment").on_item().needs(Verb::View).run(|call| Box::pin(attachment(call))))
        .action(post("delete_attachment").on_item().needs(Verb::Change).run(|call| Box::pin(delete_attachment(call))))
}

/// The declaration among all others.
pub(super) fn declared(ctx: &Context) -> Result<&Resource, ApiError> {
    ctx.engine.registry().get("evidence-revisions").ok_or(ApiError::NotFound)
}

/// The next number, and the file that came with the request.
async fn complete(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    if saving.is_new {
        let evidence = saving.reference("evidence").ok_or_else(|| ApiError::Internal("evidence is required".into()))?;
        let access = Access::system("a number counts all revisions, seen or not");
        saving.rows.take_turn(&access, &format!("revisions of {evidence}")).await?;
        let mut statement =
            saving.rows.sql("SELECT coalesce(max(t.version), 0) FROM evidence_revisions t WHERE t.evidence_id = ");
        statement.bind(evidence);
        let last = saving.rows.one(&access, &statement, |row| required(row.int(0)?)).await?;
        saving.values.set("version", last.unwrap_or_default() + 1);
    }
    if let Some(file) = saving.ctx.files.first() {
        saving.values.set("attachment", file.name().to_owned());
        saving.values.set("attachment_size", file.size());
        saving.values.set("attachment_hash", file.sha256().to_owned());
        saving.values.set("blob", file.take());
    }
    Ok(())
}

/// A second look is due when a draft gets another revision.
async fn to_review(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let again = matches!(saving.get("version"), Some(Cell::Int(version)) if *version > 1);
    let (true, true, Some(evidence)) = (saving.is_new, again, saving.reference("evidence")) else { return Ok(()) };
    let access = Access::system("the state of an evidence follows its revisions");
    let mut statement = saving.rows.sql("SELECT t.status FROM evidences t WHERE t.id = ");
    statement.bind(evidence);
    let status = saving.rows.one(&access, &statement, |row| row.text(0)).await?.flatten();
    if status.as_deref() != Some("draft") {
        return Ok(());
    }
    let evidences = saving.ctx.engine.registry().get("evidences").ok_or(ApiError::NotFound)?;
    let mut values = Values::default();
    values.set("status", "in_review".to_owned());
    // The file is the revision's alone.
    let ctx = saving.ctx.with_files(Vec::new());
    set(&ctx, saving.rows, evidences, &access, evidence, values).await
}

/// Sizes in words.
async fn sizes(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let access = reading.access(declared(reading.ctx)?);
    let mut statement = reading
        .rows
        .sql("SELECT t.id, t.attachment_size FROM evidence_revisions t WHERE t.attachment_size IS NOT NULL AND ");
    statement.bind_in("t.id", Cell::Uuids(ids.to_vec())).push(" AND ");
    access.push_condition("t", &mut statement);
    let mut columns = Columns::from([("size", std::collections::HashMap::new())]);
    reading
        .rows
        .each(&access, &statement, |row| {
            let words = json!(file_type::size(row.int(1)?.unwrap_or_default())).to_string();
            columns.entry("size").or_default().insert(required(row.uuid(0)?)?, words.into_bytes());
            Ok(())
        })
        .await?;
    Ok(columns)
}

/// Gives the revision this file, in the place of the one that it may have.
async fn upload(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.write().await?;
    update_in(call.ctx, &mut rows, call.resource, call.item()?, Mode::Patch, &Body::new()).await?;
    rows.commit().await?;
    Ok(Answer::Done)
}

/// The file.
async fn attachment(call: Call<'_>) -> Result<Answer, ApiError> {
    let rows = call.read().await?;
    let mut statement = rows.sql(&format!("SELECT {} FROM evidence_revisions r WHERE r.id = ", file::COLUMNS));
    statement.bind(call.item()?).push(" AND ");
    call.access.push_condition("r", &mut statement);
    file::download(&call, rows, &statement).await
}

/// Takes the file away; the revision stays.
async fn delete_attachment(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.write().await?;
    let mut values = Values::default();
    for name in ["attachment", "attachment_size", "attachment_hash", "blob"] {
        values.set(name, Cell::Null);
    }
    set(call.ctx, &mut rows, call.resource, &call.access, call.item()?, values).await?;
    rows.commit().await?;
    Ok(Answer::Done)
}
