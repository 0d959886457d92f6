CREATE TABLE fastauth_sessions (
    id BLOB NOT NULL PRIMARY KEY,
    realm TEXT NOT NULL,
    user_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    authenticated_at INTEGER NOT NULL,
    idle_until INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    remember BOOLEAN NOT NULL,
    ip TEXT,
    user_agent TEXT,
    data TEXT NOT NULL,
    credential BLOB,
    refresh_parent BLOB,
    rotated_at INTEGER
);
CREATE INDEX fastauth_sessions_owner ON fastauth_sessions (realm, user_id);
CREATE INDEX fastauth_sessions_end ON fastauth_sessions (ends_at);

CREATE TABLE fastauth_one_time_tokens (
    realm TEXT NOT NULL,
    user_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    target TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (realm, user_id, purpose)
);
CREATE INDEX fastauth_one_time_tokens_end ON fastauth_one_time_tokens (expires_at);

CREATE TABLE fastauth_key_values (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL,
    ends_at INTEGER NOT NULL
);
CREATE INDEX fastauth_key_values_end ON fastauth_key_values (ends_at);

CREATE TABLE fastauth_budgets (
    name TEXT NOT NULL PRIMARY KEY,
    spent INTEGER NOT NULL,
    free_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
);
CREATE INDEX fastauth_budgets_end ON fastauth_budgets (ends_at);

CREATE TABLE fastauth_counters (
    name TEXT NOT NULL PRIMARY KEY,
    sum INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
);
CREATE INDEX fastauth_counters_end ON fastauth_counters (ends_at);

CREATE TABLE fastauth_retired_ids (
    realm TEXT NOT NULL PRIMARY KEY,
    last INTEGER NOT NULL
);

CREATE TABLE fastauth_roles (
    realm TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (realm, name)
);

CREATE TABLE fastauth_role_permissions (
    realm TEXT NOT NULL,
    role TEXT NOT NULL,
    permission TEXT NOT NULL,
    PRIMARY KEY (realm, role, permission)
);
CREATE INDEX fastauth_role_permissions_permission ON fastauth_role_permissions (realm, permission);

CREATE TABLE fastauth_user_roles (
    realm TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (realm, user_id, role)
);
CREATE INDEX fastauth_user_roles_role ON fastauth_user_roles (realm, role);
