"""Imports, jobs and bundles: what runs in the background and what it left."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from service.domain.words import BundleState, ImportKind, ImportState, JobState, MergeState, PromotionKind
from service.store.tables.metadata import (
    METADATA,
    created_at,
    one_of,
    phrases,
    public_id,
    reference,
    row_id,
    string,
    time,
    updated_at,
)

__all__ = [
    "BUNDLES",
    "CURRENT_BUNDLE",
    "IMPORT_FILES",
    "IMPORT_PROBLEMS",
    "IMPORT_RUNS",
    "JOB_RUNS",
    "MERGE_PROPOSALS",
    "PROMOTIONS",
]


def _count(name: str) -> Column[int]:
    rule = CheckConstraint(f"{name} >= 0", name=f"{name}_not_negative")
    return Column(name, Integer, rule, nullable=False, server_default=text("0"))


IMPORT_FILES: Final = Table(
    "import_files",
    METADATA,
    row_id(),
    public_id("file_id"),
    string("name", filled=True),
    Column(
        "sha256",
        LargeBinary,
        CheckConstraint("octet_length(sha256) = 32", name="sha256_length"),
        nullable=False,
    ),
    Column("size_bytes", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    reference("company_pk", "companies", nullable=True, ondelete="CASCADE"),
    string("uploaded_by", filled=True),
    time("at", nullable=False),
    CheckConstraint("size_bytes = octet_length(content)", name="size_bytes_of_content"),
    Index("ix_import_files_company_pk_id", "company_pk", "id"),
    Index("ix_import_files_at", "at"),
)

IMPORT_RUNS: Final = Table(
    "import_runs",
    METADATA,
    row_id(),
    public_id("run_id"),
    reference("file_pk", "import_files", ondelete="CASCADE"),
    one_of("kind", ImportKind),
    Column("dry_run", Boolean, nullable=False),
    one_of("state", ImportState),
    Column("mapping", JSONB, nullable=False, server_default=text("'{}'")),
    reference("company_pk", "companies", nullable=True, ondelete="CASCADE"),
    string("requested_by", filled=True),
    *(_count(name) for name in ("total", "added", "changed", "unchanged", "refused", "done")),
    string("message", limit=2_000),
    phrases(),
    time("at", nullable=False),
    time("finished_at"),
    Index("ix_import_runs_file_pk", "file_pk"),
    Index("ix_import_runs_company_pk_id", "company_pk", "id"),
)

IMPORT_PROBLEMS: Final = Table(
    "import_problems",
    METADATA,
    row_id(),
    reference("run_pk", "import_runs", ondelete="CASCADE"),
    Column("row", Integer, nullable=False),
    Column("field", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    phrases(),
    Column("refused", Boolean, nullable=False),
    # Of earlier versions; the rows are taken from the upload, whole.
    Column("cells", JSONB, nullable=False, server_default=text("'{}'")),
    Index("ix_import_problems_run_pk_id", "run_pk", "id"),
)

MERGE_PROPOSALS: Final = Table(
    "merge_proposals",
    METADATA,
    row_id(),
    public_id("proposal_id"),
    one_of("noun", ("film", "company")),
    Column("kept_id", Text, nullable=False),
    Column("other_id", Text, nullable=False),
    Column(
        "likeness",
        Numeric(5, 4),
        CheckConstraint("likeness BETWEEN 0 AND 1", name="likeness_share"),
        nullable=False,
    ),
    Column("evidence", JSONB, nullable=False, server_default=text("'{}'")),
    one_of("state", MergeState),
    Column("decided_by", Text),
    time("decided_at"),
    time("at", nullable=False),
    CheckConstraint("kept_id <> other_id", name="two_things"),
    CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided_when_decided"),
    Index(
        "uq_merge_proposals_pair",
        "noun",
        text("least(kept_id, other_id)"),
        text("greatest(kept_id, other_id)"),
        unique=True,
    ),
    Index("ix_merge_proposals_state_id", "state", "id"),
)

JOB_RUNS: Final = Table(
    "job_runs",
    METADATA,
    row_id(),
    public_id("job_id"),
    string("kind", limit=100, filled=True),
    string("key", limit=300),
    one_of("state", JobState),
    Column("queue_id", BigInteger, unique=True),
    string("requested_by", filled=True),
    reference("company_pk", "companies", nullable=True, ondelete="CASCADE"),
    _count("done"),
    _count("total"),
    string("message", limit=2_000),
    phrases(),
    Column("cancel_requested", Boolean, nullable=False, server_default=text("false")),
    Column("result", JSONB),
    created_at(),
    time("started_at"),
    time("finished_at"),
    updated_at(),
    CheckConstraint("(state IN ('queued', 'running')) = (finished_at IS NULL)", name="finished_when_final"),
    Index(
        "uq_job_runs_open_key",
        "kind",
        "key",
        unique=True,
        postgresql_where=text("key <> '' AND state IN ('queued', 'running')"),
    ),
    Index("ix_job_runs_state_id", "state", "id"),
    Index("ix_job_runs_kind_id", "kind", "id"),
    Index("ix_job_runs_company_pk_id", "company_pk", "id"),
)

BUNDLES: Final = Table(
    "bundles",
    METADATA,
    row_id(),
    public_id("version"),
    Column("manifest", JSONB, nullable=False),
    Column("figures", JSONB, nullable=False),
    Column("revision", BigInteger, nullable=False),
    one_of("state", BundleState),
    Column("comparison", JSONB),
    created_at(),
    time("promoted_at"),
)

CURRENT_BUNDLE: Final = Table(
    "current_bundle",
    METADATA,
    Column("singleton", Integer, CheckConstraint("singleton = 1", name="single_row"), primary_key=True),
    reference("bundle_pk", "bundles", nullable=True),
    Column("counter", BigInteger, nullable=False),
    time("changed_at"),
)
"""One row: promoting counts `counter` up from the value that was read, so of two at once one is told."""

PROMOTIONS: Final = Table(
    "promotions",
    METADATA,
    row_id(),
    Column("counter", BigInteger, nullable=False, unique=True),
    one_of("kind", PromotionKind),
    reference("bundle_pk", "bundles"),
    reference("previous_pk", "bundles", nullable=True),
    string("by", filled=True),
    string("reason", limit=2_000),
    time("at", nullable=False),
    Index("ix_promotions_bundle_pk", "bundle_pk"),
)
