-- The first schema: one table for each declared resource, one for each link between them, and
-- the tables of sign-in, tokens, settings and the audit log. Both files say the same; only the
-- names of types differ.

CREATE TABLE folders (
    id TEXT NOT NULL PRIMARY KEY,
    parent_folder_id TEXT REFERENCES folders (id) ON DELETE CASCADE,
    content_type TEXT NOT NULL,
    is_published INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    builtin INTEGER NOT NULL,
    create_iam_groups INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX folders_by_name ON folders (name_key, id);
CREATE INDEX folders_by_age ON folders (created_at, id);
CREATE INDEX folders_by_parent_folder_id ON folders (parent_folder_id);

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    is_active INTEGER NOT NULL,
    date_joined TEXT NOT NULL,
    keep_local_login INTEGER NOT NULL,
    is_third_party INTEGER NOT NULL,
    is_local INTEGER NOT NULL,
    observation TEXT,
    has_mfa_enabled INTEGER NOT NULL,
    expiry_date TEXT,
    is_superuser INTEGER NOT NULL,
    is_published INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX users_by_folder ON users (folder_id, name_key, id, is_published);
CREATE INDEX users_by_name ON users (name_key, id);
CREATE INDEX users_by_age ON users (created_at, id);

CREATE TABLE user_groups (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    is_published INTEGER NOT NULL,
    description TEXT,
    builtin INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX user_groups_by_folder ON user_groups (folder_id, name_key, id, is_published);
CREATE INDEX user_groups_by_name ON user_groups (name_key, id);
CREATE INDEX user_groups_by_age ON user_groups (created_at, id);

CREATE TABLE permissions (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    codename TEXT NOT NULL,
    name TEXT NOT NULL,
    is_published INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX permissions_by_folder ON permissions (folder_id, name_key, id, is_published);
CREATE INDEX permissions_by_name ON permissions (name_key, id);
CREATE INDEX permissions_by_age ON permissions (created_at, id);

CREATE TABLE roles (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    builtin INTEGER NOT NULL,
    is_published INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX roles_by_folder ON roles (folder_id, name_key, id, is_published);
CREATE INDEX roles_by_name ON roles (name_key, id);
CREATE INDEX roles_by_age ON roles (created_at, id);

CREATE TABLE role_assignments (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    user_group_id TEXT REFERENCES user_groups (id) ON DELETE CASCADE,
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    is_recursive INTEGER NOT NULL,
    builtin INTEGER NOT NULL,
    is_published INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX role_assignments_by_folder ON role_assignments (folder_id, name_key, id, is_published);
CREATE INDEX role_assignments_by_name ON role_assignments (name_key, id);
CREATE INDEX role_assignments_by_age ON role_assignments (created_at, id);
CREATE INDEX role_assignments_by_user_id ON role_assignments (user_id);
CREATE INDEX role_assignments_by_user_group_id ON role_assignments (user_group_id);
CREATE INDEX role_assignments_by_role_id ON role_assignments (role_id);

CREATE TABLE teams (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    leader_id TEXT REFERENCES users (id) ON DELETE SET NULL,
    team_email TEXT,
    is_published INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX teams_by_folder ON teams (folder_id, name_key, id, is_published);
CREATE INDEX teams_by_name ON teams (name_key, id);
CREATE INDEX teams_by_age ON teams (created_at, id);
CREATE INDEX teams_by_leader_id ON teams (leader_id);

CREATE TABLE actors (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    team_id TEXT REFERENCES teams (id) ON DELETE CASCADE,
    is_published INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX actors_by_folder ON actors (folder_id, name_key, id, is_published);
CREATE INDEX actors_by_name ON actors (name_key, id);
CREATE INDEX actors_by_age ON actors (created_at, id);
CREATE INDEX actors_by_user_id ON actors (user_id);
CREATE INDEX actors_by_team_id ON actors (team_id);

CREATE TABLE filtering_labels (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    label TEXT NOT NULL,
    is_published INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX filtering_labels_by_folder ON filtering_labels (folder_id, name_key, id, is_published);
CREATE INDEX filtering_labels_by_name ON filtering_labels (name_key, id);
CREATE INDEX filtering_labels_by_age ON filtering_labels (created_at, id);

CREATE TABLE terminologies (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    field_path TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    is_published INTEGER NOT NULL,
    builtin INTEGER NOT NULL,
    is_visible INTEGER NOT NULL,
    translations TEXT,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX terminologies_by_folder ON terminologies (folder_id, name_key, id, is_published);
CREATE INDEX terminologies_by_name ON terminologies (name_key, id);
CREATE INDEX terminologies_by_age ON terminologies (created_at, id);

CREATE TABLE asset_class (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    parent_id TEXT REFERENCES asset_class (id) ON DELETE CASCADE,
    builtin INTEGER NOT NULL,
    is_visible INTEGER NOT NULL,
    translations TEXT,
    is_published INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX asset_class_by_folder ON asset_class (folder_id, name_key, id, is_published);
CREATE INDEX asset_class_by_name ON asset_class (name_key, id);
CREATE INDEX asset_class_by_age ON asset_class (created_at, id);
CREATE INDEX asset_class_by_parent_id ON asset_class (parent_id);

CREATE TABLE perimeters (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    ref_id TEXT,
    name TEXT NOT NULL,
    description TEXT,
    lc_status TEXT NOT NULL,
    is_published INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX perimeters_by_folder ON perimeters (folder_id, name_key, id, is_published);
CREATE INDEX perimeters_by_name ON perimeters (name_key, id);
CREATE INDEX perimeters_by_age ON perimeters (created_at, id);

CREATE TABLE assets (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    ref_id TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    type TEXT NOT NULL,
    is_primary INTEGER NOT NULL,
    is_business_function INTEGER NOT NULL,
    asset_class_id TEXT REFERENCES asset_class (id) ON DELETE SET NULL,
    reference_link TEXT,
    observation TEXT,
    is_published INTEGER NOT NULL,
    dora_licenced_activity TEXT,
    dora_criticality_assessment TEXT,
    dora_criticality_justification TEXT,
    dora_discontinuing_impact TEXT,
    security_objectives TEXT NOT NULL,
    disaster_recovery_objectives TEXT NOT NULL,
    security_capabilities TEXT NOT NULL,
    recovery_capabilities TEXT NOT NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX assets_by_folder ON assets (folder_id, name_key, id, is_published);
CREATE INDEX assets_by_name ON assets (name_key, id);
CREATE INDEX assets_by_age ON assets (created_at, id);
CREATE INDEX assets_by_asset_class_id ON assets (asset_class_id);

CREATE TABLE folders__filtering_labels (
    source_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES filtering_labels (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX folders__filtering_labels_back ON folders__filtering_labels (target_id, source_id);
CREATE TABLE users__user_groups (
    source_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX users__user_groups_back ON users__user_groups (target_id, source_id);
CREATE TABLE roles__permissions (
    source_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES permissions (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX roles__permissions_back ON roles__permissions (target_id, source_id);
CREATE TABLE role_assignments__perimeter_folders (
    source_id TEXT NOT NULL REFERENCES role_assignments (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX role_assignments__perimeter_folders_back ON role_assignments__perimeter_folders (target_id, source_id);
CREATE TABLE teams__deputies (
    source_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX teams__deputies_back ON teams__deputies (target_id, source_id);
CREATE TABLE teams__members (
    source_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX teams__members_back ON teams__members (target_id, source_id);
CREATE TABLE perimeters__default_assignee (
    source_id TEXT NOT NULL REFERENCES perimeters (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX perimeters__default_assignee_back ON perimeters__default_assignee (target_id, source_id);
CREATE TABLE assets__owner (
    source_id TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX assets__owner_back ON assets__owner (target_id, source_id);
CREATE TABLE assets__filtering_labels (
    source_id TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES filtering_labels (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX assets__filtering_labels_back ON assets__filtering_labels (target_id, source_id);
CREATE TABLE assets__parent_assets (
    source_id TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX assets__parent_assets_back ON assets__parent_assets (target_id, source_id);
CREATE TABLE assets__overridden_children_capabilities (
    source_id TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX assets__overridden_children_capabilities_back ON assets__overridden_children_capabilities (target_id, source_id);

-- Names that stay unique also when two requests race.
CREATE UNIQUE INDEX folders_unique_name ON folders (parent_folder_id, name_key);
CREATE UNIQUE INDEX users_unique_email ON users (name_key);
CREATE UNIQUE INDEX roles_unique_name ON roles (name_key);
CREATE UNIQUE INDEX permissions_unique_codename ON permissions (codename);
CREATE UNIQUE INDEX actors_unique_user ON actors (user_id);
CREATE UNIQUE INDEX actors_unique_team ON actors (team_id);

-- Moves with every change of who may do what; whoever holds computed grants compares.
CREATE TABLE access_epoch (epoch INTEGER NOT NULL);
INSERT INTO access_epoch (epoch) VALUES (1);

-- Facts that one start of the program leaves for the next.
CREATE TABLE facts (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE global_settings (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, updated_at TEXT NOT NULL);

CREATE TABLE user_credentials (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    password_hash TEXT NOT NULL,
    changed_at TEXT NOT NULL
);

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    digest BLOB NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    address TEXT,
    agent TEXT
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE password_resets (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    digest BLOB NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
);

-- Only digests are kept. Rows outlive their owner as tombstones, so that a value that is shown
-- later is told apart from noise. A family is a token with those that replaced it.
CREATE TABLE personal_access_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT REFERENCES users (id) ON DELETE SET NULL,
    name TEXT NOT NULL,
    preview TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    hash_alg TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    seen_expired INTEGER NOT NULL DEFAULT 0,
    rotated_at TEXT,
    revoked_at TEXT,
    revoked_by TEXT,
    revoked_reason TEXT,
    last_used_at TEXT,
    last_used_ip TEXT,
    last_used_agent TEXT,
    scopes TEXT,
    domains TEXT,
    allowed_ips TEXT,
    self_rotate INTEGER NOT NULL DEFAULT 0,
    family_id TEXT
);
CREATE INDEX personal_access_tokens_by_user ON personal_access_tokens (user_id, created_at);
CREATE INDEX personal_access_tokens_by_age ON personal_access_tokens (created_at, id);
CREATE INDEX personal_access_tokens_by_expiry ON personal_access_tokens (expires_at);
CREATE INDEX personal_access_tokens_by_family ON personal_access_tokens (family_id);

-- Which notices of a coming end were sent: each once.
CREATE TABLE token_notices (
    token_id TEXT NOT NULL REFERENCES personal_access_tokens (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    sent_at TEXT NOT NULL,
    PRIMARY KEY (token_id, kind)
);

CREATE TABLE token_addresses (
    token_id TEXT NOT NULL REFERENCES personal_access_tokens (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    first_seen_at TEXT NOT NULL,
    PRIMARY KEY (token_id, address)
);

-- Answers to POST by the key that the client chose, for a day. Status is null while the first
-- request is under way.
CREATE TABLE idempotency_keys (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    idempotency_key TEXT NOT NULL,
    request_digest BLOB NOT NULL,
    status INTEGER,
    body TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (user_id, idempotency_key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- What somebody is in the middle of, while others wait; empty between transactions, and not used
-- on SQLite.
CREATE TABLE turns (digest BLOB NOT NULL PRIMARY KEY);

-- Append-only. seq and link are filled a moment after the entry was written.
CREATE TABLE audit_entries (
    id TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    actor_id TEXT,
    actor_name TEXT NOT NULL,
    credential TEXT NOT NULL,
    token_id TEXT,
    address TEXT,
    agent TEXT,
    request_id TEXT,
    action TEXT NOT NULL,
    resource TEXT NOT NULL,
    object_id TEXT,
    object_name TEXT NOT NULL,
    folder_id TEXT,
    changes TEXT NOT NULL,
    digest BLOB NOT NULL,
    seq INTEGER UNIQUE,
    link BLOB
);
CREATE INDEX audit_entries_by_time ON audit_entries (at, id);
CREATE INDEX audit_entries_by_object ON audit_entries (object_id, at);
CREATE INDEX audit_entries_by_actor ON audit_entries (actor_id, at);
CREATE INDEX audit_entries_by_folder ON audit_entries (folder_id, at);
CREATE INDEX audit_entries_unsealed ON audit_entries (at, id) WHERE seq IS NULL;

CREATE TABLE audit_head (count INTEGER NOT NULL, hash BLOB NOT NULL);
INSERT INTO audit_head (count, hash) VALUES (0, zeroblob(32));
