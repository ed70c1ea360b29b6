-- Since when rights are active, which films were merged into which, and contradictions as facts, as of revision 0009.

ALTER TABLE rights_grants ADD COLUMN active_since TIMESTAMP WITH TIME ZONE;

CREATE FUNCTION note_active_since() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.active_since := now();
    RETURN NEW;
END
$$;

CREATE TRIGGER became_active BEFORE UPDATE ON rights_grants
    FOR EACH ROW WHEN (OLD.status <> 'active' AND NEW.status = 'active')
    EXECUTE FUNCTION note_active_since();

CREATE TABLE merged_films (
    film_id TEXT NOT NULL,
    kept_pk BIGINT NOT NULL,
    CONSTRAINT pk_merged_films PRIMARY KEY (film_id),
    CONSTRAINT fk_merged_films_kept_pk FOREIGN KEY(kept_pk) REFERENCES films (id) ON DELETE CASCADE
);

CREATE INDEX ix_merged_films_kept_pk ON merged_films (kept_pk);

-- They were English sentences; planning again tells them as facts.
UPDATE schedules SET report = jsonb_set(report, '{conflicts}', '[]')
    WHERE jsonb_path_exists(report, '$.conflicts[*] ? (@.type() == "string")');
