-- Evidence and its revisions. The bytes of a revision's file lie in the blob store, under the id in `blob`.
CREATE TABLE evidences (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    status text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    is_published boolean NOT NULL,
    expiry_date date,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX evidences_by_folder ON evidences (folder_id, name_key, id, is_published);
CREATE INDEX evidences_by_name ON evidences (name_key, id);
CREATE INDEX evidences_by_age ON evidences (created_at, id);
-- What expires is looked for every hour.
CREATE INDEX evidences_by_expiry ON evidences (expiry_date);

CREATE TABLE evidence_revisions (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    attachment text COLLATE "C",
    evidence_id uuid NOT NULL REFERENCES evidences (id) ON DELETE CASCADE,
    task_node_id uuid,
    is_published boolean NOT NULL,
    version bigint NOT NULL,
    attachment_hash text COLLATE "C",
    link text COLLATE "C",
    observation text COLLATE "C",
    effective_date date,
    attachment_size bigint,
    blob uuid UNIQUE,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX evidence_revisions_by_folder ON evidence_revisions (folder_id, name_key, id, is_published);
CREATE INDEX evidence_revisions_by_name ON evidence_revisions (name_key, id);
CREATE INDEX evidence_revisions_by_age ON evidence_revisions (created_at, id);
-- The latest revision of an evidence is the last one here; it serves `evidence_id` alone too.
CREATE UNIQUE INDEX evidence_revisions_by_version ON evidence_revisions (evidence_id, version);

CREATE TABLE evidences__filtering_labels (
    source_id uuid NOT NULL REFERENCES evidences (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES filtering_labels (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX evidences__filtering_labels_back ON evidences__filtering_labels (target_id, source_id);

CREATE TABLE evidences__owner (
    source_id uuid NOT NULL REFERENCES evidences (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX evidences__owner_back ON evidences__owner (target_id, source_id);
