-- Passkeys (WebAuthn). public_key is the COSE key as the authenticator gave it; sign_count is the last one seen.
CREATE TABLE passkeys (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    credential_id BLOB NOT NULL UNIQUE,
    public_key BLOB NOT NULL,
    sign_count INTEGER NOT NULL,
    transports TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_used_at TEXT
);
CREATE INDEX passkeys_by_user ON passkeys (user_id);

-- Challenges that wait for their answer: one for each purpose of a session, or of a sign-in under way.
CREATE TABLE passkey_challenges (
    bound_to BLOB NOT NULL,
    purpose TEXT NOT NULL,
    challenge BLOB NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (bound_to, purpose)
);
CREATE INDEX passkey_challenges_by_expiry ON passkey_challenges (expires_at);

-- When somebody last proved within a session who they are; null until they did so after signing in.
ALTER TABLE sessions ADD COLUMN confirmed_at TEXT;
