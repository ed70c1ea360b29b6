-- Tables and indexes as of revision 0001; rules across rows are in 0001_rules.sql.

CREATE TABLE bundles (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    version TEXT NOT NULL CONSTRAINT ck_bundles_version_length CHECK (version <> '' AND length(version) <= 200),
    manifest JSONB NOT NULL,
    figures JSONB NOT NULL,
    revision BIGINT NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_bundles_state_known CHECK (state IN ('ready', 'refused', 'withdrawn')),
    comparison JSONB,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    promoted_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_bundles PRIMARY KEY (id),
    CONSTRAINT uq_bundles_version UNIQUE (version)
);

CREATE TABLE change_batches (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    revision BIGINT,
    CONSTRAINT pk_change_batches PRIMARY KEY (id),
    CONSTRAINT uq_change_batches_revision UNIQUE (revision)
);

CREATE TABLE companies (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    company_id TEXT NOT NULL CONSTRAINT ck_companies_company_id_length CHECK (company_id <> '' AND length(company_id) <= 200),
    name TEXT NOT NULL CONSTRAINT ck_companies_name_length CHECK (length(name) <= 300 AND btrim(name) <> ''),
    kinds TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_companies_kinds_known CHECK (kinds <@ ARRAY['sales_agent', 'distributor', 'organiser']),
    country TEXT CONSTRAINT ck_companies_country_iso3166 CHECK (country ~ '^[A-Z]{2}$'),
    website TEXT DEFAULT '' NOT NULL CONSTRAINT ck_companies_website_length CHECK (length(website) <= 500),
    aliases TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_companies_aliases_length CHECK (length(array_to_string(aliases, '')) <= 20000),
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_companies PRIMARY KEY (id),
    CONSTRAINT uq_companies_company_id UNIQUE (company_id)
);

CREATE INDEX ix_companies_kinds ON companies USING gin (kinds);
CREATE INDEX ix_companies_name ON companies (lower(name));

CREATE TABLE idempotency_keys (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    actor TEXT NOT NULL CONSTRAINT ck_idempotency_keys_actor_length CHECK (length(actor) <= 500 AND btrim(actor) <> ''),
    key TEXT NOT NULL CONSTRAINT ck_idempotency_keys_key_length CHECK (length(key) <= 200 AND btrim(key) <> ''),
    request_hash BYTEA NOT NULL,
    status INTEGER,
    body BYTEA DEFAULT '' NOT NULL,
    headers JSONB DEFAULT '{}' NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (id),
    CONSTRAINT uq_idempotency_keys_actor_key UNIQUE (actor, key)
);

CREATE INDEX ix_idempotency_keys_at ON idempotency_keys (at);

CREATE TABLE login_attempts (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    subject TEXT NOT NULL CONSTRAINT ck_login_attempts_subject_length CHECK (length(subject) <= 500 AND btrim(subject) <> ''),
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_login_attempts PRIMARY KEY (id)
);

CREATE INDEX ix_login_attempts_at ON login_attempts (at);
CREATE INDEX ix_login_attempts_subject_at ON login_attempts (subject, at);

CREATE TABLE merge_proposals (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    proposal_id TEXT NOT NULL CONSTRAINT ck_merge_proposals_proposal_id_length CHECK (proposal_id <> '' AND length(proposal_id) <= 200),
    noun TEXT NOT NULL CONSTRAINT ck_merge_proposals_noun_known CHECK (noun IN ('film', 'company')),
    kept_id TEXT NOT NULL,
    other_id TEXT NOT NULL,
    likeness NUMERIC(5, 4) NOT NULL CONSTRAINT ck_merge_proposals_likeness_share CHECK (likeness BETWEEN 0 AND 1),
    evidence JSONB DEFAULT '{}' NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_merge_proposals_state_known CHECK (state IN ('proposed', 'merged', 'different')),
    decided_by TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_merge_proposals PRIMARY KEY (id),
    CONSTRAINT ck_merge_proposals_two_things CHECK (kept_id <> other_id),
    CONSTRAINT ck_merge_proposals_decided_when_decided CHECK ((state = 'proposed') = (decided_at IS NULL)),
    CONSTRAINT uq_merge_proposals_proposal_id UNIQUE (proposal_id)
);

CREATE INDEX ix_merge_proposals_state_id ON merge_proposals (state, id);
CREATE UNIQUE INDEX uq_merge_proposals_pair ON merge_proposals (noun, least(kept_id, other_id), greatest(kept_id, other_id));

CREATE TABLE revision (
    singleton SERIAL NOT NULL CONSTRAINT ck_revision_single_row CHECK (singleton = 1),
    value BIGINT NOT NULL,
    CONSTRAINT pk_revision PRIMARY KEY (singleton)
);

