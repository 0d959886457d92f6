CREATE TABLE fastauth_signing_keys (
    realm TEXT NOT NULL,
    generation INTEGER NOT NULL,
    algorithm TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    signs_from INTEGER NOT NULL,
    verifies_for INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (realm, generation)
);
