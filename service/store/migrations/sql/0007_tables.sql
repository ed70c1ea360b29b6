-- Sessions of an event's slots, as of revision 0007.

ALTER TABLE event_slots ADD COLUMN session TEXT DEFAULT '' NOT NULL;

ALTER TABLE event_slots ADD CONSTRAINT ck_event_slots_session_length CHECK (length(session) <= 200);
