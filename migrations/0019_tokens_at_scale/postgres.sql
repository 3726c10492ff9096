-- A notice is taken first and delivered afterwards: what the mail server did not take is tried again.
ALTER TABLE token_notices RENAME COLUMN sent_at TO taken_at;
ALTER TABLE token_notices ADD COLUMN delivered_at timestamptz;
UPDATE token_notices SET delivered_at = taken_at;
CREATE INDEX token_notices_undelivered ON token_notices (token_id) WHERE delivered_at IS NULL;

-- Administrators find their tokens among a million.
CREATE INDEX personal_access_tokens_by_last_use ON personal_access_tokens (COALESCE(last_used_at, created_at), id);
CREATE INDEX personal_access_tokens_revoked ON personal_access_tokens (revoked_at, id) WHERE revoked_at IS NOT NULL;
CREATE INDEX personal_access_tokens_seen_expired ON personal_access_tokens (expires_at) WHERE seen_expired;
DROP INDEX personal_access_tokens_by_user;
CREATE INDEX personal_access_tokens_by_user
    ON personal_access_tokens (user_id, created_at, expires_at, revoked_at, seen_expired);
