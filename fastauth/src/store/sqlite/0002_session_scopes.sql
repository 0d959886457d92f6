ALTER TABLE fastauth_sessions ADD COLUMN scopes TEXT;
