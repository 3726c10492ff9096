//! What objects of the catalogue are called where others refer to them.

/// The short name before the name, as far as there are both.
pub(super) const SHORT: &str = "CASE WHEN COALESCE({t}.ref_id, '') = '' THEN COALESCE({t}.name, '') \
     WHEN COALESCE({t}.name, '') = '' THEN {t}.ref_id ELSE {t}.ref_id || ' - ' || {t}.name END";

/// The same with the description.
pub(super) const LONG: &str = "CASE WHEN COALESCE({t}.ref_id, '') = '' THEN COALESCE({t}.name, '') \
     WHEN COALESCE({t}.name, '') = '' THEN {t}.ref_id ELSE {t}.ref_id || ' - ' || {t}.name END \
     || CASE WHEN COALESCE({t}.description, '') = '' THEN '' ELSE ': ' || {t}.description END";

/// Who made it before the name.
pub(super) const BY_PROVIDER: &str =
    "CASE WHEN COALESCE({t}.provider, '') = '' THEN {t}.name ELSE {t}.provider || ' - ' || {t}.name END";

/// The name, or the short name of what has none.
pub(super) const NAME: &str = "COALESCE(NULLIF({t}.name, ''), {t}.ref_id, '')";
