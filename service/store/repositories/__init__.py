"""One repository per topic, each an attribute of the unit of work.

base          ids to row numbers, pages, updates that respect a version
bulk          many rows at once
windows       licence windows as ranges
accounts      users and memberships; sessions, api_keys, attempts, idempotency: how requests come in
companies     films, distributors, rights, deals, feedback: the trade
match_runs    vectors, changes: what matching reads and leaves
imports       merges, jobs, bundles, audit: the work behind

Every method takes and returns public ids and frozen dataclasses. Nothing is checked here that the database
checks, and nobody's permission: that is the use cases' part.
"""
