CREATE TABLE compliance_assessments (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    ref_id text COLLATE "C",
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    version text COLLATE "C",
    framework_id uuid NOT NULL REFERENCES frameworks (id) ON DELETE RESTRICT,
    framework_name text COLLATE "C",
    perimeter_id uuid REFERENCES perimeters (id) ON DELETE SET NULL,
    status text COLLATE "C",
    is_locked boolean,
    eta date,
    due_date date,
    computed_outcome jsonb,
    selected_implementation_groups jsonb,
    min_score bigint,
    max_score bigint,
    scores_definition jsonb,
    field_visibility jsonb NOT NULL,
    score_calculation_method text COLLATE "C" NOT NULL,
    target_score double precision,
    anchor_na_to_target boolean NOT NULL,
    campaign_id uuid,
    observation text COLLATE "C",
    is_published boolean NOT NULL,
    auto_sync boolean NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX compliance_assessments_by_folder ON compliance_assessments (folder_id, name_key, id, is_published);
CREATE INDEX compliance_assessments_by_name ON compliance_assessments (name_key, id);
CREATE INDEX compliance_assessments_by_age ON compliance_assessments (created_at, id);
CREATE INDEX compliance_assessments_by_framework_id ON compliance_assessments (framework_id);
CREATE INDEX compliance_assessments_by_perimeter_id ON compliance_assessments (perimeter_id);
CREATE TABLE compliance_assessments__authors (
    source_id uuid NOT NULL REFERENCES compliance_assessments (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX compliance_assessments__authors_back ON compliance_assessments__authors (target_id, source_id);
CREATE TABLE compliance_assessments__reviewers (
    source_id uuid NOT NULL REFERENCES compliance_assessments (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX compliance_assessments__reviewers_back ON compliance_assessments__reviewers (target_id, source_id);
CREATE TABLE compliance_assessments__assets (
    source_id uuid NOT NULL REFERENCES compliance_assessments (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX compliance_assessments__assets_back ON compliance_assessments__assets (target_id, source_id);
CREATE TABLE requirement_assessments (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    compliance_assessment_id uuid NOT NULL REFERENCES compliance_assessments (id) ON DELETE CASCADE,
    requirement_id uuid NOT NULL REFERENCES requirement_nodes (id) ON DELETE CASCADE,
    position bigint NOT NULL,
    status text COLLATE "C" NOT NULL,
    result text COLLATE "C" NOT NULL,
    extended_result text COLLATE "C",
    is_scored boolean NOT NULL,
    score bigint,
    documentation_score bigint,
    target_score double precision,
    observation text COLLATE "C",
    respondent_alignment text COLLATE "C",
    selected boolean NOT NULL,
    answers jsonb NOT NULL,
    mapping_inference jsonb NOT NULL,
    eta date,
    due_date date,
    is_published boolean NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX requirement_assessments_by_folder ON requirement_assessments (folder_id, name_key, id, is_published);
CREATE INDEX requirement_assessments_by_name ON requirement_assessments (name_key, id);
CREATE INDEX requirement_assessments_by_age ON requirement_assessments (created_at, id);
CREATE INDEX requirement_assessments_by_requirement_id ON requirement_assessments (requirement_id);
CREATE TABLE requirement_assessments__applied_controls (
    source_id uuid NOT NULL REFERENCES requirement_assessments (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES applied_controls (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX requirement_assessments__applied_controls_back ON requirement_assessments__applied_controls (target_id, source_id);
CREATE TABLE requirement_assessments__security_exceptions (
    source_id uuid NOT NULL REFERENCES requirement_assessments (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES security_exceptions (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX requirement_assessments__security_exceptions_back ON requirement_assessments__security_exceptions (target_id, source_id);
-- Rows of an audit in their order, and of all audits in the order of their making.
CREATE INDEX requirement_assessments_in_order ON requirement_assessments (compliance_assessment_id, position);
CREATE INDEX requirement_assessments_by_making ON requirement_assessments (created_at, compliance_assessment_id, position, id);
CREATE UNIQUE INDEX requirement_assessments_one ON requirement_assessments (compliance_assessment_id, requirement_id);
