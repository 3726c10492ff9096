-- Evidence and its revisions. The bytes of a revision's file lie in the blob store, under the id in `blob`.
CREATE TABLE evidences (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    status TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    is_published INTEGER NOT NULL,
    expiry_date TEXT,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX evidences_by_folder ON evidences (folder_id, name_key, id, is_published);
CREATE INDEX evidences_by_name ON evidences (name_key, id);
CREATE INDEX evidences_by_age ON evidences (created_at, id);
-- What expires is looked for every hour.
CREATE INDEX evidences_by_expiry ON evidences (expiry_date);

CREATE TABLE evidence_revisions (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    attachment TEXT,
    evidence_id TEXT NOT NULL REFERENCES evidences (id) ON DELETE CASCADE,
    task_node_id TEXT,
    is_published INTEGER NOT NULL,
    version INTEGER NOT NULL,
    attachment_hash TEXT,
    link TEXT,
    observation TEXT,
    effective_date TEXT,
    attachment_size INTEGER,
    blob TEXT UNIQUE,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX evidence_revisions_by_folder ON evidence_revisions (folder_id, name_key, id, is_published);
CREATE INDEX evidence_revisions_by_name ON evidence_revisions (name_key, id);
CREATE INDEX evidence_revisions_by_age ON evidence_revisions (created_at, id);
-- The latest revision of an evidence is the last one here; it serves `evidence_id` alone too.
CREATE UNIQUE INDEX evidence_revisions_by_version ON evidence_revisions (evidence_id, version);

CREATE TABLE evidences__filtering_labels (
    source_id TEXT NOT NULL REFERENCES evidences (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES filtering_labels (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX evidences__filtering_labels_back ON evidences__filtering_labels (target_id, source_id);

CREATE TABLE evidences__owner (
    source_id TEXT NOT NULL REFERENCES evidences (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX evidences__owner_back ON evidences__owner (target_id, source_id);