CREATE TABLE users (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    user_id TEXT NOT NULL CONSTRAINT ck_users_user_id_length CHECK (user_id <> '' AND length(user_id) <= 200),
    email TEXT CONSTRAINT ck_users_email_form CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    name TEXT DEFAULT '' NOT NULL CONSTRAINT ck_users_name_length CHECK (length(name) <= 300),
    password_hash TEXT,
    is_administrator BOOLEAN DEFAULT false NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    deleted_at TIMESTAMP WITH TIME ZONE,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT ck_users_email_until_deleted CHECK ((email IS NULL) = (deleted_at IS NOT NULL)),
    CONSTRAINT uq_users_user_id UNIQUE (user_id)
);

CREATE UNIQUE INDEX uq_users_email ON users (lower(email));

CREATE TABLE api_keys (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    key_id TEXT NOT NULL CONSTRAINT ck_api_keys_key_id_length CHECK (key_id <> '' AND length(key_id) <= 200),
    prefix TEXT NOT NULL CONSTRAINT ck_api_keys_prefix_length CHECK (length(prefix) <= 40 AND btrim(prefix) <> ''),
    key_hash BYTEA NOT NULL CONSTRAINT ck_api_keys_key_hash_length CHECK (octet_length(key_hash) = 32),
    name TEXT DEFAULT '' NOT NULL CONSTRAINT ck_api_keys_name_length CHECK (length(name) <= 200),
    company_pk BIGINT,
    scopes TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_api_keys_scopes_known CHECK (scopes <@ ARRAY['read', 'write', 'match', 'import', 'export', 'admin']),
    created_by_pk BIGINT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    last_used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_api_keys PRIMARY KEY (id),
    CONSTRAINT uq_api_keys_key_id UNIQUE (key_id),
    CONSTRAINT uq_api_keys_key_hash UNIQUE (key_hash),
    CONSTRAINT fk_api_keys_company_pk FOREIGN KEY(company_pk) REFERENCES companies (id) ON DELETE CASCADE,
    CONSTRAINT fk_api_keys_created_by_pk FOREIGN KEY(created_by_pk) REFERENCES users (id) ON DELETE SET NULL
);

CREATE INDEX ix_api_keys_company_pk ON api_keys (company_pk);
CREATE INDEX ix_api_keys_created_by_pk ON api_keys (created_by_pk);

CREATE TABLE audit_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor TEXT NOT NULL CONSTRAINT ck_audit_events_actor_length CHECK (length(actor) <= 500 AND btrim(actor) <> ''),
    company_pk BIGINT,
    action TEXT NOT NULL CONSTRAINT ck_audit_events_action_length CHECK (length(action) <= 100 AND btrim(action) <> ''),
    noun TEXT NOT NULL CONSTRAINT ck_audit_events_noun_length CHECK (length(noun) <= 100 AND btrim(noun) <> ''),
    object_id TEXT NOT NULL,
    diff JSONB DEFAULT '{}' NOT NULL,
    request_id TEXT DEFAULT '' NOT NULL CONSTRAINT ck_audit_events_request_id_length CHECK (length(request_id) <= 200),
    CONSTRAINT pk_audit_events PRIMARY KEY (id),
    CONSTRAINT fk_audit_events_company_pk FOREIGN KEY(company_pk) REFERENCES companies (id) ON DELETE SET NULL
);

CREATE INDEX ix_audit_events_actor_id ON audit_events (actor, id);
CREATE INDEX ix_audit_events_at ON audit_events (at);
CREATE INDEX ix_audit_events_company_pk_id ON audit_events (company_pk, id);
CREATE INDEX ix_audit_events_noun_object_id_id ON audit_events (noun, object_id, id);

CREATE TABLE changes (
    batch_pk BIGINT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_changes_kind_known CHECK (kind IN ('film', 'distributor', 'deal')),
    object_id TEXT NOT NULL,
    CONSTRAINT pk_changes PRIMARY KEY (batch_pk, kind, object_id),
    CONSTRAINT fk_changes_batch_pk FOREIGN KEY(batch_pk) REFERENCES change_batches (id) ON DELETE CASCADE
);

CREATE TABLE current_bundle (
    singleton SERIAL NOT NULL CONSTRAINT ck_current_bundle_single_row CHECK (singleton = 1),
    bundle_pk BIGINT,
    counter BIGINT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_current_bundle PRIMARY KEY (singleton),
    CONSTRAINT fk_current_bundle_bundle_pk FOREIGN KEY(bundle_pk) REFERENCES bundles (id)
);

