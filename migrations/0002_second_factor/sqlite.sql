-- Time-based codes (RFC 6238). activated_at is null until the first code proves that the
-- authenticator has the secret; last_step keeps a code from working twice.
CREATE TABLE totp_factors (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret BLOB NOT NULL,
    created_at TEXT NOT NULL,
    activated_at TEXT,
    last_step INTEGER NOT NULL DEFAULT 0
);

-- One-time codes for a lost authenticator; only digests are kept.
CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    digest BLOB NOT NULL,
    used_at TEXT,
    PRIMARY KEY (user_id, digest)
);

-- Sign-ins whose password was right and whose second factor is awaited.
CREATE TABLE pending_sign_ins (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    digest BLOB NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
