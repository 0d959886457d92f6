CREATE TABLE fastauth_oauth_accounts (
    realm TEXT NOT NULL,
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL,
    email TEXT,
    sealed_tokens BYTEA,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (realm, provider, subject),
    UNIQUE (realm, user_id, provider)
);
