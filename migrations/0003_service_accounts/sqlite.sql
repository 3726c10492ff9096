-- Identities for machines. A linked role, or permissions of their own, in some folders. Of the
-- secret only digests are kept; the one before lives on until its time is over.
CREATE TABLE service_accounts (
    id TEXT NOT NULL PRIMARY KEY,
    client_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    description TEXT,
    is_active INTEGER NOT NULL,
    expiry_date TEXT,
    role_id TEXT REFERENCES roles (id) ON DELETE SET NULL,
    is_recursive INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    secret_digest BLOB NOT NULL,
    secret_preview TEXT NOT NULL,
    previous_digest BLOB,
    previous_expires_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE TABLE service_account_folders (
    account_id TEXT NOT NULL REFERENCES service_accounts (id) ON DELETE CASCADE,
    folder_id TEXT NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, folder_id)
);

CREATE TABLE service_account_permissions (
    account_id TEXT NOT NULL REFERENCES service_accounts (id) ON DELETE CASCADE,
    permission_id TEXT NOT NULL REFERENCES permissions (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, permission_id)
);

-- Access tokens of OAuth 2 client credentials: short-lived.
CREATE TABLE service_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES service_accounts (id) ON DELETE CASCADE,
    digest BLOB NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE INDEX service_tokens_by_expiry ON service_tokens (expires_at);
