"""Avails: what an agent holds minus what it sold, for one right in one territory.

The question is cut into pieces, a span of days times a language, in which every grant holds wholly or not at
all. Each piece is unheld, stale, sold, barred by a holdback, or free; the status sums them up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from service.domain.rights import RightsGrant, Window
from service.domain.words import Direction, MediaRight

__all__ = [
    "Avail",
    "AvailStatus",
    "Cell",
    "Question",
    "avail",
    "by_cell",
    "covers_language",
    "said",
    "seen_by",
]


class AvailStatus(StrEnum):
    """available: all that was asked for is free. partly: some of it, or not exclusively any more.

    sold: nothing is left. held_back: nothing is sold, but no use before a day. unknown: nobody recorded that it
    is held. stale: recorded, but not confirmed for too long.
    """

    AVAILABLE = "available"
    PARTLY = "partly"
    SOLD = "sold"
    HELD_BACK = "held_back"
    UNKNOWN = "unknown"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of each right.

    as_of: the day from which one looks. window: None for all that is held from then on; without a start it starts
    on as_of. language: RFC 5646, "" for all that are held. stale_after: how old a confirmation may be.
    """

    as_of: date
    window: Window | None = None
    language: str = ""
    stale_after: timedelta = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Avail:
    """The answer for one right in one territory.

    free: spans of days on which some language is free, in order. exclusive: whether all that is free can be had
    exclusively. until: the last day of the holdback that ends first or of the sale that ends last, None where it is
    neither held back nor sold, or never ends. confirmed_on: the oldest confirmation it rests on, None where one
    was never confirmed.
    """

    status: AvailStatus
    free: tuple[Window, ...] = ()
    exclusive: bool = False
    until: date | None = None
    confirmed_on: date | None = None


Cell = tuple[str, MediaRight]
"""Territory and media right."""

_NEVER: Final = date.max.toordinal() + 1
_EVER: Final = date.min.toordinal() - 1


@dataclass(frozen=True, slots=True)
class _Piece:
    """Days [first, end) in one language, in which each grant holds wholly or not at all."""

    first: int
    end: int
    held: tuple[RightsGrant, ...]
    sold: tuple[RightsGrant, ...]
    fresh: tuple[RightsGrant, ...]

    @property
    def usable(self) -> tuple[RightsGrant, ...]:
        return tuple(grant for grant in self.fresh if _opens(grant) <= self.first)

    @property
    def is_sold(self) -> bool:
        return bool(self.held) and any(grant.exclusive for grant in self.sold)

    @property
    def is_barred(self) -> bool:
        return bool(self.fresh) and not self.usable and not self.is_sold

    @property
    def is_free(self) -> bool:
        return bool(self.usable) and not self.is_sold

    @property
    def is_stale(self) -> bool:
        return bool(self.held) and not self.fresh and not self.is_sold

    @property
    def is_exclusive(self) -> bool:
        return not self.sold and any(grant.exclusive for grant in self.usable)


def by_cell(grants: Iterable[RightsGrant]) -> dict[Cell, tuple[RightsGrant, ...]]:
    """Grants by territory and media right."""
    cells: dict[Cell, list[RightsGrant]] = defaultdict(list)
    for grant in grants:
        cells[grant.territory, grant.media_right].append(grant)
    return {cell: tuple(rows) for cell, rows in cells.items()}


def avail(grants: Sequence[RightsGrant], question: Question) -> Avail:
    """The state of one right in one territory; grants: the active ones of that film, territory and right."""
    pieces = tuple(_pieces(grants, question))
    held = [grant for piece in pieces for grant in piece.held]
    if not held:
        return Avail(AvailStatus.UNKNOWN)
    dates = [grant.confirmed_on for grant in held]
    known = [day for day in dates if day is not None]
    free = [piece for piece in pieces if piece.is_free]
    return Avail(
        status=_status(pieces),
        free=tuple(_merged(free)),
        exclusive=bool(free) and all(piece.is_exclusive for piece in free),
        until=_until(pieces),
        confirmed_on=min(known) if len(known) == len(dates) else None,
    )


def seen_by(company_ids: Collection[str], grants: Sequence[RightsGrant], question: Question) -> Avail:
    """`avail` as companies may see it to which others' sales are private: of what those change, the status alone.

    What an agent holds, and from when on, is published; what was sold to one of the companies it knows.
    """
    found = avail(grants, question)
    own = [one for one in grants if one.direction is Direction.HELD or one.licensee_id in company_ids]
    if avail(own, question) == found:
        return found
    return replace(found, free=(), until=found.until if found.status is AvailStatus.HELD_BACK else None)


def covers_language(tags: Sequence[str], language: str) -> bool:
    """Whether a grant in these languages includes `language`; () is all, `pt` includes `pt-BR`."""
    return not tags or any(language == tag or language.startswith(f"{tag}-") for tag in tags)


