-- Security exceptions and applied controls; policies are rows of the latter.
CREATE TABLE security_exceptions (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    ref_id text COLLATE "C",
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    severity bigint NOT NULL,
    status text COLLATE "C" NOT NULL,
    expiration_date date,
    link text COLLATE "C",
    observation text COLLATE "C",
    is_published boolean NOT NULL,
    approver_id uuid REFERENCES users (id) ON DELETE SET NULL,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX security_exceptions_by_folder ON security_exceptions (folder_id, name_key, id, is_published);
CREATE INDEX security_exceptions_by_name ON security_exceptions (name_key, id);
CREATE INDEX security_exceptions_by_age ON security_exceptions (created_at, id);
CREATE INDEX security_exceptions_by_approver_id ON security_exceptions (approver_id);
CREATE TABLE applied_controls (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    ref_id text COLLATE "C",
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    link text COLLATE "C",
    status text COLLATE "C" NOT NULL,
    priority bigint,
    category text COLLATE "C",
    csf_function text COLLATE "C",
    control_impact bigint,
    effort text COLLATE "C",
    eta date,
    start_date date,
    expiry_date date,
    progress_field bigint NOT NULL,
    cost jsonb,
    observation text COLLATE "C",
    is_published boolean NOT NULL,
    reference_control_id uuid REFERENCES reference_controls (id) ON DELETE SET NULL,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX applied_controls_by_folder ON applied_controls (folder_id, name_key, id, is_published);
CREATE INDEX applied_controls_by_name ON applied_controls (name_key, id);
CREATE INDEX applied_controls_by_age ON applied_controls (created_at, id);
CREATE INDEX applied_controls_by_reference_control_id ON applied_controls (reference_control_id);
CREATE INDEX applied_controls_by_category ON applied_controls (category, created_at, id);
CREATE TABLE security_exceptions__owners (
    source_id uuid NOT NULL REFERENCES security_exceptions (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX security_exceptions__owners_back ON security_exceptions__owners (target_id, source_id);
CREATE TABLE applied_controls__owner (
    source_id uuid NOT NULL REFERENCES applied_controls (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX applied_controls__owner_back ON applied_controls__owner (target_id, source_id);
CREATE TABLE applied_controls__filtering_labels (
    source_id uuid NOT NULL REFERENCES applied_controls (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES filtering_labels (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX applied_controls__filtering_labels_back ON applied_controls__filtering_labels (target_id, source_id);
CREATE TABLE applied_controls__security_exceptions (
    source_id uuid NOT NULL REFERENCES applied_controls (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES security_exceptions (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX applied_controls__security_exceptions_back ON applied_controls__security_exceptions (target_id, source_id);
CREATE TABLE assets__security_exceptions (
    source_id uuid NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES security_exceptions (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX assets__security_exceptions_back ON assets__security_exceptions (target_id, source_id);
CREATE TABLE assets__applied_controls (
    source_id uuid NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES applied_controls (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX assets__applied_controls_back ON assets__applied_controls (target_id, source_id);
