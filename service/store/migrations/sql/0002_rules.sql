-- Rules of events that look at more than one row.

-- GiST knows ranges without an extension, so the event is written as one.

ALTER TABLE event_slots ADD CONSTRAINT ex_event_slots_apart EXCLUDE USING gist (
    int8range(event_pk, event_pk, '[]') WITH &&,
    tstzrange(starts_at, ends_at) WITH &&
) DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION require_seller_and_buyer() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM FROM event_participants AS seller, event_participants AS buyer
    WHERE seller.id = NEW.seller_pk AND seller.side = 'seller' AND buyer.id = NEW.buyer_pk AND buyer.side = 'buyer';
    IF NOT FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'integrity_constraint_violation',
            CONSTRAINT = 'seller_meets_buyer',
            MESSAGE = 'a meeting, a wish or a lock is of a seller and a buyer';
    END IF;
    RETURN NEW;
END
$$;

DO $$
DECLARE
    of_pairs text;
BEGIN
    FOREACH of_pairs IN ARRAY ARRAY['event_wishes', 'event_locks', 'schedule_meetings', 'event_responses',
                                    'event_outcomes'] LOOP
        EXECUTE format('CREATE TRIGGER seller_meets_buyer BEFORE INSERT OR UPDATE ON %I'
            ' FOR EACH ROW EXECUTE FUNCTION require_seller_and_buyer()', of_pairs);
    END LOOP;
END
$$;

CREATE FUNCTION keep_side() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        CONSTRAINT = 'participants_keep_side',
        MESSAGE = format('%s stays a %s', OLD.participant_id, OLD.side);
END
$$;

CREATE TRIGGER participants_keep_side BEFORE UPDATE ON event_participants
    FOR EACH ROW WHEN (OLD.side <> NEW.side) EXECUTE FUNCTION keep_side();

-- What was published stays as it was.

CREATE FUNCTION keep_published() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM FROM schedules WHERE id = NEW.schedule_pk AND state <> 'draft';
    IF FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'integrity_constraint_violation',
            CONSTRAINT = 'published_stays',
            MESSAGE = 'a schedule that was published is not changed';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER published_stays BEFORE INSERT OR UPDATE ON schedule_meetings
    FOR EACH ROW EXECUTE FUNCTION keep_published();
