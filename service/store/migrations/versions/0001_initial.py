"""The first tables, their rules, and the rest of the job queue's own."""

from __future__ import annotations

from service.store.migrations.statements import run_file, run_queue_files

revision = "0001"
down_revision = "0000"


def upgrade() -> None:
    """From the queue's first tables."""
    run_file("0001_tables.sql")
    run_file("0001_rules.sql")
    run_queue_files(
        after="02.06.00_01_add_cancel_states.sql", until="03.04.00_50_post_add_retry_failed_job_procedure.sql"
    )


def downgrade() -> None:
    """Not offered: it would delete everything. Restore a backup instead."""
    raise NotImplementedError("going back to nothing would delete everything; restore a backup instead")
