CREATE TABLE compliance_assessments (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    ref_id TEXT,
    name TEXT NOT NULL,
    description TEXT,
    version TEXT,
    framework_id TEXT NOT NULL REFERENCES frameworks (id) ON DELETE RESTRICT,
    framework_name TEXT,
    perimeter_id TEXT REFERENCES perimeters (id) ON DELETE SET NULL,
    status TEXT,
    is_locked INTEGER,
    eta TEXT,
    due_date TEXT,
    computed_outcome TEXT,
    selected_implementation_groups TEXT,
    min_score INTEGER,
    max_score INTEGER,
    scores_definition TEXT,
    field_visibility TEXT NOT NULL,
    score_calculation_method TEXT NOT NULL,
    target_score REAL,
    anchor_na_to_target INTEGER NOT NULL,
    campaign_id TEXT,
    observation TEXT,
    is_published INTEGER NOT NULL,
    auto_sync INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX compliance_assessments_by_folder ON compliance_assessments (folder_id, name_key, id, is_published);
CREATE INDEX compliance_assessments_by_name ON compliance_assessments (name_key, id);
CREATE INDEX compliance_assessments_by_age ON compliance_assessments (created_at, id);
CREATE INDEX compliance_assessments_by_framework_id ON compliance_assessments (framework_id);
CREATE INDEX compliance_assessments_by_perimeter_id ON compliance_assessments (perimeter_id);
CREATE TABLE compliance_assessments__authors (
    source_id TEXT NOT NULL REFERENCES compliance_assessments (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX compliance_assessments__authors_back ON compliance_assessments__authors (target_id, source_id);
CREATE TABLE compliance_assessments__reviewers (
    source_id TEXT NOT NULL REFERENCES compliance_assessments (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX compliance_assessments__reviewers_back ON compliance_assessments__reviewers (target_id, source_id);
CREATE TABLE compliance_assessments__assets (
    source_id TEXT NOT NULL REFERENCES compliance_assessments (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX compliance_assessments__assets_back ON compliance_assessments__assets (target_id, source_id);
CREATE TABLE requirement_assessments (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    compliance_assessment_id TEXT NOT NULL REFERENCES compliance_assessments (id) ON DELETE CASCADE,
    requirement_id TEXT NOT NULL REFERENCES requirement_nodes (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    status TEXT NOT NULL,
    result TEXT NOT NULL,
    extended_result TEXT,
    is_scored INTEGER NOT NULL,
    score INTEGER,
    documentation_score INTEGER,
    target_score REAL,
    observation TEXT,
    respondent_alignment TEXT,
    selected INTEGER NOT NULL,
    answers TEXT NOT NULL,
    mapping_inference TEXT NOT NULL,
    eta TEXT,
    due_date TEXT,
    is_published INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX requirement_assessments_by_folder ON requirement_assessments (folder_id, name_key, id, is_published);
CREATE INDEX requirement_assessments_by_name ON requirement_assessments (name_key, id);
CREATE INDEX requirement_assessments_by_age ON requirement_assessments (created_at, id);
CREATE INDEX requirement_assessments_by_requirement_id ON requirement_assessments (requirement_id);
CREATE TABLE requirement_assessments__applied_controls (
    source_id TEXT NOT NULL REFERENCES requirement_assessments (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES applied_controls (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX requirement_assessments__applied_controls_back ON requirement_assessments__applied_controls (target_id, source_id);
CREATE TABLE requirement_assessments__security_exceptions (
    source_id TEXT NOT NULL REFERENCES requirement_assessments (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES security_exceptions (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX requirement_assessments__security_exceptions_back ON requirement_assessments__security_exceptions (target_id, source_id);
-- Rows of an audit in their order, and of all audits in the order of their making.
CREATE INDEX requirement_assessments_in_order ON requirement_assessments (compliance_assessment_id, position);
CREATE INDEX requirement_assessments_by_making ON requirement_assessments (created_at, compliance_assessment_id, position, id);
CREATE UNIQUE INDEX requirement_assessments_one ON requirement_assessments (compliance_assessment_id, requirement_id);
