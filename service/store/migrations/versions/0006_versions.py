"""Versions of roles and of events' tables."""

from __future__ import annotations

from service.store.migrations.statements import run_file

revision = "0006"
down_revision = "0004"


def upgrade() -> None:
    """From what was between participants before an event."""
    run_file("0006_tables.sql")


def downgrade() -> None:
    """Not offered. Restore a backup instead."""
    raise NotImplementedError("a version that was given out must not come again; restore a backup instead")
