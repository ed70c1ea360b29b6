"""Runs the revisions on the connection that `service.store.migrate` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from service.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
