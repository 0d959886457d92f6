CREATE TABLE fastauth_signing_keys (
    realm TEXT NOT NULL,
    generation BIGINT NOT NULL,
    algorithm TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    signs_from BIGINT NOT NULL,
    verifies_for BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (realm, generation)
);
