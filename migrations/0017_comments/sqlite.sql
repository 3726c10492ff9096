-- What people say about rows of audits and about controls. Scenarios and findings are not there yet: no references.
CREATE TABLE comments (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    body TEXT NOT NULL,
    requirement_assessment_id TEXT REFERENCES requirement_assessments (id) ON DELETE CASCADE,
    applied_control_id TEXT REFERENCES applied_controls (id) ON DELETE CASCADE,
    risk_scenario_id TEXT,
    finding_id TEXT,
    author_id TEXT REFERENCES users (id) ON DELETE SET NULL,
    is_published INTEGER NOT NULL,
    is_active INTEGER NOT NULL,
    is_tainted INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
-- No index over `name_key`: it is all of what was said, and may be longer than an index takes.
CREATE INDEX comments_by_folder ON comments (folder_id, created_at, id, is_published);
CREATE INDEX comments_by_age ON comments (created_at, id);
CREATE INDEX comments_by_requirement_assessment_id ON comments (requirement_assessment_id, created_at);
CREATE INDEX comments_by_applied_control_id ON comments (applied_control_id, created_at);
CREATE INDEX comments_by_author_id ON comments (author_id);