CREATE TABLE distributor_profiles (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    distributor_id TEXT NOT NULL CONSTRAINT ck_distributor_profiles_distributor_id_length CHECK (distributor_id <> '' AND length(distributor_id) <= 200),
    company_pk BIGINT NOT NULL,
    name TEXT NOT NULL CONSTRAINT ck_distributor_profiles_name_length CHECK (length(name) <= 300 AND btrim(name) <> ''),
    territory TEXT NOT NULL CONSTRAINT ck_distributor_profiles_territory_iso3166 CHECK (territory ~ '^[A-Z]{2}$'),
    kind TEXT NOT NULL CONSTRAINT ck_distributor_profiles_kind_known CHECK (kind IN ('independent', 'major', 'exhibitor_or_event')),
    aliases TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_distributor_profiles_aliases_length CHECK (length(array_to_string(aliases, '')) <= 20000),
    brief TEXT DEFAULT '' NOT NULL CONSTRAINT ck_distributor_profiles_brief_length CHECK (length(brief) <= 20000),
    media_rights TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_distributor_profiles_media_rights_known CHECK (media_rights <@ ARRAY['theatrical', 'non_theatrical', 'public_video', 'airline', 'ship', 'hotel', 'home_video', 'tvod', 'est', 'svod', 'avod', 'fast', 'pay_tv', 'free_tv']),
    budget_min_usd NUMERIC(16, 2) CONSTRAINT ck_distributor_profiles_budget_min_usd_not_negative CHECK (budget_min_usd >= 0 AND budget_min_usd <> 'NaN'),
    budget_max_usd NUMERIC(16, 2) CONSTRAINT ck_distributor_profiles_budget_max_usd_not_negative CHECK (budget_max_usd >= 0 AND budget_max_usd <> 'NaN'),
    genres_never TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_distributor_profiles_genres_never_length CHECK (length(array_to_string(genres_never, '')) <= 20000),
    attending TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_distributor_profiles_attending_length CHECK (length(array_to_string(attending, '')) <= 20000),
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_distributor_profiles PRIMARY KEY (id),
    CONSTRAINT ck_distributor_profiles_budget_order CHECK (budget_min_usd <= budget_max_usd),
    CONSTRAINT uq_distributor_profiles_company_pk_territory UNIQUE (company_pk, territory),
    CONSTRAINT uq_distributor_profiles_distributor_id UNIQUE (distributor_id),
    CONSTRAINT fk_distributor_profiles_company_pk FOREIGN KEY(company_pk) REFERENCES companies (id)
);

CREATE INDEX ix_distributor_profiles_attending ON distributor_profiles USING gin (attending);
CREATE INDEX ix_distributor_profiles_name ON distributor_profiles (lower(name));
CREATE INDEX ix_distributor_profiles_territory_id ON distributor_profiles (territory, id);

CREATE TABLE films (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    film_id TEXT NOT NULL CONSTRAINT ck_films_film_id_length CHECK (film_id <> '' AND length(film_id) <= 200),
    title TEXT NOT NULL CONSTRAINT ck_films_title_length CHECK (length(title) <= 500 AND btrim(title) <> ''),
    original_title TEXT DEFAULT '' NOT NULL CONSTRAINT ck_films_original_title_length CHECK (length(original_title) <= 500),
    year INTEGER CONSTRAINT ck_films_year_range CHECK (year BETWEEN 1880 AND 2100),
    synopsis TEXT DEFAULT '' NOT NULL CONSTRAINT ck_films_synopsis_length CHECK (length(synopsis) <= 20000),
    synopsis_language TEXT DEFAULT '' NOT NULL CONSTRAINT ck_films_synopsis_language_length CHECK (length(synopsis_language) <= 35),
    genres TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_films_genres_length CHECK (length(array_to_string(genres, '')) <= 20000),
    countries TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_films_countries_length CHECK (length(array_to_string(countries, '')) <= 20000),
    languages TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_films_languages_length CHECK (length(array_to_string(languages, '')) <= 20000),
    directors TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_films_directors_length CHECK (length(array_to_string(directors, '')) <= 20000),
    cast_names TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_films_cast_names_length CHECK (length(array_to_string(cast_names, '')) <= 20000),
    production_companies TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_films_production_companies_length CHECK (length(array_to_string(production_companies, '')) <= 20000),
    sales_agent TEXT DEFAULT '' NOT NULL CONSTRAINT ck_films_sales_agent_length CHECK (length(sales_agent) <= 500),
    stage TEXT CONSTRAINT ck_films_stage_known CHECK (stage IN ('development', 'pre_production', 'production', 'post_production', 'completed')),
    logline TEXT DEFAULT '' NOT NULL CONSTRAINT ck_films_logline_length CHECK (length(logline) <= 1000),
    budget_usd NUMERIC(16, 2) CONSTRAINT ck_films_budget_usd_not_negative CHECK (budget_usd >= 0 AND budget_usd <> 'NaN'),
    festivals TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_films_festivals_length CHECK (length(array_to_string(festivals, '')) <= 20000),
    eidr TEXT CONSTRAINT ck_films_eidr_form CHECK (eidr ~ '^10\.5240/([0-9A-F]{4}-){5}[0-9A-Z]$'),
    isan TEXT CONSTRAINT ck_films_isan_form CHECK (isan ~ '^[0-9A-F]{4}(-[0-9A-F]{4}){3}(-[0-9A-Z])?(-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-Z])?$'),
    imdb_id TEXT CONSTRAINT ck_films_imdb_id_form CHECK (imdb_id ~ '^tt[0-9]{7,10}$'),
    tmdb_id TEXT CONSTRAINT ck_films_tmdb_id_form CHECK (tmdb_id ~ '^[1-9][0-9]{0,9}$'),
    owner_pk BIGINT,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_films PRIMARY KEY (id),
    CONSTRAINT uq_films_film_id UNIQUE (film_id),
    CONSTRAINT uq_films_eidr UNIQUE (eidr),
    CONSTRAINT uq_films_isan UNIQUE (isan),
    CONSTRAINT uq_films_imdb_id UNIQUE (imdb_id),
    CONSTRAINT uq_films_tmdb_id UNIQUE (tmdb_id),
    CONSTRAINT fk_films_owner_pk FOREIGN KEY(owner_pk) REFERENCES companies (id)
);

