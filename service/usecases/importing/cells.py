"""What a cell's text means. Each function takes the stripped text and returns the value, or raises BadCell."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final, TypeVar

from recommender.market.cells import CONTROL, FLAGS
from recommender.market.territories import COUNTRIES, TERRITORIES
from service.domain.deals import CURRENCIES
from service.domain.identifiers import EXAMPLES, READERS
from service.domain.territory_groups import country_called, expand
from service.domain.words import MediaRight
from service.errors import Invalid
from service.phrases import phrase
from service.store.tables.deals import LANGUAGE_TAG
from service.tables_io.lists import parted

__all__ = [
    "BadCell",
    "amount",
    "countries",
    "currency",
    "day",
    "flag",
    "identifier",
    "key",
    "languages",
    "line",
    "share",
    "territories",
    "territory",
    "text",
    "values",
    "whole",
    "word",
    "words",
]

Word = TypeVar("Word", bound=StrEnum)

_CONTROL: Final = re.compile(CONTROL)
_LINE_END: Final = re.compile(r"\r\n?")
_SEPARATOR: Final = re.compile(r"\s*[|;,]\s*")
_MAX_VALUES: Final = 60
_MAX_VALUE: Final = 300
"""Of a list, as the API takes them."""

_MAX_WHOLE: Final = 2_147_483_647
_MAX_AMOUNT: Final = Decimal(10) ** 14
_GROUPED: Final = re.compile(r"[0-9]{1,3}([ \u00a0\u202f'][0-9]{3})+(\.[0-9]+)?")


class BadCell(Exception):  # noqa: N818 - the name of the condition
    """Why a cell cannot be used, and what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def text(cell: str) -> str:
    """Text with one kind of line end and blanks in place of control characters."""
    if cell.isprintable():
        return cell
    return _CONTROL.sub(" ", _LINE_END.sub("\n", cell)).strip()


def line(cell: str) -> str:
    """Text in one line."""
    return cell if cell.isprintable() else " ".join(text(cell).split())


def values(cell: str) -> tuple[str, ...]:
    """Values separated by |, each once and in one line."""
    if not cell:
        return ()
    found = tuple(dict.fromkeys(parted(line(cell))))
    if len(found) > _MAX_VALUES:
        raise BadCell(
            "there are too many values in it", phrase("Keep the {limit} that matter most", limit=_MAX_VALUES)
        )
    if any(len(value) > _MAX_VALUE for value in found):
        raise BadCell(
            "one of its values is too long",
            phrase("Shorten it to {limit:,} characters, or separate values by |", limit=_MAX_VALUE),
        )
    return found


def whole(cell: str) -> int | None:
    """A whole number; decimals are rounded."""
    if not cell:
        return None
    number = round(_number(cell))
    if number > _MAX_WHOLE:
        raise BadCell("the number is too large", phrase("The largest is {limit:,}", limit=_MAX_WHOLE))
    return number


def amount(cell: str) -> Decimal | None:
    """An amount of money with two decimals, without its currency."""
    if not cell:
        return None
    number = _number(cell)
    if number >= _MAX_AMOUNT:
        raise BadCell("the amount is too large", "Correct it")
    return number.quantize(Decimal("0.01"))


def share(cell: str) -> Decimal | None:
    """A share of one: 0.25 or 25 %."""
    if not cell:
        return None
    number = _number(cell.removesuffix("%").strip())
    part = number / 100 if cell.endswith("%") else number
    if part > 1:
        raise BadCell("this is more than everything", "Write 25 % as 0.25 or 25%")
    return part.quantize(Decimal("0.0001"))


def currency(cell: str) -> str:
    """ISO 4217."""
    code = cell.upper()
    if code and code not in CURRENCIES:
        raise BadCell("this is no currency", "Use the three letters of ISO 4217, such as EUR")
    return code


def day(cell: str) -> date | None:
    """YYYY-MM-DD, with or without the time that spreadsheets add."""
    if not cell:
        return None
    written = re.fullmatch(r"(\d{4}-\d{2}-\d{2})([T ][0-9:.]+)?", cell)
    if written is None:
        raise BadCell("this is not a date", "Write YYYY-MM-DD, such as 2016-05-18")
    try:
        found = date.fromisoformat(written[1])
    except ValueError:
        raise BadCell("there is no such day", "Correct the day or the month") from None
    if not 1880 <= found.year <= 2200:
        raise BadCell("the year is out of range", "Correct it, or leave the cell empty for no limit")
    return found


