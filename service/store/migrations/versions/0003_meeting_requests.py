"""Requests for meetings between sales agents and distributors."""

from __future__ import annotations

from service.store.migrations.statements import run_file

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """From events and their schedules."""
    run_file("0003_tables.sql")


def downgrade() -> None:
    """Not offered: it would delete all requests. Restore a backup instead."""
    raise NotImplementedError("going back would delete all requests; restore a backup instead")
