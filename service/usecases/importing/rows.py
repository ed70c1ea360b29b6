"""A file's cells as values, checked column by column; what cannot be used becomes a problem of its row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from recommender.market.cells import check_column
from service.domain.imports import ImportProblem
from service.domain.words import ImportKind
from service.phrases import phrase
from service.tables_io.reading import ReadTable
from service.usecases.importing.cells import BadCell
from service.usecases.importing.columns import ImportColumn, column_named

__all__ = ["ParsedTable", "Row", "parse"]

_SHOWN: Final = 200
_ALL_TOLD: Final = 200_000
"""Problems of a file up to which each bad cell of a row is told; beyond, as of a wrong mapping, the row's first."""


@dataclass(frozen=True, slots=True)
class Row:
    """One good row. line: of the file. values: our column -> value, only columns that the file has."""

    line: int
    values: dict[str, Any]


class ParsedTable:
    """The rows of a file whose cells can be used, and what is wrong with the others.

    rows: in the file's order. total: all of them. problems: so far; `refuse` adds to them.
    """

    def __init__(self, table: ReadTable, mapping: Mapping[str, str]) -> None:
        self._place = {int(line): place for place, line in enumerate(table.frame.index)}
        self._columns = {str(name): table.frame[name].to_list() for name in table.frame.columns}
        self._name_of = {ours: name for name, ours in mapping.items()}
        self.total = len(table.frame)
        self.problems: list[ImportProblem] = []
        self.refused: set[int] = set()
        self.rows: list[Row] = []

    def has(self, column: str) -> bool:
        """Whether the file has a column of ours."""
        return column in self._name_of

    def refuse(
        self,
        line: int,
        column: str,
        message: str,
        remedy: str,
        *,
        value: str | None = None,
        refused: bool = True,
    ) -> None:
        """Note a problem; column: ours, or "" for the row."""
        if line in self.refused and len(self.problems) >= _ALL_TOLD:
            return
        name = self._name_of.get(column, column)
        if value is None:
            value = self._columns[name][self._place[line]] if name in self._columns else ""
        self.problems.append(ImportProblem(line, name, value[:_SHOWN], message, remedy, refused))
        if refused:
            self.refused.add(line)


def parse(kind: ImportKind, table: ReadTable, mapping: Mapping[str, str]) -> ParsedTable:
    """Check and read every cell of the mapped columns."""
    parsed = ParsedTable(table, mapping)
    for ragged in table.ragged:
        message = phrase(
            "the row has {cells} cells, the header has {columns}",
            cells=ragged.cells,
            columns=len(table.frame.columns),
        )
        parsed.refuse(ragged.line, "", message, "Put a text that holds a comma in double quotes")
    if table.sheets[1:]:
        others = ", ".join(table.sheets[1:])
        message = phrase("only the sheet {name!r} was read", name=table.sheets[0])
        parsed.refuse(1, "", message, "Import the others as files of their own", value=others, refused=False)
    columns: dict[str, list[Any]] = {}
    for name in table.frame.columns:
        if (ours := mapping.get(name)) is None:
            continue
        column = column_named(kind, ours)
        assert column is not None, "the mapping is checked before"
        columns[ours] = _read_column(parsed, column, table.frame[name])
    names = tuple(columns)
    for line, values in zip(table.frame.index, zip(*columns.values(), strict=True), strict=True):
        if line not in parsed.refused:
            parsed.rows.append(Row(int(line), dict(zip(names, values, strict=True))))
    return parsed


def _read_column(parsed: ParsedTable, column: ImportColumn, cells: pd.Series) -> list[Any]:
    told: set[int] = set()
    if column.market is not None:
        for problem in check_column("", column.market, cells):
            assert problem.row is not None
            parsed.refuse(problem.row, column.name, problem.message, problem.remedy, refused=problem.refused)
            if problem.refused:
                told.add(problem.row)
    read: dict[str, Any] = {}
    bad: dict[str, BadCell] = {}
    texts = cells.to_list()
    for text in dict.fromkeys(texts):
        try:
            read[text] = _read_cell(column, text)
        except BadCell as error:
            bad[text] = error
    if bad:
        for line, text in zip(cells.index, texts, strict=True):
            if text in bad and line not in told:
                parsed.refuse(int(line), column.name, bad[text].message, bad[text].remedy)
    return [read.get(text) for text in texts]


def _read_cell(column: ImportColumn, text: str) -> Any:
    if column.filled and not text:
        raise BadCell("the cell is empty", "Fill it in")
    if len(text) > column.limit:
        raise BadCell(
            "the text is too long", phrase("Shorten it to {limit:,} characters", limit=column.limit)
        )
    return column.read(text)
