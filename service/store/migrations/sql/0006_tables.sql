-- Versions of roles and of events' tables, so that nobody overwrites what they never saw, as of revision 0006.

ALTER TABLE memberships ADD COLUMN version INTEGER DEFAULT 1 NOT NULL;

ALTER TABLE event_tables ADD COLUMN version INTEGER DEFAULT 1 NOT NULL;
