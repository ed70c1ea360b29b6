-- Who is invited into a company and has not accepted yet, as of revision 0013.

CREATE TABLE company_invitations (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    invitation_id TEXT NOT NULL CONSTRAINT ck_company_invitations_invitation_id_length CHECK (invitation_id <> '' AND length(invitation_id) <= 200),
    company_pk BIGINT NOT NULL,
    email TEXT NOT NULL CONSTRAINT ck_company_invitations_email_form CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    name TEXT DEFAULT '' NOT NULL CONSTRAINT ck_company_invitations_name_length CHECK (length(name) <= 300),
    role TEXT NOT NULL CONSTRAINT ck_company_invitations_role_known CHECK (role IN ('owner', 'member', 'viewer')),
    token_hash BYTEA NOT NULL CONSTRAINT ck_company_invitations_token_hash_length CHECK (octet_length(token_hash) = 32),
    invited_by_pk BIGINT,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_company_invitations PRIMARY KEY (id),
    CONSTRAINT uq_company_invitations_invitation_id UNIQUE (invitation_id),
    CONSTRAINT uq_company_invitations_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_company_invitations_company_pk FOREIGN KEY(company_pk) REFERENCES companies (id) ON DELETE CASCADE,
    CONSTRAINT fk_company_invitations_invited_by_pk FOREIGN KEY(invited_by_pk) REFERENCES users (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX uq_company_invitations_company_pk_email ON company_invitations (company_pk, lower(email));

CREATE INDEX ix_company_invitations_email ON company_invitations (lower(email));

CREATE INDEX ix_company_invitations_invited_by_pk ON company_invitations (invited_by_pk);
