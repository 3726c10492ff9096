-- What each person prefers: the language, which administrators may set for all, and whatever clients keep here.
CREATE TABLE user_preferences (
    user_id UUID NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    language TEXT,
    others JSONB NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
