CREATE TABLE fastauth_sessions (
    id BYTEA NOT NULL PRIMARY KEY,
    realm TEXT NOT NULL,
    user_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    authenticated_at BIGINT NOT NULL,
    idle_until BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    remember BOOLEAN NOT NULL,
    ip TEXT,
    user_agent TEXT,
    data TEXT NOT NULL,
    credential BYTEA,
    refresh_parent BYTEA,
    rotated_at BIGINT
);
CREATE INDEX fastauth_sessions_owner ON fastauth_sessions (realm, user_id);
CREATE INDEX fastauth_sessions_end ON fastauth_sessions (ends_at);

CREATE TABLE fastauth_one_time_tokens (
    realm TEXT NOT NULL,
    user_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    digest BYTEA NOT NULL UNIQUE,
    target TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (realm, user_id, purpose)
);
CREATE INDEX fastauth_one_time_tokens_end ON fastauth_one_time_tokens (expires_at);

CREATE TABLE fastauth_key_values (
    name TEXT NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX fastauth_key_values_end ON fastauth_key_values (ends_at);

CREATE TABLE fastauth_budgets (
    name TEXT NOT NULL PRIMARY KEY,
    spent BIGINT NOT NULL,
    free_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX fastauth_budgets_end ON fastauth_budgets (ends_at);

CREATE TABLE fastauth_counters (
    name TEXT NOT NULL PRIMARY KEY,
    sum BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX fastauth_counters_end ON fastauth_counters (ends_at);

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
