-- What the messages of jobs and imports are made of, for readers of other languages, as of revision 0010.

ALTER TABLE import_runs ADD COLUMN phrases JSONB;

ALTER TABLE import_problems ADD COLUMN phrases JSONB;

ALTER TABLE job_runs ADD COLUMN phrases JSONB;
