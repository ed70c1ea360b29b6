"""Events of market organisers and their schedules."""

from __future__ import annotations

from service.store.migrations.statements import run_file

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """From the first tables."""
    run_file("0002_tables.sql")
    run_file("0002_rules.sql")


def downgrade() -> None:
    """Not offered: it would delete all events. Restore a backup instead."""
    raise NotImplementedError("going back would delete all events; restore a backup instead")
