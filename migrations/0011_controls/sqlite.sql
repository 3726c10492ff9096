-- Security exceptions and applied controls; policies are rows of the latter.
CREATE TABLE security_exceptions (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    ref_id TEXT,
    name TEXT NOT NULL,
    description TEXT,
    severity INTEGER NOT NULL,
    status TEXT NOT NULL,
    expiration_date TEXT,
    link TEXT,
    observation TEXT,
    is_published INTEGER NOT NULL,
    approver_id TEXT REFERENCES users (id) ON DELETE SET NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX security_exceptions_by_folder ON security_exceptions (folder_id, name_key, id, is_published);
CREATE INDEX security_exceptions_by_name ON security_exceptions (name_key, id);
CREATE INDEX security_exceptions_by_age ON security_exceptions (created_at, id);
CREATE INDEX security_exceptions_by_approver_id ON security_exceptions (approver_id);
CREATE TABLE applied_controls (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    ref_id TEXT,
    name TEXT NOT NULL,
    description TEXT,
    link TEXT,
    status TEXT NOT NULL,
    priority INTEGER,
    category TEXT,
    csf_function TEXT,
    control_impact INTEGER,
    effort TEXT,
    eta TEXT,
    start_date TEXT,
    expiry_date TEXT,
    progress_field INTEGER NOT NULL,
    cost TEXT,
    observation TEXT,
    is_published INTEGER NOT NULL,
    reference_control_id TEXT REFERENCES reference_controls (id) ON DELETE SET NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX applied_controls_by_folder ON applied_controls (folder_id, name_key, id, is_published);
CREATE INDEX applied_controls_by_name ON applied_controls (name_key, id);
CREATE INDEX applied_controls_by_age ON applied_controls (created_at, id);
CREATE INDEX applied_controls_by_reference_control_id ON applied_controls (reference_control_id);
CREATE INDEX applied_controls_by_category ON applied_controls (category, created_at, id);
CREATE TABLE security_exceptions__owners (
    source_id TEXT NOT NULL REFERENCES security_exceptions (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX security_exceptions__owners_back ON security_exceptions__owners (target_id, source_id);
CREATE TABLE applied_controls__owner (
    source_id TEXT NOT NULL REFERENCES applied_controls (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX applied_controls__owner_back ON applied_controls__owner (target_id, source_id);
CREATE TABLE applied_controls__filtering_labels (
    source_id TEXT NOT NULL REFERENCES applied_controls (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES filtering_labels (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX applied_controls__filtering_labels_back ON applied_controls__filtering_labels (target_id, source_id);
CREATE TABLE applied_controls__security_exceptions (
    source_id TEXT NOT NULL REFERENCES applied_controls (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES security_exceptions (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX applied_controls__security_exceptions_back ON applied_controls__security_exceptions (target_id, source_id);
CREATE TABLE assets__security_exceptions (
    source_id TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES security_exceptions (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX assets__security_exceptions_back ON assets__security_exceptions (target_id, source_id);
CREATE TABLE assets__applied_controls (
    source_id TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES applied_controls (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX assets__applied_controls_back ON assets__applied_controls (target_id, source_id);
