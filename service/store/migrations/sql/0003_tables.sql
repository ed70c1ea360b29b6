-- Requests for meetings between sales agents and distributors, as of revision 0003.

CREATE TABLE meeting_requests (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    request_id TEXT NOT NULL CONSTRAINT ck_meeting_requests_request_id_length CHECK (request_id <> '' AND length(request_id) <= 200),
    film_pk BIGINT NOT NULL,
    profile_pk BIGINT NOT NULL,
    event_pk BIGINT,
    asked_by TEXT NOT NULL CONSTRAINT ck_meeting_requests_asked_by_known CHECK (asked_by IN ('seller', 'buyer')),
    waits_for TEXT NOT NULL CONSTRAINT ck_meeting_requests_waits_for_known CHECK (waits_for IN ('seller', 'buyer')),
    state TEXT NOT NULL CONSTRAINT ck_meeting_requests_state_known CHECK (state IN ('open', 'accepted', 'declined', 'withdrawn')),
    message TEXT DEFAULT '' NOT NULL CONSTRAINT ck_meeting_requests_message_length CHECK (length(message) <= 5000),
    reply TEXT DEFAULT '' NOT NULL CONSTRAINT ck_meeting_requests_reply_length CHECK (length(reply) <= 5000),
    starts_at TIMESTAMP WITH TIME ZONE,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_meeting_requests PRIMARY KEY (id),
    CONSTRAINT uq_meeting_requests_request_id UNIQUE (request_id),
    CONSTRAINT fk_meeting_requests_film_pk FOREIGN KEY(film_pk) REFERENCES films (id) ON DELETE CASCADE,
    CONSTRAINT fk_meeting_requests_profile_pk FOREIGN KEY(profile_pk) REFERENCES distributor_profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_meeting_requests_event_pk FOREIGN KEY(event_pk) REFERENCES events (id) ON DELETE SET NULL
);

CREATE INDEX ix_meeting_requests_event_pk ON meeting_requests (event_pk);
CREATE INDEX ix_meeting_requests_film_pk ON meeting_requests (film_pk);
CREATE INDEX ix_meeting_requests_profile_pk ON meeting_requests (profile_pk);
CREATE UNIQUE INDEX uq_meeting_requests_open ON meeting_requests (film_pk, profile_pk) WHERE state = 'open';
