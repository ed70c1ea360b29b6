"""What can be wrong with the tables, said so that a person can put it right."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from recommender.errors import quoted

__all__ = ["CheckReport", "Problem"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one place.

    row: line of the file, the header being 1 (for Parquet the record's number plus one), None where the
    whole table is meant. column and value are "" where none is meant. refused: the row cannot be used;
    otherwise it is a warning.
    """

    table: str
    row: int | None
    column: str
    value: str
    message: str
    remedy: str
    refused: bool = True

    def __str__(self) -> str:
        row = "" if self.row is None else f" row {self.row}"
        column = f", column {self.column}" if self.column else ""
        value = f", value {quoted(self.value)}" if self.value else ""
        return f"{self.table}{row}{column}{value}: {self.message}. {self.remedy}."


@dataclass(frozen=True, slots=True, eq=False)
class CheckReport:
    """What a check of a folder found.

    rows, good_rows: table -> number of rows read, and of those that can be used. extra_columns: table ->
    unknown columns, which are kept. refused_rows: table -> the refused rows as read, text frames whose
    index is the file's line.
    """

    problems: tuple[Problem, ...]
    rows: dict[str, int]
    good_rows: dict[str, int]
    extra_columns: dict[str, tuple[str, ...]]
    refused_rows: dict[str, pd.DataFrame]

    @property
    def ok(self) -> bool:
        """Whether nothing is refused; there may be warnings."""
        return not any(problem.refused for problem in self.problems)
