CREATE TABLE fastauth_oauth_accounts (
    realm TEXT NOT NULL,
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL,
    email TEXT,
    sealed_tokens BLOB,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (realm, provider, subject),
    UNIQUE (realm, user_id, provider)
);