def said(found: Avail, cell: Cell) -> str:
    """The answer in words, such as "svod in FR is sold until 2030-12-31"."""
    territory, right = cell
    where = f"{right.value} in {territory}"
    match found.status:
        case AvailStatus.UNKNOWN:
            return f"{where} is not recorded as held"
        case AvailStatus.STALE:
            when = f"last confirmed on {found.confirmed_on}" if found.confirmed_on else "never confirmed"
            return f"{where} is unknown: the rights held were {when}"
        case AvailStatus.HELD_BACK | AvailStatus.SOLD:
            until = f" until {found.until}" if found.until else ""
            return f"{where} is {found.status.value.replace('_', ' ')}{until}"
        case AvailStatus.PARTLY:
            windows = ", ".join(window.said() for window in found.free)
            free = f"free {windows}" if windows else "partly free"
            return f"{where} is {free}" + ("" if found.exclusive else ", not all of it exclusively")
        case AvailStatus.AVAILABLE:
            return f"{where} is available"


def _status(pieces: Sequence[_Piece]) -> AvailStatus:
    free = [piece for piece in pieces if piece.is_free]
    barred = any(piece.is_barred for piece in pieces)
    nothing_sold = not any(piece.held and piece.sold for piece in pieces)
    if free and nothing_sold and len(free) == len(pieces):
        return AvailStatus.AVAILABLE
    if barred and (not free or (nothing_sold and all(piece.is_free or piece.is_barred for piece in pieces))):
        return AvailStatus.HELD_BACK
    if free:
        return AvailStatus.PARTLY
    return AvailStatus.STALE if any(piece.is_stale for piece in pieces) else AvailStatus.SOLD


def _until(pieces: Sequence[_Piece]) -> date | None:
    match _status(pieces):
        case AvailStatus.HELD_BACK:
            opens = [_opens(grant) for piece in pieces if piece.is_barred for grant in piece.fresh]
            return _day(min(opens) - 1)
        case AvailStatus.SOLD:
            ends = [
                _end(grant.window)
                for piece in pieces
                if piece.is_sold
                for grant in piece.sold
                if grant.exclusive
            ]
            return _day(max(ends) - 1)
        case _:
            return None


def _pieces(grants: Sequence[RightsGrant], question: Question) -> Iterator[_Piece]:
    """Those that were asked for: in a window held or not, else on the days on which something is held.

    A language that is asked for by itself counts on those days also where only a variant of it is held.
    """
    held = [grant for grant in grants if grant.direction is Direction.HELD]
    sold = [grant for grant in grants if grant.direction is Direction.SOLD]
    fresh_since = question.as_of - question.stale_after
    fresh = [grant for grant in held if grant.confirmed_on is not None and grant.confirmed_on >= fresh_since]
    spoken = [
        [
            [grant for grant in some if covers_language(grant.languages, language)]
            for some in (held, sold, fresh)
        ]
        for language in _languages(held, sold, question.language)
    ]
    for first, end in pairwise(_edges([*held, *sold], question)):
        pieces = [
            _Piece(first, end, *(tuple(grant for grant in some if _spans(grant, first)) for some in each))
            for each in spoken
        ]
        is_whole = question.window or (question.language and any(piece.held for piece in pieces))
        yield from (piece for piece in pieces if piece.held or is_whole)


def _languages(held: Sequence[RightsGrant], sold: Sequence[RightsGrant], asked: str) -> list[str]:
    """One for each piece: every language named, and "" for the rest, as far as asked for."""
    named = {tag for grant in (*held, *sold) for tag in grant.languages}
    if asked:
        return sorted({asked, *(tag for tag in named if covers_language([asked], tag))})
    return [
        language
        for language in ("", *sorted(named))
        if any(covers_language(grant.languages, language) for grant in held)
    ]


def _edges(grants: Sequence[RightsGrant], question: Question) -> list[int]:
    """The days, as ordinals, on which anything begins or ends within what is asked for, first and end included."""
    asked = question.window or Window(question.as_of)
    first, end = (asked.starts_on or question.as_of).toordinal(), _end(asked)
    edges = {first, end}
    for grant in grants:
        edges |= {_first(grant.window), _end(grant.window), _opens(grant)}
    return sorted(edge for edge in edges if first <= edge <= end)


def _merged(pieces: Iterable[_Piece]) -> Iterator[Window]:
    spans: list[list[int]] = []
    for first, end in sorted((piece.first, piece.end) for piece in pieces):
        if spans and first <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], end)
        else:
            spans.append([first, end])
    for first, end in spans:
        yield Window(_day(first), _day(end - 1))


def _spans(grant: RightsGrant, day: int) -> bool:
    return _first(grant.window) <= day < _end(grant.window)


def _first(window: Window) -> int:
    return _EVER if window.starts_on is None else window.starts_on.toordinal()


def _end(window: Window) -> int:
    return _NEVER if window.ends_on is None else window.ends_on.toordinal() + 1


def _opens(grant: RightsGrant) -> int:
    """The first day on which a holding may be used."""
    return _EVER if grant.holdback_until is None else grant.holdback_until.toordinal()


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if _EVER < ordinal < _NEVER - 1 else None