CREATE INDEX ix_films_countries ON films USING gin (countries);
CREATE INDEX ix_films_genres ON films USING gin (genres);
CREATE INDEX ix_films_owner_pk_id ON films (owner_pk, id);
CREATE INDEX ix_films_title ON films (lower(title));
CREATE INDEX ix_films_year_id ON films (year, id);

CREATE TABLE import_files (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    file_id TEXT NOT NULL CONSTRAINT ck_import_files_file_id_length CHECK (file_id <> '' AND length(file_id) <= 200),
    name TEXT NOT NULL CONSTRAINT ck_import_files_name_length CHECK (length(name) <= 500 AND btrim(name) <> ''),
    sha256 BYTEA NOT NULL CONSTRAINT ck_import_files_sha256_length CHECK (octet_length(sha256) = 32),
    size_bytes BIGINT NOT NULL,
    content BYTEA NOT NULL,
    company_pk BIGINT,
    uploaded_by TEXT NOT NULL CONSTRAINT ck_import_files_uploaded_by_length CHECK (length(uploaded_by) <= 500 AND btrim(uploaded_by) <> ''),
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_import_files PRIMARY KEY (id),
    CONSTRAINT ck_import_files_size_bytes_of_content CHECK (size_bytes = octet_length(content)),
    CONSTRAINT uq_import_files_file_id UNIQUE (file_id),
    CONSTRAINT fk_import_files_company_pk FOREIGN KEY(company_pk) REFERENCES companies (id) ON DELETE CASCADE
);

CREATE INDEX ix_import_files_at ON import_files (at);
CREATE INDEX ix_import_files_company_pk_id ON import_files (company_pk, id);

CREATE TABLE job_runs (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    job_id TEXT NOT NULL CONSTRAINT ck_job_runs_job_id_length CHECK (job_id <> '' AND length(job_id) <= 200),
    kind TEXT NOT NULL CONSTRAINT ck_job_runs_kind_length CHECK (length(kind) <= 100 AND btrim(kind) <> ''),
    key TEXT DEFAULT '' NOT NULL CONSTRAINT ck_job_runs_key_length CHECK (length(key) <= 300),
    state TEXT NOT NULL CONSTRAINT ck_job_runs_state_known CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    queue_id BIGINT,
    requested_by TEXT NOT NULL CONSTRAINT ck_job_runs_requested_by_length CHECK (length(requested_by) <= 500 AND btrim(requested_by) <> ''),
    company_pk BIGINT,
    done INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_job_runs_done_not_negative CHECK (done >= 0),
    total INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_job_runs_total_not_negative CHECK (total >= 0),
    message TEXT DEFAULT '' NOT NULL CONSTRAINT ck_job_runs_message_length CHECK (length(message) <= 2000),
    cancel_requested BOOLEAN DEFAULT false NOT NULL,
    result JSONB,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_job_runs PRIMARY KEY (id),
    CONSTRAINT ck_job_runs_finished_when_final CHECK ((state IN ('queued', 'running')) = (finished_at IS NULL)),
    CONSTRAINT uq_job_runs_job_id UNIQUE (job_id),
    CONSTRAINT uq_job_runs_queue_id UNIQUE (queue_id),
    CONSTRAINT fk_job_runs_company_pk FOREIGN KEY(company_pk) REFERENCES companies (id) ON DELETE CASCADE
);

CREATE INDEX ix_job_runs_company_pk_id ON job_runs (company_pk, id);
CREATE INDEX ix_job_runs_kind_id ON job_runs (kind, id);
CREATE INDEX ix_job_runs_state_id ON job_runs (state, id);
CREATE UNIQUE INDEX uq_job_runs_open_key ON job_runs (kind, key) WHERE key <> '' AND state IN ('queued', 'running');

