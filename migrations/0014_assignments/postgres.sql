CREATE TABLE requirement_assignments (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    compliance_assessment_id uuid NOT NULL REFERENCES compliance_assessments (id) ON DELETE CASCADE,
    is_published boolean NOT NULL,
    status text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX requirement_assignments_by_folder ON requirement_assignments (folder_id, name_key, id, is_published);
CREATE INDEX requirement_assignments_by_name ON requirement_assignments (name_key, id);
CREATE INDEX requirement_assignments_by_age ON requirement_assignments (created_at, id);
CREATE INDEX requirement_assignments_by_compliance_assessment_id ON requirement_assignments (compliance_assessment_id);
CREATE TABLE requirement_assignments__actor (
    source_id uuid NOT NULL REFERENCES requirement_assignments (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX requirement_assignments__actor_back ON requirement_assignments__actor (target_id, source_id);
CREATE TABLE requirement_assignments__requirement_assessments (
    source_id uuid NOT NULL REFERENCES requirement_assignments (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES requirement_assessments (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX requirement_assignments__requirement_assessments_back ON requirement_assignments__requirement_assessments (target_id, source_id);

-- What happened to an assignment: one event for every change of its status.
CREATE TABLE requirement_assignment_events (
    id uuid NOT NULL PRIMARY KEY,
    assignment_id uuid NOT NULL REFERENCES requirement_assignments (id) ON DELETE CASCADE,
    event_type text COLLATE "C" NOT NULL,
    event_actor_id uuid REFERENCES users (id) ON DELETE SET NULL,
    event_notes text COLLATE "C",
    created_at timestamptz NOT NULL
);
CREATE INDEX requirement_assignment_events_by_assignment ON requirement_assignment_events (assignment_id, created_at);
CREATE INDEX requirement_assignment_events_by_actor ON requirement_assignment_events (event_actor_id);
