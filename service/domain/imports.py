"""Imports: the file, what would change or did, what is wrong with which row, and proposed merges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.words import ImportKind, ImportState, MergeState

__all__ = ["ImportCounts", "ImportFile", "ImportProblem", "ImportRun", "MergeProposal"]


@dataclass(frozen=True, slots=True)
class ImportFile:
    """An uploaded file. sha256: 32 bytes, of its content. content is None where only its description was read."""

    file_id: str
    name: str
    sha256: bytes
    size_bytes: int
    company_id: str | None
    uploaded_by: str
    at: datetime
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """Rows of a file by what happens to them."""

    total: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One dry run or application of a file. mapping: the file's column -> ours. done: rows read so far."""

    run_id: str
    file_id: str
    kind: ImportKind
    dry_run: bool
    state: ImportState
    mapping: dict[str, str]
    company_id: str | None
    requested_by: str
    at: datetime
    counts: ImportCounts = ImportCounts()
    done: int = 0
    message: str = ""
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """What is wrong with one row. row: line of the file, the header being 1. refused: else it is a warning."""

    row: int
    column: str
    value: str
    message: str
    remedy: str
    refused: bool = True


@dataclass(frozen=True, slots=True)
class MergeProposal:
    """Two films or two companies that may be the same. likeness: 0..1. evidence: what they share."""

    proposal_id: str
    noun: str
    kept_id: str
    other_id: str
    likeness: float
    evidence: dict[str, Any]
    state: MergeState = MergeState.PROPOSED
    decided_by: str | None = None
    decided_at: datetime | None = None
    at: datetime | None = None