CREATE TABLE match_runs (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    run_id TEXT NOT NULL CONSTRAINT ck_match_runs_run_id_length CHECK (run_id <> '' AND length(run_id) <= 200),
    kind TEXT NOT NULL CONSTRAINT ck_match_runs_kind_known CHECK (kind IN ('match', 'suggest', 'similar', 'batch')),
    bundle_version TEXT NOT NULL CONSTRAINT ck_match_runs_bundle_version_length CHECK (length(bundle_version) <= 500 AND btrim(bundle_version) <> ''),
    revision BIGINT NOT NULL,
    request JSONB NOT NULL,
    answer BYTEA NOT NULL,
    actor TEXT NOT NULL CONSTRAINT ck_match_runs_actor_length CHECK (length(actor) <= 500 AND btrim(actor) <> ''),
    company_pk BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    film_ids TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_match_runs_film_ids_length CHECK (length(array_to_string(film_ids, '')) <= 20000),
    distributor_ids TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_match_runs_distributor_ids_length CHECK (length(array_to_string(distributor_ids, '')) <= 20000),
    probabilities REAL[] DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_match_runs PRIMARY KEY (id),
    CONSTRAINT ck_match_runs_predictions_aligned CHECK (cardinality(film_ids) = cardinality(distributor_ids) AND cardinality(film_ids) = cardinality(probabilities)),
    CONSTRAINT uq_match_runs_run_id UNIQUE (run_id),
    CONSTRAINT fk_match_runs_company_pk FOREIGN KEY(company_pk) REFERENCES companies (id) ON DELETE SET NULL
);

CREATE INDEX ix_match_runs_at ON match_runs (at);
CREATE INDEX ix_match_runs_company_pk_id ON match_runs (company_pk, id);

CREATE TABLE memberships (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    user_pk BIGINT NOT NULL,
    company_pk BIGINT NOT NULL,
    role TEXT NOT NULL CONSTRAINT ck_memberships_role_known CHECK (role IN ('owner', 'member', 'viewer')),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_memberships PRIMARY KEY (id),
    CONSTRAINT uq_memberships_user_pk_company_pk UNIQUE (user_pk, company_pk),
    CONSTRAINT fk_memberships_user_pk FOREIGN KEY(user_pk) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT fk_memberships_company_pk FOREIGN KEY(company_pk) REFERENCES companies (id) ON DELETE CASCADE
);

CREATE INDEX ix_memberships_company_pk ON memberships (company_pk);

CREATE TABLE promotions (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    counter BIGINT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_promotions_kind_known CHECK (kind IN ('promote', 'rollback')),
    bundle_pk BIGINT NOT NULL,
    previous_pk BIGINT,
    by TEXT NOT NULL CONSTRAINT ck_promotions_by_length CHECK (length(by) <= 500 AND btrim(by) <> ''),
    reason TEXT DEFAULT '' NOT NULL CONSTRAINT ck_promotions_reason_length CHECK (length(reason) <= 2000),
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_promotions PRIMARY KEY (id),
    CONSTRAINT uq_promotions_counter UNIQUE (counter),
    CONSTRAINT fk_promotions_bundle_pk FOREIGN KEY(bundle_pk) REFERENCES bundles (id),
    CONSTRAINT fk_promotions_previous_pk FOREIGN KEY(previous_pk) REFERENCES bundles (id)
);

CREATE INDEX ix_promotions_bundle_pk ON promotions (bundle_pk);

