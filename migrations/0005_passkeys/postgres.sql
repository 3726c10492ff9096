-- Passkeys (WebAuthn). public_key is the COSE key as the authenticator gave it; sign_count is the last one seen.
CREATE TABLE passkeys (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    credential_id bytea NOT NULL UNIQUE,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    transports text NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz
);
CREATE INDEX passkeys_by_user ON passkeys (user_id);

-- Challenges that wait for their answer: one for each purpose of a session, or of a sign-in under way.
CREATE TABLE passkey_challenges (
    bound_to bytea NOT NULL,
    purpose text NOT NULL,
    challenge bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (bound_to, purpose)
);
CREATE INDEX passkey_challenges_by_expiry ON passkey_challenges (expires_at);

-- When somebody last proved within a session who they are; null until they did so after signing in.
ALTER TABLE sessions ADD COLUMN confirmed_at timestamptz;
