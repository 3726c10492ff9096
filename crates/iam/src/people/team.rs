//! Teams: people who own work together.

use super::actor::{self, Of};
use engine::ApiError;
use engine::declare::{Resource, Scope, email, folder, is_published, long_text, reference, references, text};
use engine::write::Saving;

/// A team.
pub fn team() -> Resource {
    Resource::new("teams", "team")
        .scope(Scope::Folder)
        .called("Team", "team", "Teams")
        .field(text("name").required().max(200).search().order().column())
        .field(long_text("description").nullable().search())
        .field(reference("leader", "users").column())
        .field(references("deputies", "users"))
        .field(references("members", "users").column())
        .field(email("team_email").nullable().max(254).search().column())
        .field(folder())
        .field(is_published("false").read_only().only(&[]))
        .after_save(|saving| Box::pin(with_actor(saving)))
}

/// Work is owned by actors, so a team gets one of its own.
async fn with_actor(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let name = saving.text("name").unwrap_or_default().to_owned();
    let folder = saving.folder();
    actor::ensure(saving.ctx, saving.rows, Of::Team(saving.id), &name, Some(folder)).await
}