CREATE TABLE sessions (
    token_hash BYTEA NOT NULL CONSTRAINT ck_sessions_token_hash_length CHECK (octet_length(token_hash) = 32),
    user_pk BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    client TEXT DEFAULT '' NOT NULL CONSTRAINT ck_sessions_client_length CHECK (length(client) <= 500),
    CONSTRAINT pk_sessions PRIMARY KEY (token_hash),
    CONSTRAINT fk_sessions_user_pk FOREIGN KEY(user_pk) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX ix_sessions_expires_at ON sessions (expires_at);
CREATE INDEX ix_sessions_user_pk ON sessions (user_pk);

CREATE TABLE brief_vectors (
    profile_pk BIGINT NOT NULL,
    encoder TEXT NOT NULL,
    text_sha256 BYTEA NOT NULL,
    vector BYTEA NOT NULL,
    CONSTRAINT pk_brief_vectors PRIMARY KEY (profile_pk, encoder),
    CONSTRAINT ck_brief_vectors_text_sha256_length CHECK (octet_length(text_sha256) = 32),
    CONSTRAINT ck_brief_vectors_vector_float32 CHECK (octet_length(vector) > 0 AND mod(octet_length(vector), 4) = 0),
    CONSTRAINT fk_brief_vectors_profile_pk FOREIGN KEY(profile_pk) REFERENCES distributor_profiles (id) ON DELETE CASCADE
);

CREATE TABLE deals (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    deal_id TEXT NOT NULL CONSTRAINT ck_deals_deal_id_length CHECK (deal_id <> '' AND length(deal_id) <= 200),
    film_pk BIGINT NOT NULL,
    profile_pk BIGINT NOT NULL,
    agent_pk BIGINT,
    sales_agent TEXT DEFAULT '' NOT NULL CONSTRAINT ck_deals_sales_agent_length CHECK (length(sales_agent) <= 500),
    role TEXT NOT NULL CONSTRAINT ck_deals_role_known CHECK (role IN ('distributor', 'importer')),
    in_house BOOLEAN DEFAULT false NOT NULL,
    release_date DATE,
    signed_on DATE,
    media_rights TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_deals_media_rights_known CHECK (media_rights <@ ARRAY['theatrical', 'non_theatrical', 'public_video', 'airline', 'ship', 'hotel', 'home_video', 'tvod', 'est', 'svod', 'avod', 'fast', 'pay_tv', 'free_tv']),
    licence_window DATERANGE CONSTRAINT ck_deals_licence_window_some CHECK (NOT isempty(licence_window)),
    is_public BOOLEAN DEFAULT false NOT NULL,
    admissions INTEGER CONSTRAINT ck_deals_admissions_not_negative CHECK (admissions >= 0),
    gross NUMERIC(16, 2) CONSTRAINT ck_deals_gross_not_negative CHECK (gross >= 0 AND gross <> 'NaN'),
    gross_currency TEXT CONSTRAINT ck_deals_gross_currency_iso4217 CHECK (gross_currency ~ '^[A-Z]{3}$'),
    screens INTEGER CONSTRAINT ck_deals_screens_not_negative CHECK (screens >= 0),
    outcome_public BOOLEAN DEFAULT false NOT NULL,
    source TEXT DEFAULT '' NOT NULL CONSTRAINT ck_deals_source_length CHECK (length(source) <= 500),
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_deals PRIMARY KEY (id),
    CONSTRAINT ck_deals_gross_with_currency CHECK ((gross IS NULL) = (gross_currency IS NULL)),
    CONSTRAINT ck_deals_media_rights_some CHECK (media_rights <> '{}'),
    CONSTRAINT ck_deals_dated CHECK (release_date IS NOT NULL OR signed_on IS NOT NULL),
    CONSTRAINT ck_deals_outcome_public_if_deal_is CHECK (is_public OR NOT outcome_public),
    CONSTRAINT uq_deals_deal_id UNIQUE (deal_id),
    CONSTRAINT fk_deals_film_pk FOREIGN KEY(film_pk) REFERENCES films (id),
    CONSTRAINT fk_deals_profile_pk FOREIGN KEY(profile_pk) REFERENCES distributor_profiles (id),
    CONSTRAINT fk_deals_agent_pk FOREIGN KEY(agent_pk) REFERENCES companies (id)
);

CREATE INDEX ix_deals_agent_pk_id ON deals (agent_pk, id);
CREATE INDEX ix_deals_film_pk_id ON deals (film_pk, id);
CREATE INDEX ix_deals_profile_pk_id ON deals (profile_pk, id);
CREATE INDEX ix_deals_release_date ON deals (release_date);

CREATE TABLE feedback_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    event_id TEXT NOT NULL CONSTRAINT ck_feedback_events_event_id_length CHECK (event_id <> '' AND length(event_id) <= 200),
    kind TEXT NOT NULL CONSTRAINT ck_feedback_events_kind_known CHECK (kind IN ('seen', 'shortlisted', 'passed', 'meeting_asked', 'met', 'offer', 'signed', 'undone')),
    film_pk BIGINT NOT NULL,
    profile_pk BIGINT NOT NULL,
    company_pk BIGINT NOT NULL,
    user_pk BIGINT,
    reason TEXT DEFAULT '' NOT NULL CONSTRAINT ck_feedback_events_reason_length CHECK (length(reason) <= 500),
    note TEXT DEFAULT '' NOT NULL CONSTRAINT ck_feedback_events_note_length CHECK (length(note) <= 5000),
    undoes_pk BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_feedback_events PRIMARY KEY (id),
    CONSTRAINT ck_feedback_events_undone_names_an_event CHECK ((kind = 'undone') = (undoes_pk IS NOT NULL)),
    CONSTRAINT uq_feedback_events_id_company_pk_film_pk_profile_pk UNIQUE (id, company_pk, film_pk, profile_pk),
    CONSTRAINT fk_feedback_events_undoes_pk FOREIGN KEY(undoes_pk, company_pk, film_pk, profile_pk) REFERENCES feedback_events (id, company_pk, film_pk, profile_pk) ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT uq_feedback_events_event_id UNIQUE (event_id),
    CONSTRAINT fk_feedback_events_film_pk FOREIGN KEY(film_pk) REFERENCES films (id) ON DELETE CASCADE,
    CONSTRAINT fk_feedback_events_profile_pk FOREIGN KEY(profile_pk) REFERENCES distributor_profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_feedback_events_company_pk FOREIGN KEY(company_pk) REFERENCES companies (id) ON DELETE CASCADE,
    CONSTRAINT fk_feedback_events_user_pk FOREIGN KEY(user_pk) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT uq_feedback_events_undoes_pk UNIQUE (undoes_pk)
);

