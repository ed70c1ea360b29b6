"""What was between participants before an event, and whether they may prepare for it themselves."""

from __future__ import annotations

from service.store.migrations.statements import run_file

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """From events and their schedules."""
    run_file("0004_tables.sql")


def downgrade() -> None:
    """Not offered: it would delete what was imported. Restore a backup instead."""
    raise NotImplementedError("going back would delete all history; restore a backup instead")
