//! Risk matrices: probability and impact to a level of risk.

use super::{NOWHERE, document, views};
use engine::Verb;
use engine::declare::{
    IdsShape, Resource, Scope, boolean, created_at, folder, get, is_published, long_text, reference, updated_at,
};

/// A risk matrix. Its definition is a JSON *text* on the wire.
pub fn risk_matrix() -> Resource {
    Resource::new("risk-matrices", "riskmatrix")
        .scope(Scope::Folder)
        .called("RiskMatrix", "Risk matrix", "Risk matrices")
        .module("catalog")
        .field(super::name().read_only())
        .field(super::description().read_only())
        .field(super::annotation().read_only())
        .field(folder().read_only())
        .field(long_text("json_definition").read_only())
        .field(reference("library", "loaded-libraries").with(&["name"]).cascade().read_only().filter())
        .field(document("editing_languages"))
        .field(created_at())
        .field(updated_at())
        .field(is_published("true").read_only())
        .field(super::urn())
        .field(super::ref_id().read_only())
        .field(super::provider().read_only())
        .field(super::locale())
        .field(super::default_locale())
        .field(boolean("is_enabled").default("true").filter().column())
        .field(super::translations().only(NOWHERE))
        .read_only()
        .one_shape()
        .operations(|offered| {
            offered.update = true;
            offered.ids = Some(IdsShape::ByFolder);
        })
        .action(views::provider())
        .action(get("colors").needs(Verb::View).run(|call| Box::pin(views::colors(call))))
        .action(get("probability").needs(Verb::View).run(|call| Box::pin(views::levels(call, "probability"))))
        .action(get("impact").needs(Verb::View).run(|call| Box::pin(views::levels(call, "impact"))))
        .action(get("risk").needs(Verb::View).run(|call| Box::pin(views::levels(call, "risk"))))
        .action(
            get("used")
                .needs(Verb::View)
                .run(|call| Box::pin(views::used(call, "risk-assessments", "risk_assessments_count"))),
        )
}
