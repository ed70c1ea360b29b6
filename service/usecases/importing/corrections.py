"""The refused rows of a run as a file to correct and import again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from service.domain.imports import ImportProblem
from service.tables_io.reading import ReadTable
from service.tables_io.writing import csv_chunks

__all__ = ["correction_chunks"]

_REASONS: Final = ("problem_row", "problem_column", "problem_value", "problem", "problem_remedy")


def correction_chunks(table: ReadTable, refusals: Iterable[ImportProblem]) -> Iterator[bytes]:
    """A CSV with each refused row of `table` once: all that is wrong first, then its cells as they were read.

    refusals: row by row.
    """
    # A file that is corrected for the second time has the reasons of the first.
    names = [name for name in table.frame.columns if name not in _REASONS]
    columns = [table.frame[name].to_list() for name in names]
    place = {int(line): number for number, line in enumerate(table.frame.index)}
    beyond = {ragged.line: ragged.beyond for ragged in table.ragged}
    rows = (
        [
            str(line),
            *_reasons(list(problems)),
            *(cells[place[line]] for cells in columns),
            *beyond.get(line, ()),
        ]
        for line, problems in groupby(refusals, key=lambda problem: problem.row)
    )
    return csv_chunks([*_REASONS, *names], rows)


def _reasons(problems: list[ImportProblem]) -> Iterator[str]:
    for name in ("column", "value", "message", "remedy"):
        yield " | ".join(getattr(problem, name) for problem in problems)