CREATE INDEX ix_feedback_events_company_pk_id ON feedback_events (company_pk, id);
CREATE INDEX ix_feedback_events_film_pk ON feedback_events (film_pk);
CREATE INDEX ix_feedback_events_passes ON feedback_events (profile_pk, at) WHERE kind = 'passed';
CREATE INDEX ix_feedback_events_profile_pk_film_pk ON feedback_events (profile_pk, film_pk);
CREATE INDEX ix_feedback_events_user_pk ON feedback_events (user_pk);

CREATE TABLE film_vectors (
    film_pk BIGINT NOT NULL,
    encoder TEXT NOT NULL,
    text_sha256 BYTEA NOT NULL,
    vector BYTEA NOT NULL,
    CONSTRAINT pk_film_vectors PRIMARY KEY (film_pk, encoder),
    CONSTRAINT ck_film_vectors_text_sha256_length CHECK (octet_length(text_sha256) = 32),
    CONSTRAINT ck_film_vectors_vector_float32 CHECK (octet_length(vector) > 0 AND mod(octet_length(vector), 4) = 0),
    CONSTRAINT fk_film_vectors_film_pk FOREIGN KEY(film_pk) REFERENCES films (id) ON DELETE CASCADE
);

CREATE TABLE import_runs (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    run_id TEXT NOT NULL CONSTRAINT ck_import_runs_run_id_length CHECK (run_id <> '' AND length(run_id) <= 200),
    file_pk BIGINT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_import_runs_kind_known CHECK (kind IN ('films', 'distributors', 'deals', 'rights')),
    dry_run BOOLEAN NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_import_runs_state_known CHECK (state IN ('queued', 'running', 'checked', 'applied', 'failed', 'cancelled')),
    mapping JSONB DEFAULT '{}' NOT NULL,
    company_pk BIGINT,
    requested_by TEXT NOT NULL CONSTRAINT ck_import_runs_requested_by_length CHECK (length(requested_by) <= 500 AND btrim(requested_by) <> ''),
    total INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_import_runs_total_not_negative CHECK (total >= 0),
    added INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_import_runs_added_not_negative CHECK (added >= 0),
    changed INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_import_runs_changed_not_negative CHECK (changed >= 0),
    unchanged INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_import_runs_unchanged_not_negative CHECK (unchanged >= 0),
    refused INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_import_runs_refused_not_negative CHECK (refused >= 0),
    done INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_import_runs_done_not_negative CHECK (done >= 0),
    message TEXT DEFAULT '' NOT NULL CONSTRAINT ck_import_runs_message_length CHECK (length(message) <= 2000),
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_import_runs PRIMARY KEY (id),
    CONSTRAINT uq_import_runs_run_id UNIQUE (run_id),
    CONSTRAINT fk_import_runs_file_pk FOREIGN KEY(file_pk) REFERENCES import_files (id) ON DELETE CASCADE,
    CONSTRAINT fk_import_runs_company_pk FOREIGN KEY(company_pk) REFERENCES companies (id) ON DELETE CASCADE
);

CREATE INDEX ix_import_runs_company_pk_id ON import_runs (company_pk, id);
CREATE INDEX ix_import_runs_file_pk ON import_runs (file_pk);

CREATE TABLE suggestion_looks (
    user_pk BIGINT NOT NULL,
    profile_pk BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_suggestion_looks PRIMARY KEY (user_pk, profile_pk),
    CONSTRAINT fk_suggestion_looks_user_pk FOREIGN KEY(user_pk) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT fk_suggestion_looks_profile_pk FOREIGN KEY(profile_pk) REFERENCES distributor_profiles (id) ON DELETE CASCADE
);

CREATE INDEX ix_suggestion_looks_profile_pk ON suggestion_looks (profile_pk);

