-- What people say about rows of audits and about controls. Scenarios and findings are not there yet: no references.
CREATE TABLE comments (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    body text COLLATE "C" NOT NULL,
    requirement_assessment_id uuid REFERENCES requirement_assessments (id) ON DELETE CASCADE,
    applied_control_id uuid REFERENCES applied_controls (id) ON DELETE CASCADE,
    risk_scenario_id uuid,
    finding_id uuid,
    author_id uuid REFERENCES users (id) ON DELETE SET NULL,
    is_published boolean NOT NULL,
    is_active boolean NOT NULL,
    is_tainted boolean NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
-- No index over `name_key`: it is all of what was said, and may be longer than an index takes.
CREATE INDEX comments_by_folder ON comments (folder_id, created_at, id, is_published);
CREATE INDEX comments_by_age ON comments (created_at, id);
CREATE INDEX comments_by_requirement_assessment_id ON comments (requirement_assessment_id, created_at);
CREATE INDEX comments_by_applied_control_id ON comments (applied_control_id, created_at);
CREATE INDEX comments_by_author_id ON comments (author_id);
