-- Rules that look at more than one row or one table, the log of changes, and views.
-- docs/decisions/0007-rights-in-the-database.md says why they are here and in this form.

-- GiST knows ranges without an extension, so each part of a right is written as one. Film, territory and media
-- right become one number: as ranges of text they took 2.5 times as long to index.

CREATE FUNCTION rights_cell_number(film_pk bigint, territory text, media_right text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN film_pk * 16384
        + ((ascii(territory) - 65) * 26 + ascii(substr(territory, 2)) - 65) * 16
        + array_position(ARRAY['theatrical', 'non_theatrical', 'public_video', 'airline', 'ship', 'hotel',
            'home_video', 'tvod', 'est', 'svod', 'avod', 'fast', 'pay_tv', 'free_tv'], media_right);

CREATE FUNCTION rights_cell(film_pk bigint, territory text, media_right text) RETURNS int8range
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN int8range(rights_cell_number(film_pk, territory, media_right),
                     rights_cell_number(film_pk, territory, media_right), '[]');

-- A language tag is [tag, tag.), which holds the tag and all that it covers: pt holds pt-BR, not ptx.

CREATE TYPE text_range AS RANGE (subtype = text, collation = "C", multirange_type_name = text_multirange);

CREATE FUNCTION language_span(languages text[]) RETURNS text_multirange
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN cardinality(languages) = 0 THEN text_multirange(text_range(NULL, NULL))
                ELSE (SELECT range_agg(text_range(tag, tag || '.', '[)')) FROM unnest(languages) AS tag) END;

-- An exclusive grant claims every place, another one only its own: exclusive meets all, others do not meet.

CREATE FUNCTION claimed_places(grant_pk bigint, exclusive boolean) RETURNS int8range
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN exclusive THEN int8range(NULL, NULL) ELSE int8range(grant_pk, grant_pk, '[]') END;

ALTER TABLE rights_grants ADD CONSTRAINT ex_rights_grants_sold EXCLUDE USING gist (
    rights_cell(film_pk, territory, media_right) WITH &&,
    licence_window WITH &&,
    language_span(languages) WITH &&,
    claimed_places(id, exclusive) WITH &&
) WHERE (status = 'active' AND direction = 'sold');

ALTER TABLE rights_grants ADD CONSTRAINT ex_rights_grants_held EXCLUDE USING gist (
    rights_cell(film_pk, territory, media_right) WITH &&,
    licence_window WITH &&,
    language_span(languages) WITH &&,
    claimed_places(id, exclusive) WITH &&
) WHERE (status = 'active' AND direction = 'held');

-- Sold and dealt inside held. FOR SHARE: whoever withdraws a holding waits for those who rely on it.

CREATE FUNCTION held_windows(
    the_film bigint, the_company bigint, the_territory text, the_right text,
    the_languages text_range, only_exclusive boolean
) RETURNS datemultirange
    LANGUAGE sql
    AS $$
SELECT coalesce(range_agg(held.licence_window), '{}'::datemultirange)
FROM (
    SELECT licence_window FROM rights_grants
    WHERE direction = 'held' AND status = 'active'
      AND film_pk = the_film AND company_pk = the_company
      AND territory = the_territory AND media_right = the_right
      AND (exclusive OR NOT only_exclusive)
      AND (the_languages IS NULL OR language_span(languages) @> the_languages)
    ORDER BY id
    FOR SHARE
) AS held
$$;

CREATE FUNCTION said_window(the_window daterange) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN coalesce('from ' || lower(the_window)::text || ' ', '')
        || coalesce('to ' || (upper(the_window) - 1)::text, 'without end');

CREATE FUNCTION require_sold_inside_held(sold rights_grants) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    wanted text_range;
BEGIN
    FOR wanted IN SELECT unnest(language_span(sold.languages)) LOOP
        IF NOT held_windows(sold.film_pk, sold.company_pk, sold.territory, sold.media_right, wanted,
                            sold.exclusive) @> sold.licence_window THEN
            RAISE EXCEPTION USING
                ERRCODE = 'integrity_constraint_violation',
                CONSTRAINT = 'rights_inside_held',
                MESSAGE = format('the seller does not hold %s %s in %s%s %s', sold.media_right,
                    CASE WHEN sold.exclusive THEN 'exclusively' ELSE 'rights' END, sold.territory,
                    coalesce(' for the language ' || lower(wanted), ''), said_window(sold.licence_window)),
                DETAIL = sold.grant_id;
        END IF;
    END LOOP;
END
$$;

CREATE FUNCTION require_sold_fits_its_deal(sold rights_grants) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM FROM deals AS d JOIN distributor_profiles AS p ON p.id = d.profile_pk
    WHERE d.id = sold.deal_pk AND d.film_pk = sold.film_pk AND d.agent_pk = sold.company_pk
      AND p.company_pk = sold.licensee_pk AND p.territory = sold.territory
      AND sold.media_right = ANY (d.media_rights);
    IF NOT FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'integrity_constraint_violation',
            CONSTRAINT = 'rights_fit_their_deal',
            MESSAGE = format('the grant of %s in %s differs from its deal in film, seller, buyer, territory or media right',
                sold.media_right, sold.territory),
            DETAIL = sold.grant_id;
    END IF;
END
$$;

CREATE FUNCTION require_deal_inside_held(deal deals) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    the_territory text := (SELECT territory FROM distributor_profiles WHERE id = deal.profile_pk);
    the_right text;
    held datemultirange;
BEGIN
    FOREACH the_right IN ARRAY deal.media_rights LOOP
        held := held_windows(deal.film_pk, deal.agent_pk, the_territory, the_right, NULL, false);
        IF NOT (CASE WHEN deal.licence_window IS NOT NULL THEN held @> deal.licence_window
                    WHEN deal.release_date IS NOT NULL THEN held @> deal.release_date
                    ELSE held && daterange(deal.signed_on, NULL) END) THEN
            RAISE EXCEPTION USING
                ERRCODE = 'integrity_constraint_violation',
                CONSTRAINT = 'deals_inside_held',
                MESSAGE = format('the seller does not hold %s rights in %s %s', the_right, the_territory,
                    CASE WHEN deal.licence_window IS NOT NULL THEN said_window(deal.licence_window)
                         WHEN deal.release_date IS NOT NULL THEN 'on ' || deal.release_date::text
                         ELSE 'after ' || deal.signed_on::text END),
                DETAIL = deal.deal_id;
        END IF;
    END LOOP;
END
$$;

-- At commit a row may have changed again or be gone: each trigger looks at it as it is then.

CREATE FUNCTION check_sold() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    sold rights_grants;
BEGIN
    -- By id alone: with the other conditions the planner takes the index of active sales, which it believes to be
    -- empty inside a large import, and the check becomes quadratic (48 s instead of 11 s for 100,000 grants).
    SELECT * INTO sold FROM rights_grants WHERE id = NEW.id;
    IF sold.direction = 'sold' AND sold.status = 'active' THEN
        PERFORM require_sold_inside_held(sold);
        IF sold.deal_pk IS NOT NULL THEN
            PERFORM require_sold_fits_its_deal(sold);
        END IF;
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION check_deal() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    deal deals;
    sold rights_grants;
BEGIN
    SELECT * INTO deal FROM deals WHERE id = NEW.id;
    IF FOUND AND deal.agent_pk IS NOT NULL THEN
        PERFORM require_deal_inside_held(deal);
    END IF;
    FOR sold IN SELECT * FROM rights_grants WHERE deal_pk = NEW.id AND status = 'active' LOOP
        PERFORM require_sold_fits_its_deal(sold);
    END LOOP;
    RETURN NULL;
END
$$;

CREATE FUNCTION check_still_inside_held() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    sold rights_grants;
    deal deals;
BEGIN
    FOR sold IN
        SELECT * FROM rights_grants
        WHERE film_pk = OLD.film_pk AND company_pk = OLD.company_pk AND territory = OLD.territory
          AND media_right = OLD.media_right AND direction = 'sold' AND status = 'active'
    LOOP
        PERFORM require_sold_inside_held(sold);
    END LOOP;
    FOR deal IN
        SELECT d.* FROM deals AS d JOIN distributor_profiles AS p ON p.id = d.profile_pk
        WHERE d.film_pk = OLD.film_pk AND d.agent_pk = OLD.company_pk AND p.territory = OLD.territory
          AND OLD.media_right = ANY (d.media_rights)
    LOOP
        PERFORM require_deal_inside_held(deal);
    END LOOP;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER sold_inside_held AFTER INSERT OR UPDATE ON rights_grants
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.direction = 'sold' AND NEW.status = 'active')
    EXECUTE FUNCTION check_sold();

