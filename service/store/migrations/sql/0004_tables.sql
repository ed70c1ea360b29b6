-- What was between participants before an event, and whether they may prepare for it, as of revision 0004.

ALTER TABLE events ADD COLUMN invites BOOLEAN DEFAULT false NOT NULL;

CREATE TABLE event_history (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    event_pk BIGINT NOT NULL,
    seller_pk BIGINT NOT NULL,
    buyer_pk BIGINT NOT NULL,
    about TEXT NOT NULL CONSTRAINT ck_event_history_about_known CHECK (about IN ('seller', 'buyer')),
    kind TEXT NOT NULL CONSTRAINT ck_event_history_kind_known CHECK (kind IN ('met_before', 'met_this_year', 'in_business', 'competitor', 'interested', 'not_interested', 'no_show')),
    CONSTRAINT pk_event_history PRIMARY KEY (id),
    CONSTRAINT fk_event_history_seller_pk_event_pk FOREIGN KEY(seller_pk, event_pk) REFERENCES event_participants (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT fk_event_history_buyer_pk_event_pk FOREIGN KEY(buyer_pk, event_pk) REFERENCES event_participants (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT uq_event_history_seller_pk_buyer_pk_about_kind UNIQUE (seller_pk, buyer_pk, about, kind),
    CONSTRAINT fk_event_history_event_pk FOREIGN KEY(event_pk) REFERENCES events (id) ON DELETE CASCADE
);

CREATE INDEX ix_event_history_buyer_pk ON event_history (buyer_pk);
CREATE INDEX ix_event_history_event_pk ON event_history (event_pk);

CREATE TRIGGER seller_meets_buyer BEFORE INSERT OR UPDATE ON event_history
    FOR EACH ROW EXECUTE FUNCTION require_seller_and_buyer();
