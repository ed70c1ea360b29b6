"""The job queue's own tables, up to the values that it added to its enumerations.

A revision of its own, committed before all others: PostgreSQL before 17 refuses to use a value in the transaction
that added it.
"""

from __future__ import annotations

from service.store.migrations.statements import run_queue_files

revision = "0000"
down_revision = None


def upgrade() -> None:
    """From nothing."""
    run_queue_files(until="02.06.00_01_add_cancel_states.sql")


def downgrade() -> None:
    """Not offered: it would delete everything. Restore a backup instead."""
    raise NotImplementedError("going back to nothing would delete everything; restore a backup instead")