CREATE CONSTRAINT TRIGGER held_changed AFTER UPDATE ON rights_grants
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.direction = 'held' AND OLD.status = 'active' AND (
        OLD.direction IS DISTINCT FROM NEW.direction
        OR OLD.status IS DISTINCT FROM NEW.status
        OR OLD.film_pk IS DISTINCT FROM NEW.film_pk
        OR OLD.company_pk IS DISTINCT FROM NEW.company_pk
        OR OLD.territory IS DISTINCT FROM NEW.territory
        OR OLD.media_right IS DISTINCT FROM NEW.media_right
        OR OLD.licence_window IS DISTINCT FROM NEW.licence_window
        OR OLD.exclusive IS DISTINCT FROM NEW.exclusive
        OR OLD.languages IS DISTINCT FROM NEW.languages))
    EXECUTE FUNCTION check_still_inside_held();

CREATE CONSTRAINT TRIGGER held_deleted AFTER DELETE ON rights_grants
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.direction = 'held' AND OLD.status = 'active')
    EXECUTE FUNCTION check_still_inside_held();

CREATE CONSTRAINT TRIGGER deal_inside_held AFTER INSERT OR UPDATE ON deals
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.agent_pk IS NOT NULL)
    EXECUTE FUNCTION check_deal();

CREATE CONSTRAINT TRIGGER deal_lost_its_agent AFTER UPDATE ON deals
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.agent_pk IS NOT NULL AND NEW.agent_pk IS NULL)
    EXECUTE FUNCTION check_deal();

