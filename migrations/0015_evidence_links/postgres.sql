-- What rests on evidence, in the modules that came before it.
CREATE TABLE applied_controls__evidences (
    source_id uuid NOT NULL REFERENCES applied_controls (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES evidences (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX applied_controls__evidences_back ON applied_controls__evidences (target_id, source_id);
CREATE TABLE security_exceptions__evidences (
    source_id uuid NOT NULL REFERENCES security_exceptions (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES evidences (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX security_exceptions__evidences_back ON security_exceptions__evidences (target_id, source_id);
CREATE TABLE compliance_assessments__evidences (
    source_id uuid NOT NULL REFERENCES compliance_assessments (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES evidences (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX compliance_assessments__evidences_back ON compliance_assessments__evidences (target_id, source_id);
CREATE TABLE requirement_assessments__evidences (
    source_id uuid NOT NULL REFERENCES requirement_assessments (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES evidences (id) ON DELETE CASCADE,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, target_id)
);
CREATE INDEX requirement_assessments__evidences_back ON requirement_assessments__evidences (target_id, source_id);
