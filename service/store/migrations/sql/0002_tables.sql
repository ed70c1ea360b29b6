-- Events of market organisers and their schedules, as of revision 0002; rules across rows are in 0002_rules.sql.

CREATE TABLE events (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    event_id TEXT NOT NULL CONSTRAINT ck_events_event_id_length CHECK (event_id <> '' AND length(event_id) <= 200),
    company_pk BIGINT NOT NULL,
    name TEXT NOT NULL CONSTRAINT ck_events_name_length CHECK (length(name) <= 300 AND btrim(name) <> ''),
    time_zone TEXT NOT NULL CONSTRAINT ck_events_time_zone_length CHECK (length(time_zone) <= 100 AND btrim(time_zone) <> ''),
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    evenness FLOAT(53) DEFAULT 0 NOT NULL CONSTRAINT ck_events_evenness_share CHECK (evenness BETWEEN 0 AND 1),
    walking_min INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_events_walking_min_not_negative CHECK (walking_min >= 0),
    status TEXT NOT NULL CONSTRAINT ck_events_status_known CHECK (status IN ('planning', 'published', 'closed')),
    values_from TEXT DEFAULT '' NOT NULL CONSTRAINT ck_events_values_from_length CHECK (length(values_from) <= 200),
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_events PRIMARY KEY (id),
    CONSTRAINT ck_events_days_order CHECK (ends_on >= starts_on AND ends_on < starts_on + 100),
    CONSTRAINT uq_events_event_id UNIQUE (event_id),
    CONSTRAINT fk_events_company_pk FOREIGN KEY(company_pk) REFERENCES companies (id)
);

CREATE INDEX ix_events_company_pk_id ON events (company_pk, id);

CREATE TABLE event_slots (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    event_pk BIGINT NOT NULL,
    slot_id TEXT NOT NULL CONSTRAINT ck_event_slots_slot_id_length CHECK (slot_id <> '' AND length(slot_id) <= 200),
    day DATE NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_event_slots PRIMARY KEY (id),
    CONSTRAINT ck_event_slots_times_order CHECK (ends_at > starts_at),
    CONSTRAINT uq_event_slots_event_pk_slot_id UNIQUE (event_pk, slot_id),
    CONSTRAINT uq_event_slots_id_event_pk UNIQUE (id, event_pk),
    CONSTRAINT fk_event_slots_event_pk FOREIGN KEY(event_pk) REFERENCES events (id) ON DELETE CASCADE
);

CREATE TABLE event_tables (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    event_pk BIGINT NOT NULL,
    table_id TEXT NOT NULL CONSTRAINT ck_event_tables_table_id_length CHECK (table_id <> '' AND length(table_id) <= 200),
    reserved_for TEXT DEFAULT '' NOT NULL CONSTRAINT ck_event_tables_reserved_for_length CHECK (length(reserved_for) <= 200),
    hall TEXT DEFAULT '' NOT NULL CONSTRAINT ck_event_tables_hall_length CHECK (length(hall) <= 200),
    closed BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_event_tables PRIMARY KEY (id),
    CONSTRAINT uq_event_tables_event_pk_table_id UNIQUE (event_pk, table_id),
    CONSTRAINT uq_event_tables_id_event_pk UNIQUE (id, event_pk),
    CONSTRAINT fk_event_tables_event_pk FOREIGN KEY(event_pk) REFERENCES events (id) ON DELETE CASCADE
);

CREATE TABLE event_participants (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    event_pk BIGINT NOT NULL,
    participant_id TEXT NOT NULL CONSTRAINT ck_event_participants_participant_id_length CHECK (participant_id <> '' AND length(participant_id) <= 200),
    side TEXT NOT NULL CONSTRAINT ck_event_participants_side_known CHECK (side IN ('seller', 'buyer')),
    name TEXT DEFAULT '' NOT NULL CONSTRAINT ck_event_participants_name_length CHECK (length(name) <= 300),
    colleagues TEXT DEFAULT '' NOT NULL CONSTRAINT ck_event_participants_colleagues_length CHECK (length(colleagues) <= 200),
    company_pk BIGINT,
    distributor_ids TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_event_participants_distributor_ids_length CHECK (length(array_to_string(distributor_ids, '')) <= 20000),
    territories TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_event_participants_territories_length CHECK (length(array_to_string(territories, '')) <= 20000),
    brief TEXT DEFAULT '' NOT NULL CONSTRAINT ck_event_participants_brief_length CHECK (length(brief) <= 20000),
    film_ids TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_event_participants_film_ids_length CHECK (length(array_to_string(film_ids, '')) <= 20000),
    max_meetings INTEGER CONSTRAINT ck_event_participants_max_meetings_not_negative CHECK (max_meetings >= 0),
    min_meetings INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_event_participants_min_meetings_not_negative CHECK (min_meetings >= 0),
    max_per_day INTEGER CONSTRAINT ck_event_participants_max_per_day_not_negative CHECK (max_per_day >= 0),
    not_before TIME WITHOUT TIME ZONE,
    hosted BOOLEAN DEFAULT false NOT NULL,
    withdrawn BOOLEAN DEFAULT false NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_event_participants PRIMARY KEY (id),
    CONSTRAINT ck_event_participants_meetings_order CHECK (min_meetings <= max_meetings),
    CONSTRAINT uq_event_participants_event_pk_participant_id UNIQUE (event_pk, participant_id),
    CONSTRAINT uq_event_participants_id_event_pk UNIQUE (id, event_pk),
    CONSTRAINT fk_event_participants_event_pk FOREIGN KEY(event_pk) REFERENCES events (id) ON DELETE CASCADE,
    CONSTRAINT fk_event_participants_company_pk FOREIGN KEY(company_pk) REFERENCES companies (id)
);