CREATE FUNCTION keep_territory() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        CONSTRAINT = 'profiles_keep_territory',
        MESSAGE = format('a distributor''s territory never changes (%s to %s)', OLD.territory, NEW.territory);
END
$$;

CREATE TRIGGER profiles_keep_territory BEFORE UPDATE ON distributor_profiles
    FOR EACH ROW WHEN (OLD.territory <> NEW.territory) EXECUTE FUNCTION keep_territory();

-- The log of changes. The revision is given at commit under a lock, so its order is that of the commits.

INSERT INTO revision (singleton, value) VALUES (1, 0);

CREATE FUNCTION change_batch() RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    batch bigint := nullif(current_setting('reelmatch.change_batch', true), '')::bigint;
BEGIN
    IF batch IS NULL THEN
        INSERT INTO change_batches (revision) VALUES (NULL) RETURNING id INTO batch;
        PERFORM set_config('reelmatch.change_batch', batch::text, true);
    END IF;
    RETURN batch;
END
$$;

CREATE FUNCTION log_changes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO changes (batch_pk, kind, object_id)'
        ' SELECT change_batch(), %L, object_id FROM (SELECT DISTINCT %s AS object_id FROM touched) AS ids'
        ' ON CONFLICT DO NOTHING', TG_ARGV[0], TG_ARGV[1]);
    RETURN NULL;
END
$$;

CREATE FUNCTION number_batch() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    next bigint;
BEGIN
    UPDATE revision SET value = value + 1 RETURNING value INTO next;
    UPDATE change_batches SET revision = next WHERE id = NEW.id;
    PERFORM pg_notify('reelmatch_changes', next::text);
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER number_batch AFTER INSERT ON change_batches
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION number_batch();

DO $$
DECLARE
    logged record;
    event text;
BEGIN
    FOR logged IN SELECT * FROM (VALUES
        ('films', 'film', 'film_id'),
        ('distributor_profiles', 'distributor', 'distributor_id'),
        ('deals', 'deal', 'deal_id'),
        ('film_vectors', 'film', '(SELECT film_id FROM films WHERE id = film_pk)'),
        ('brief_vectors', 'distributor', '(SELECT distributor_id FROM distributor_profiles WHERE id = profile_pk)')
    ) AS logged (table_name, kind, object_id) LOOP
        FOREACH event IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE'] LOOP
            CONTINUE WHEN logged.table_name LIKE '%\_vectors' AND event = 'DELETE';
            EXECUTE format(
                'CREATE TRIGGER log_%s AFTER %s ON %I REFERENCING %s TABLE AS touched'
                ' FOR EACH STATEMENT EXECUTE FUNCTION log_changes(%L, %L)',
                lower(event), event, logged.table_name,
                CASE event WHEN 'DELETE' THEN 'OLD' ELSE 'NEW' END, logged.kind, logged.object_id);
        END LOOP;
    END LOOP;
END
$$;

-- The bundle in force.

INSERT INTO current_bundle (singleton, bundle_pk, counter) VALUES (1, NULL, 0);

CREATE FUNCTION notify_bundle() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('reelmatch_bundle', NEW.counter::text);
    RETURN NULL;
END
$$;

CREATE TRIGGER notify_bundle AFTER UPDATE ON current_bundle FOR EACH ROW EXECUTE FUNCTION notify_bundle();

-- What stands of what was said, and what was predicted.

CREATE VIEW current_feedback AS
SELECT DISTINCT ON (said.company_pk, said.profile_pk, said.film_pk, said.kind) said.*
FROM feedback_events AS said
WHERE said.kind <> 'undone'
  AND NOT EXISTS (SELECT FROM feedback_events AS undone WHERE undone.undoes_pk = said.id)
ORDER BY said.company_pk, said.profile_pk, said.film_pk, said.kind, said.at DESC, said.id DESC;

CREATE VIEW predictions AS
SELECT run.id AS run_pk, run.at, run.bundle_version, shown.film_id, shown.distributor_id, shown.probability
FROM match_runs AS run,
     unnest(run.film_ids, run.distributor_ids, run.probabilities) AS shown (film_id, distributor_id, probability);