def flag(cell: str) -> bool | None:
    """Yes or no; None where the cell is empty."""
    if not cell:
        return None
    known = {**FLAGS, "yes": True, "no": False, "exclusive": True, "non-exclusive": False}
    found = known.get(cell.casefold())
    if found is None:
        raise BadCell("this is neither yes nor no", "Write 1 for yes, 0 for no")
    return found


def word(kind: type[Word]) -> Callable[[str], Word | None]:
    """One word of a list, however its letters and blanks are written."""

    def read(cell: str) -> Word | None:
        return None if not cell else _one_word(kind, cell)

    return read


def words(kind: type[Word]) -> Callable[[str], tuple[Word, ...]]:
    """Several words of a list, separated by | or commas; `all` is every media right."""

    def read(cell: str) -> tuple[Word, ...]:
        if kind is MediaRight and cell.casefold() in ("all", "all rights"):
            return tuple(kind)
        return tuple(dict.fromkeys(_one_word(kind, part) for part in _SEPARATOR.split(cell) if part))

    return read


def countries(cell: str) -> tuple[str, ...]:
    """Where a film comes from, also countries that are no more."""
    parts = [part for part in _SEPARATOR.split(cell) if part]
    codes = {part: _code(part, COUNTRIES) for part in parts}
    for part, code in codes.items():
        if code is None:
            raise BadCell(
                phrase("{code!r} is no country of ISO 3166-1", code=part[:50]),
                "Write two letters such as FR, and | between several",
            )
    return tuple(dict.fromkeys(code for code in codes.values() if code))


def territory(cell: str) -> str:
    """One territory."""
    code = _code(cell, TERRITORIES)
    if cell and code is None:
        raise BadCell("this is not a territory code", "Use ISO 3166-1 alpha-2, such as FR, US or KR")
    return code or ""


def _code(cell: str, codes: Collection[str]) -> str | None:
    """Of a country by its code in small letters or capitals, or by its name."""
    return cell.upper() if cell.upper() in codes else country_called(cell)


def territories(cell: str) -> tuple[str, ...]:
    """Territories; groups such as Benelux become theirs."""
    parts = (part for part in _SEPARATOR.split(cell) if part)
    try:
        return expand(part.upper() if part.upper() in TERRITORIES else part for part in parts)
    except Invalid as error:
        problem = error.problems[0]
        raise BadCell(problem.message, problem.remedy) from None


def languages(cell: str) -> tuple[str, ...]:
    """Tags of RFC 5646; empty is all languages."""
    tags = tuple(sorted({part for part in _SEPARATOR.split(cell) if part}))
    for tag in tags:
        if not re.fullmatch(LANGUAGE_TAG, tag):
            raise BadCell("this is no language", "Write tags such as fr, pt-BR or zh-Hant; empty means all")
    return tags


def key(cell: str) -> str:
    """The id that something is reached by: part of an address."""
    name = text(cell)
    if "/" in name or name in (".", ".."):
        raise BadCell(
            "an id is part of an address, so that this could not be reached",
            phrase("Write it as {example}", example=re.sub(r"/|^\.+$", "-", name)),
        )
    return name


def identifier(name: str) -> Callable[[str], str]:
    """What a film is known by elsewhere; name: eidr, isan, imdb_id or tmdb_id."""

    def read(cell: str) -> str:
        try:
            return READERS[name](cell)
        except ValueError as error:
            raise BadCell(error.args[0], phrase("Write it as {example}", example=EXAMPLES[name])) from None

    return read


def _number(cell: str) -> Decimal:
    plain = re.sub(r"[ \u00a0\u202f']", "", cell) if _GROUPED.fullmatch(cell) else cell
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number.adjusted() > 30:
        raise BadCell("this is not a number", "Write digits, with a point before decimals and no commas")
    if number < 0:
        raise BadCell("this is below zero", "Leave the cell empty where nothing is known")
    return number


def _one_word(kind: type[Word], cell: str) -> Word:
    try:
        return kind(_slug(cell))
    except ValueError:
        raise BadCell(
            phrase("{cell!r} is not in the list", cell=cell[:50]),
            phrase("Use one of: {names}", names=", ".join(kind)),
        ) from None


def _slug(cell: str) -> str:
    return re.sub(r"[^0-9a-z]+", "_", cell.casefold()).strip("_")
