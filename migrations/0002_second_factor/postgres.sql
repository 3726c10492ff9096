-- Time-based codes (RFC 6238). activated_at is null until the first code proves that the
-- authenticator has the secret; last_step keeps a code from working twice.
CREATE TABLE totp_factors (
    user_id uuid NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret bytea NOT NULL,
    created_at timestamptz NOT NULL,
    activated_at timestamptz,
    last_step bigint NOT NULL DEFAULT 0
);

-- One-time codes for a lost authenticator; only digests are kept.
CREATE TABLE recovery_codes (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    digest bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (user_id, digest)
);

-- Sign-ins whose password was right and whose second factor is awaited.
CREATE TABLE pending_sign_ins (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    digest bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
