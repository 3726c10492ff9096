-- What each person prefers: the language, which administrators may set for all, and whatever clients keep here.
CREATE TABLE user_preferences (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    language TEXT,
    others TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