CREATE INDEX ix_event_participants_company_pk ON event_participants (company_pk);

CREATE TABLE event_absences (
    participant_pk BIGINT NOT NULL,
    slot_pk BIGINT NOT NULL,
    event_pk BIGINT NOT NULL,
    CONSTRAINT pk_event_absences PRIMARY KEY (participant_pk, slot_pk),
    CONSTRAINT fk_event_absences_participant_pk_event_pk FOREIGN KEY(participant_pk, event_pk) REFERENCES event_participants (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT fk_event_absences_slot_pk_event_pk FOREIGN KEY(slot_pk, event_pk) REFERENCES event_slots (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT fk_event_absences_event_pk FOREIGN KEY(event_pk) REFERENCES events (id) ON DELETE CASCADE
);

CREATE INDEX ix_event_absences_event_pk ON event_absences (event_pk);
CREATE INDEX ix_event_absences_slot_pk ON event_absences (slot_pk);

CREATE TABLE event_wishes (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    event_pk BIGINT NOT NULL,
    seller_pk BIGINT NOT NULL,
    buyer_pk BIGINT NOT NULL,
    wisher TEXT NOT NULL CONSTRAINT ck_event_wishes_wisher_known CHECK (wisher IN ('seller', 'buyer')),
    kind TEXT NOT NULL CONSTRAINT ck_event_wishes_kind_known CHECK (kind IN ('must', 'want', 'no_go', 'met_before')),
    CONSTRAINT pk_event_wishes PRIMARY KEY (id),
    CONSTRAINT fk_event_wishes_seller_pk_event_pk FOREIGN KEY(seller_pk, event_pk) REFERENCES event_participants (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT fk_event_wishes_buyer_pk_event_pk FOREIGN KEY(buyer_pk, event_pk) REFERENCES event_participants (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT uq_event_wishes_seller_pk_buyer_pk_wisher_kind UNIQUE (seller_pk, buyer_pk, wisher, kind),
    CONSTRAINT fk_event_wishes_event_pk FOREIGN KEY(event_pk) REFERENCES events (id) ON DELETE CASCADE
);

CREATE INDEX ix_event_wishes_buyer_pk ON event_wishes (buyer_pk);
CREATE INDEX ix_event_wishes_event_pk ON event_wishes (event_pk);

CREATE TABLE event_locks (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    event_pk BIGINT NOT NULL,
    seller_pk BIGINT NOT NULL,
    buyer_pk BIGINT NOT NULL,
    slot_pk BIGINT NOT NULL,
    table_pk BIGINT,
    CONSTRAINT pk_event_locks PRIMARY KEY (id),
    CONSTRAINT fk_event_locks_seller_pk_event_pk FOREIGN KEY(seller_pk, event_pk) REFERENCES event_participants (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT fk_event_locks_buyer_pk_event_pk FOREIGN KEY(buyer_pk, event_pk) REFERENCES event_participants (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT fk_event_locks_slot_pk_event_pk FOREIGN KEY(slot_pk, event_pk) REFERENCES event_slots (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT fk_event_locks_table_pk_event_pk FOREIGN KEY(table_pk, event_pk) REFERENCES event_tables (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT uq_event_locks_seller_pk_buyer_pk UNIQUE (seller_pk, buyer_pk),
    CONSTRAINT uq_event_locks_buyer_pk_slot_pk UNIQUE (buyer_pk, slot_pk),
    CONSTRAINT uq_event_locks_slot_pk_seller_pk UNIQUE (slot_pk, seller_pk),
    CONSTRAINT uq_event_locks_table_pk_slot_pk UNIQUE (table_pk, slot_pk),
    CONSTRAINT fk_event_locks_event_pk FOREIGN KEY(event_pk) REFERENCES events (id) ON DELETE CASCADE
);

CREATE INDEX ix_event_locks_event_pk ON event_locks (event_pk);

CREATE TABLE event_values (
    event_pk BIGINT NOT NULL,
    seller_pk BIGINT NOT NULL,
    buyer_pk BIGINT NOT NULL,
    value FLOAT(53) NOT NULL CONSTRAINT ck_event_values_value_not_negative CHECK (value >= 0 AND value < 'Infinity'),
    value_seller FLOAT(53) NOT NULL CONSTRAINT ck_event_values_value_seller_not_negative CHECK (value_seller >= 0 AND value_seller < 'Infinity'),
    value_buyer FLOAT(53) NOT NULL CONSTRAINT ck_event_values_value_buyer_not_negative CHECK (value_buyer >= 0 AND value_buyer < 'Infinity'),
    CONSTRAINT fk_event_values_seller_pk_event_pk FOREIGN KEY(seller_pk, event_pk) REFERENCES event_participants (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT fk_event_values_buyer_pk_event_pk FOREIGN KEY(buyer_pk, event_pk) REFERENCES event_participants (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT uq_event_values_seller_pk_buyer_pk UNIQUE (seller_pk, buyer_pk),
    CONSTRAINT fk_event_values_event_pk FOREIGN KEY(event_pk) REFERENCES events (id) ON DELETE CASCADE
);

CREATE INDEX ix_event_values_buyer_pk ON event_values (buyer_pk);
CREATE INDEX ix_event_values_event_pk ON event_values (event_pk);

CREATE TABLE schedules (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    schedule_id TEXT NOT NULL CONSTRAINT ck_schedules_schedule_id_length CHECK (schedule_id <> '' AND length(schedule_id) <= 200),
    event_pk BIGINT NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL CONSTRAINT ck_schedules_state_known CHECK (state IN ('draft', 'published', 'replaced')),
    based_on INTEGER,
    made_by TEXT NOT NULL CONSTRAINT ck_schedules_made_by_length CHECK (length(made_by) <= 500 AND btrim(made_by) <> ''),
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    published_by TEXT DEFAULT '' NOT NULL CONSTRAINT ck_schedules_published_by_length CHECK (length(published_by) <= 500),
    note TEXT DEFAULT '' NOT NULL CONSTRAINT ck_schedules_note_length CHECK (length(note) <= 2000),
    report JSONB DEFAULT '{}' NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_schedules PRIMARY KEY (id),
    CONSTRAINT ck_schedules_published_when_published CHECK ((state = 'draft') = (published_at IS NULL)),
    CONSTRAINT uq_schedules_event_pk_number UNIQUE (event_pk, number),
    CONSTRAINT uq_schedules_id_event_pk UNIQUE (id, event_pk),
    CONSTRAINT uq_schedules_schedule_id UNIQUE (schedule_id),
    CONSTRAINT fk_schedules_event_pk FOREIGN KEY(event_pk) REFERENCES events (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX uq_schedules_published ON schedules (event_pk) WHERE state = 'published';

CREATE TABLE schedule_meetings (
    schedule_pk BIGINT NOT NULL,
    event_pk BIGINT NOT NULL,
    seller_pk BIGINT NOT NULL,
    buyer_pk BIGINT NOT NULL,
    slot_pk BIGINT NOT NULL,
    table_pk BIGINT NOT NULL,
    value FLOAT(53) NOT NULL,
    value_seller FLOAT(53) NOT NULL,
    value_buyer FLOAT(53) NOT NULL,
    film_ids TEXT[] DEFAULT '{}' NOT NULL CONSTRAINT ck_schedule_meetings_film_ids_length CHECK (length(array_to_string(film_ids, '')) <= 20000),
    CONSTRAINT fk_schedule_meetings_seller_pk_event_pk FOREIGN KEY(seller_pk, event_pk) REFERENCES event_participants (id, event_pk),
    CONSTRAINT fk_schedule_meetings_buyer_pk_event_pk FOREIGN KEY(buyer_pk, event_pk) REFERENCES event_participants (id, event_pk),
    CONSTRAINT fk_schedule_meetings_schedule_pk_event_pk FOREIGN KEY(schedule_pk, event_pk) REFERENCES schedules (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT fk_schedule_meetings_slot_pk_event_pk FOREIGN KEY(slot_pk, event_pk) REFERENCES event_slots (id, event_pk),
    CONSTRAINT fk_schedule_meetings_table_pk_event_pk FOREIGN KEY(table_pk, event_pk) REFERENCES event_tables (id, event_pk),
    CONSTRAINT uq_schedule_meetings_schedule_pk_seller_pk_buyer_pk UNIQUE (schedule_pk, seller_pk, buyer_pk),
    CONSTRAINT uq_schedule_meetings_slot_pk_schedule_pk_seller_pk UNIQUE (slot_pk, schedule_pk, seller_pk),
    CONSTRAINT uq_schedule_meetings_buyer_pk_schedule_pk_slot_pk UNIQUE (buyer_pk, schedule_pk, slot_pk),
    CONSTRAINT uq_schedule_meetings_table_pk_schedule_pk_slot_pk UNIQUE (table_pk, schedule_pk, slot_pk),
    CONSTRAINT fk_schedule_meetings_event_pk FOREIGN KEY(event_pk) REFERENCES events (id) ON DELETE CASCADE
);

CREATE INDEX ix_schedule_meetings_event_pk ON schedule_meetings (event_pk);
CREATE INDEX ix_schedule_meetings_seller_pk ON schedule_meetings (seller_pk);

CREATE TABLE event_responses (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    event_pk BIGINT NOT NULL,
    seller_pk BIGINT NOT NULL,
    buyer_pk BIGINT NOT NULL,
    side TEXT NOT NULL CONSTRAINT ck_event_responses_side_known CHECK (side IN ('seller', 'buyer')),
    slot_pk BIGINT NOT NULL,
    answer TEXT NOT NULL CONSTRAINT ck_event_responses_answer_known CHECK (answer IN ('accepted', 'declined', 'proposed')),
    reason TEXT DEFAULT '' NOT NULL CONSTRAINT ck_event_responses_reason_length CHECK (length(reason) <= 500),
    proposed_slot_pk BIGINT,
    by TEXT NOT NULL CONSTRAINT ck_event_responses_by_length CHECK (length(by) <= 500 AND btrim(by) <> ''),
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_event_responses PRIMARY KEY (id),
    CONSTRAINT fk_event_responses_seller_pk_event_pk FOREIGN KEY(seller_pk, event_pk) REFERENCES event_participants (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT fk_event_responses_buyer_pk_event_pk FOREIGN KEY(buyer_pk, event_pk) REFERENCES event_participants (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT fk_event_responses_slot_pk_event_pk FOREIGN KEY(slot_pk, event_pk) REFERENCES event_slots (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT fk_event_responses_proposed_slot_pk_event_pk FOREIGN KEY(proposed_slot_pk, event_pk) REFERENCES event_slots (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT ck_event_responses_slot_if_proposed CHECK ((answer = 'proposed') = (proposed_slot_pk IS NOT NULL)),
    CONSTRAINT uq_event_responses_seller_pk_buyer_pk_side UNIQUE (seller_pk, buyer_pk, side),
    CONSTRAINT fk_event_responses_event_pk FOREIGN KEY(event_pk) REFERENCES events (id) ON DELETE CASCADE
);

CREATE INDEX ix_event_responses_buyer_pk ON event_responses (buyer_pk);
CREATE INDEX ix_event_responses_event_pk ON event_responses (event_pk);
CREATE INDEX ix_event_responses_proposed_slot_pk ON event_responses (proposed_slot_pk);
CREATE INDEX ix_event_responses_slot_pk ON event_responses (slot_pk);

CREATE TABLE event_outcomes (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    event_pk BIGINT NOT NULL,
    seller_pk BIGINT NOT NULL,
    buyer_pk BIGINT NOT NULL,
    said_by TEXT NOT NULL CONSTRAINT ck_event_outcomes_said_by_known CHECK (said_by IN ('organiser', 'seller', 'buyer')),
    attendance TEXT NOT NULL CONSTRAINT ck_event_outcomes_attendance_known CHECK (attendance IN ('held', 'seller_missing', 'buyer_missing', 'both_missing')),
    interest TEXT NOT NULL CONSTRAINT ck_event_outcomes_interest_known CHECK (interest IN ('none', 'follow_up', 'offer', 'signed')),
    note TEXT DEFAULT '' NOT NULL CONSTRAINT ck_event_outcomes_note_length CHECK (length(note) <= 5000),
    by TEXT NOT NULL CONSTRAINT ck_event_outcomes_by_length CHECK (length(by) <= 500 AND btrim(by) <> ''),
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_event_outcomes PRIMARY KEY (id),
    CONSTRAINT fk_event_outcomes_seller_pk_event_pk FOREIGN KEY(seller_pk, event_pk) REFERENCES event_participants (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT fk_event_outcomes_buyer_pk_event_pk FOREIGN KEY(buyer_pk, event_pk) REFERENCES event_participants (id, event_pk) ON DELETE CASCADE,
    CONSTRAINT uq_event_outcomes_seller_pk_buyer_pk_said_by UNIQUE (seller_pk, buyer_pk, said_by),
    CONSTRAINT fk_event_outcomes_event_pk FOREIGN KEY(event_pk) REFERENCES events (id) ON DELETE CASCADE
);

CREATE INDEX ix_event_outcomes_buyer_pk ON event_outcomes (buyer_pk);
CREATE INDEX ix_event_outcomes_event_pk ON event_outcomes (event_pk);
