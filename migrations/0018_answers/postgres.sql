-- What a row of an audit says to one question gets a name: an id, a place, times. What it says stays in the row.
CREATE TABLE answers (
    id uuid NOT NULL PRIMARY KEY,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    is_published boolean NOT NULL,
    requirement_assessment_id uuid NOT NULL REFERENCES requirement_assessments (id) ON DELETE CASCADE,
    question_id uuid NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
    name_key text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
-- No index over `name_key`: answers have no name.
CREATE INDEX answers_by_folder ON answers (folder_id, created_at, id, is_published);
CREATE INDEX answers_by_age ON answers (created_at, id);
CREATE UNIQUE INDEX answers_one ON answers (requirement_assessment_id, question_id);
CREATE INDEX answers_by_question_id ON answers (question_id, created_at);

INSERT INTO answers (id, folder_id, is_published, requirement_assessment_id, question_id, name_key, search_text,
    created_at, updated_at)
SELECT gen_random_uuid(), t.folder_id, t.is_published, t.id, q.id, '', '', t.updated_at, t.updated_at
FROM requirement_assessments t
CROSS JOIN LATERAL jsonb_each(t.answers) e
JOIN questions q ON q.requirement_node_id = t.requirement_id AND q.urn = e.key
WHERE jsonb_typeof(e.value) IN ('array', 'string', 'number') AND e.value <> '""' AND e.value <> '[]';
