-- Identities for machines. A linked role, or permissions of their own, in some folders. Of the
-- secret only digests are kept; the one before lives on until its time is over.
CREATE TABLE service_accounts (
    id uuid NOT NULL PRIMARY KEY,
    client_id text COLLATE "C" NOT NULL UNIQUE,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL UNIQUE,
    description text COLLATE "C",
    is_active boolean NOT NULL,
    expiry_date date,
    role_id uuid REFERENCES roles (id) ON DELETE SET NULL,
    is_recursive boolean NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    secret_digest bytea NOT NULL,
    secret_preview text COLLATE "C" NOT NULL,
    previous_digest bytea,
    previous_expires_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE service_account_folders (
    account_id uuid NOT NULL REFERENCES service_accounts (id) ON DELETE CASCADE,
    folder_id uuid NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, folder_id)
);

CREATE TABLE service_account_permissions (
    account_id uuid NOT NULL REFERENCES service_accounts (id) ON DELETE CASCADE,
    permission_id uuid NOT NULL REFERENCES permissions (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, permission_id)
);

-- Access tokens of OAuth 2 client credentials: short-lived.
CREATE TABLE service_tokens (
    id uuid NOT NULL PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES service_accounts (id) ON DELETE CASCADE,
    digest bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX service_tokens_by_expiry ON service_tokens (expires_at);
