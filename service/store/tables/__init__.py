"""The tables as SQLAlchemy Core objects on one MetaData.

metadata   naming of constraints, shared kinds of columns
accounts   companies, users, memberships, sessions, api_keys, login_attempts, idempotency_keys
catalogue  films, merged_films, distributor_profiles, film_vectors, brief_vectors, changes and their revision
deals      deals, deal_terms, rights_grants
activity   feedback_events, meeting_requests, suggestion_looks, match_runs, audit_events
events     events, event_slots, event_tables, event_participants, event_absences, event_wishes, event_locks,
           event_history, event_values
schedules  schedules, schedule_meetings, event_responses, event_outcomes
work       import_files, import_runs, import_problems, merge_proposals, job_runs, bundles, current_bundle, promotions

Functions, triggers, views and exclusion constraints are in migrations/; a test compares both.
"""

from __future__ import annotations

from service.store.tables import accounts, activity, catalogue, deals, events, schedules, work
from service.store.tables.metadata import METADATA

__all__ = ["METADATA", "accounts", "activity", "catalogue", "deals", "events", "schedules", "work"]
