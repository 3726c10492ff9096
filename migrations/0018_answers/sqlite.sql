-- What a row of an audit says to one question gets a name: an id, a place, times. What it says stays in the row.
CREATE TABLE answers (
    id TEXT NOT NULL PRIMARY KEY,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    is_published INTEGER NOT NULL,
    requirement_assessment_id TEXT NOT NULL REFERENCES requirement_assessments (id) ON DELETE CASCADE,
    question_id TEXT NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
    name_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
-- No index over `name_key`: answers have no name.
CREATE INDEX answers_by_folder ON answers (folder_id, created_at, id, is_published);
CREATE INDEX answers_by_age ON answers (created_at, id);
CREATE UNIQUE INDEX answers_one ON answers (requirement_assessment_id, question_id);
CREATE INDEX answers_by_question_id ON answers (question_id, created_at);

INSERT INTO answers (id, folder_id, is_published, requirement_assessment_id, question_id, name_key, search_text,
    created_at, updated_at)
SELECT substr(v.hex, 1, 8) || '-' || substr(v.hex, 9, 4) || '-4' || substr(v.hex, 14, 3) || '-a' || substr(v.hex, 18, 3)
    || '-' || substr(v.hex, 21, 12),
    v.folder_id, v.is_published, v.row_id, v.question_id, '', '', v.updated_at, v.updated_at
FROM (
    SELECT lower(hex(randomblob(16))) AS hex, t.folder_id, t.is_published, t.id AS row_id, q.id AS question_id, t.updated_at
    FROM requirement_assessments t, json_each(t.answers) e
    JOIN questions q ON q.requirement_node_id = t.requirement_id AND q.urn = e.key
    WHERE e.type IN ('array', 'text', 'integer', 'real') AND e.value <> '' AND e.value <> '[]'
) v;