CREATE TABLE deal_terms (
    deal_pk BIGINT NOT NULL,
    guarantee NUMERIC(16, 2) CONSTRAINT ck_deal_terms_guarantee_not_negative CHECK (guarantee >= 0 AND guarantee <> 'NaN'),
    guarantee_currency TEXT CONSTRAINT ck_deal_terms_guarantee_currency_iso4217 CHECK (guarantee_currency ~ '^[A-Z]{3}$'),
    commission NUMERIC(6, 4) CONSTRAINT ck_deal_terms_commission_share CHECK (commission BETWEEN 0 AND 1),
    expenses_cap NUMERIC(16, 2) CONSTRAINT ck_deal_terms_expenses_cap_not_negative CHECK (expenses_cap >= 0 AND expenses_cap <> 'NaN'),
    expenses_cap_currency TEXT CONSTRAINT ck_deal_terms_expenses_cap_currency_iso4217 CHECK (expenses_cap_currency ~ '^[A-Z]{3}$'),
    note TEXT DEFAULT '' NOT NULL CONSTRAINT ck_deal_terms_note_length CHECK (length(note) <= 5000),
    CONSTRAINT pk_deal_terms PRIMARY KEY (deal_pk),
    CONSTRAINT ck_deal_terms_guarantee_with_currency CHECK ((guarantee IS NULL) = (guarantee_currency IS NULL)),
    CONSTRAINT ck_deal_terms_expenses_cap_with_currency CHECK ((expenses_cap IS NULL) = (expenses_cap_currency IS NULL)),
    CONSTRAINT fk_deal_terms_deal_pk FOREIGN KEY(deal_pk) REFERENCES deals (id) ON DELETE CASCADE
);

CREATE TABLE import_problems (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    run_pk BIGINT NOT NULL,
    row INTEGER NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    message TEXT NOT NULL,
    remedy TEXT NOT NULL,
    refused BOOLEAN NOT NULL,
    cells JSONB DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_import_problems PRIMARY KEY (id),
    CONSTRAINT fk_import_problems_run_pk FOREIGN KEY(run_pk) REFERENCES import_runs (id) ON DELETE CASCADE
);

CREATE INDEX ix_import_problems_run_pk_id ON import_problems (run_pk, id);

CREATE TABLE rights_grants (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    grant_id TEXT NOT NULL CONSTRAINT ck_rights_grants_grant_id_length CHECK (grant_id <> '' AND length(grant_id) <= 200),
    direction TEXT NOT NULL CONSTRAINT ck_rights_grants_direction_known CHECK (direction IN ('held', 'sold')),
    film_pk BIGINT NOT NULL,
    company_pk BIGINT NOT NULL,
    licensee_pk BIGINT,
    deal_pk BIGINT,
    territory TEXT NOT NULL CONSTRAINT ck_rights_grants_territory_iso3166 CHECK (territory ~ '^[A-Z]{2}$'),
    media_right TEXT NOT NULL CONSTRAINT ck_rights_grants_media_right_known CHECK (media_right IN ('theatrical', 'non_theatrical', 'public_video', 'airline', 'ship', 'hotel', 'home_video', 'tvod', 'est', 'svod', 'avod', 'fast', 'pay_tv', 'free_tv')),
    licence_window DATERANGE NOT NULL CONSTRAINT ck_rights_grants_licence_window_some CHECK (NOT isempty(licence_window)),
    exclusive BOOLEAN NOT NULL,
    languages TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_rights_grants_languages_length CHECK (length(array_to_string(languages, '')) <= 20000),
    holdback_until DATE,
    status TEXT NOT NULL CONSTRAINT ck_rights_grants_status_known CHECK (status IN ('draft', 'pending', 'active', 'rejected', 'inactive')),
    confirmed_on DATE,
    note TEXT DEFAULT '' NOT NULL CONSTRAINT ck_rights_grants_note_length CHECK (length(note) <= 5000),
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_rights_grants PRIMARY KEY (id),
    CONSTRAINT ck_rights_grants_licensee_if_sold CHECK ((direction = 'sold') = (licensee_pk IS NOT NULL)),
    CONSTRAINT ck_rights_grants_deal_if_sold CHECK (direction = 'sold' OR deal_pk IS NULL),
    CONSTRAINT ck_rights_grants_languages_tags CHECK (cardinality(languages) = 0 OR cardinality(languages) = cardinality(string_to_array(array_to_string(languages, ',', '?'), ',')) AND array_to_string(languages, ',', '?') ~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(,[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?)*$'),
    CONSTRAINT uq_rights_grants_grant_id UNIQUE (grant_id),
    CONSTRAINT fk_rights_grants_film_pk FOREIGN KEY(film_pk) REFERENCES films (id),
    CONSTRAINT fk_rights_grants_company_pk FOREIGN KEY(company_pk) REFERENCES companies (id),
    CONSTRAINT fk_rights_grants_licensee_pk FOREIGN KEY(licensee_pk) REFERENCES companies (id),
    CONSTRAINT fk_rights_grants_deal_pk FOREIGN KEY(deal_pk) REFERENCES deals (id)
);

CREATE INDEX ix_rights_grants_company_pk_id ON rights_grants (company_pk, id);
CREATE INDEX ix_rights_grants_confirmed_on ON rights_grants (confirmed_on);
CREATE INDEX ix_rights_grants_deal_pk ON rights_grants (deal_pk);
CREATE INDEX ix_rights_grants_film_pk ON rights_grants (film_pk, territory, media_right);
CREATE INDEX ix_rights_grants_licensee_pk_id ON rights_grants (licensee_pk, id);

