"""What a single cell may hold, checked for a whole column at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
import pandas as pd

from recommender.market.columns import FIRST_YEAR, KINDS, LAST_YEAR, MAX_TEXT, ROLES, Column, Is
from recommender.market.problems import Problem
from recommender.market.territories import COUNTRIES, TERRITORIES

__all__ = ["CONTROL", "EMPTY_WORDS", "FLAGS", "check_column"]

CONTROL: Final = r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"
"""Control characters other than tab and new line, as a regular expression."""

EMPTY_WORDS: Final = ("nan", "NaN", "NaT", "None", "null", "NULL", "<NA>", "N/A")
"""What programs write for an empty cell; never meant as text."""

FLAGS: Final = {"1": True, "true": True, "0": False, "false": False, "": False}

_SHOWN = 200

Finding = tuple[pd.Series, str, str, bool]
"""Mask of the bad cells, message, remedy, refused."""


def check_column(table: str, column: Column, cells: pd.Series) -> Iterator[Problem]:
    """Problems of a raw column (str, index = line of the file); one a cell at most."""
    seen = pd.Series(False, index=cells.index)
    for mask, message, remedy, refused in _findings(column, cells):
        fresh = (mask & ~seen).astype(bool)
        seen |= fresh
        for line, value in cells[fresh].items():
            yield Problem(table, line, column.name, value[:_SHOWN], message, remedy, refused)


def _findings(column: Column, cells: pd.Series) -> Iterator[Finding]:
    if column.filled:
        blank = cells.str.fullmatch(f"(\\s|{CONTROL})*")
        yield blank, "the cell is empty", f"Fill in {column.holds.value}", True
    if column.holds is not Is.NAME:
        remedy = "Leave the cell empty where nothing is known"
        yield cells.isin(EMPTY_WORDS), "this is what programs write for an empty cell", remedy, True
    remedy = f"Shorten it to {MAX_TEXT:,} characters"
    yield cells.str.len() > MAX_TEXT, "the text is too long", remedy, True
    if column.holds in _CHECKS:
        yield from _CHECKS[column.holds](cells)
    refused = column.holds is Is.ID
    remedy = "Remove them" if refused else "They are taken for blanks; remove them from the file"
    yield cells.str.contains(CONTROL, regex=True), "there are control characters in it", remedy, refused


def _territory(cells: pd.Series) -> Iterator[Finding]:
    remedy = "Use ISO 3166-1 alpha-2 in capitals, such as FR, US or KR"
    yield ~cells.isin([*TERRITORIES, ""]), "this is not a territory code", remedy, True


def _countries(cells: pd.Series) -> Iterator[Finding]:
    strange = [cell for cell in cells.unique() if not COUNTRIES.issuperset(map(str.strip, cell.split("|")))]
    remedy = "Use ISO 3166-1 alpha-2 in capitals, separated by |"
    yield cells.isin(strange) & (cells != ""), "there is an unknown country code in it", remedy, False


def _one_of(words: tuple[str, ...], what: str) -> Callable[[pd.Series], Iterator[Finding]]:
    def check(cells: pd.Series) -> Iterator[Finding]:
        yield ~cells.isin([*words, ""]), f"this is not a {what}", f"Use one of: {', '.join(words)}", True

    return check


def _year(cells: pd.Series) -> Iterator[Finding]:
    years = pd.to_numeric(cells.where(cells.str.fullmatch(r"\d{4}(\.0+)?"), ""), errors="coerce")
    bad = (cells != "") & ~years.between(FIRST_YEAR, LAST_YEAR)
    yield bad, f"this is not a year from {FIRST_YEAR} to {LAST_YEAR}", "Write four digits, such as 2016", True


def _number(cells: pd.Series) -> Iterator[Finding]:
    digits = cells.str.fullmatch(r"[-+]?[0-9.]+([eE][-+]?[0-9]+)?")
    values = pd.to_numeric(cells.where(digits, ""), errors="coerce")
    filled = cells != ""
    yield filled & (values < 0), "this is below zero", "Leave the cell empty where nothing is known", True
    remedy = "Write digits only, with a point before decimals and no separators or signs"
    yield filled & ~np.isfinite(values), "this is not a number", remedy, True


def _date(cells: pd.Series) -> Iterator[Finding]:
    written = cells.str.fullmatch(r"\d{4}-\d{2}-\d{2}")
    yield (cells != "") & ~written, "this is not a date", "Write YYYY-MM-DD, such as 2016-05-18", True
    dates = pd.to_datetime(cells.where(written, "1900-01-01"), format="%Y-%m-%d", errors="coerce")
    yield dates.isna(), "there is no such day", "Correct the day or the month", True
    remedy = f"Correct the year; {FIRST_YEAR} to {LAST_YEAR} is possible"
    yield ~dates.dt.year.between(FIRST_YEAR, LAST_YEAR), "there was no film then", remedy, True


def _flag(cells: pd.Series) -> Iterator[Finding]:
    remedy = "Write 1 for yes, 0 or nothing for no"
    yield ~cells.str.lower().isin(FLAGS), "this is neither 0 nor 1", remedy, True


_CHECKS: Final[dict[Is, Callable[[pd.Series], Iterator[Finding]]]] = {
    Is.TERRITORY: _territory,
    Is.COUNTRIES: _countries,
    Is.KIND: _one_of(KINDS, "kind of distributor"),
    Is.ROLE: _one_of(ROLES, "role in a deal"),
    Is.YEAR: _year,
    Is.NUMBER: _number,
    Is.DATE: _date,
    Is.FLAG: _flag,
}
