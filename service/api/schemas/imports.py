"""Files, imports and their problems, as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from service.api.schemas.base import In, example
from service.domain.imports import ImportProblem, ImportRun
from service.domain.words import ImportKind, ImportState
from service.usecases.importing.apply import PreviewedRow
from service.usecases.importing.items import Effect
from service.usecases.imports import DescribedFile

__all__ = ["FileOut", "ImportIn", "ImportOut", "PreviewedRowOut", "RowProblemOut", "StartedImportOut"]

ColumnName = Annotated[str, Field(max_length=200)]


class ImportIn(In):
    """A file to import."""

    model_config = ConfigDict(
        json_schema_extra=example(
            file_id="file_0198f1d2c3b47a5e8f10aa3b5c7d9e01",
            kind="films",
            mapping={"Film code": "film_id", "Title": "title", "Plot": "synopsis"},
            dry_run=True,
        )
    )

    file_id: Annotated[str, Field(max_length=200)]
    kind: ImportKind
    mapping: Annotated[dict[ColumnName, ColumnName], Field(max_length=500)] | None = Field(
        default=None, description="Column of the file -> column of the list; null takes the guessed mapping."
    )
    dry_run: bool = Field(default=False, description="Only tell what would happen.")


class FileOut(BaseModel):
    """An uploaded file and what is in it."""

    file_id: str
    name: str = Field(description="As it was called, without what a name should not have.")
    format: str = Field(description="csv, csv.gz, xlsx or parquet, told from the content.")
    size_bytes: int
    company_id: str | None
    at: datetime
    columns: list[str]
    rows: list[list[str]] = Field(description="The first few.")
    kind: ImportKind | None = Field(description="The list it probably belongs to.")
    mapping: dict[str, str] = Field(description="Column of the file -> column of the list, guessed.")

    @classmethod
    def of(cls, described: DescribedFile) -> FileOut:
        """The file as shown."""
        file = described.file
        return cls(
            file_id=file.file_id,
            name=file.name,
            format=described.format,
            size_bytes=file.size_bytes,
            company_id=file.company_id,
            at=file.at,
            columns=list(described.header),
            rows=[list(row) for row in described.rows],
            kind=described.kind,
            mapping=described.mapping,
        )


class ImportOut(BaseModel):
    """An import. total, added, changed, unchanged, refused: rows, final once it is over."""

    run_id: str
    file_id: str
    kind: ImportKind
    dry_run: bool
    state: ImportState = Field(description="`checked` is a finished dry run, `applied` changed the data.")
    mapping: dict[str, str]
    company_id: str | None
    at: datetime
    finished_at: datetime | None
    done: int = Field(description="Rows read so far.")
    total: int
    added: int
    changed: int
    unchanged: int
    refused: int
    message: str = Field(description="Why it failed.")

    @classmethod
    def of(cls, run: ImportRun) -> ImportOut:
        """The import as shown."""
        counts = run.counts
        return cls(
            run_id=run.run_id,
            file_id=run.file_id,
            kind=run.kind,
            dry_run=run.dry_run,
            state=run.state,
            mapping=run.mapping,
            company_id=run.company_id,
            at=run.at,
            finished_at=run.finished_at,
            done=run.done,
            total=counts.total,
            added=counts.added,
            changed=counts.changed,
            unchanged=counts.unchanged,
            refused=counts.refused,
            message=run.message,
        )


class StartedImportOut(ImportOut):
    """An import that was asked for."""

    job_id: str | None = Field(description="The job that carries it out; null where it is over already.")


class PreviewedRowOut(BaseModel):
    """A row that would add or change something."""

    row: int = Field(description="Line of the file, the header being 1.")
    effect: Effect
    differences: dict[str, dict[str, list[Any]]] = Field(
        description="Object -> field -> [before, after].",
        examples=[{"f033": {"film.title": ["The Fox", "The Fox Who Kept the Mail"]}}],
    )

    @classmethod
    def of(cls, row: PreviewedRow) -> PreviewedRowOut:
        """The row as shown."""
        return cls(row=row.line, effect=row.effect, differences=row.differences)


class RowProblemOut(BaseModel):
    """What is wrong with a row. refused: whether the row was left out; else it is a warning."""

    row: int = Field(description="Line of the file, the header being 1.")
    column: str = Field(description='As the file calls it; "" for the whole row.')
    value: str
    message: str
    remedy: str
    refused: bool

    @classmethod
    def of(cls, problem: ImportProblem) -> RowProblemOut:
        """The problem as shown."""
        return cls(
            row=problem.row,
            column=problem.column,
            value=problem.value,
            message=problem.message,
            remedy=problem.remedy,
            refused=problem.refused,
        )
