"""What if a film were another: who would move in the ranking, and why. Nothing is stored or kept.

Both sides are asked as films that are described, so that only what was changed differs between them: where a stored
film was released already does not count on either side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from recommender.market.domain import Film
from service.domain.catalogue import FilmRecord
from service.security.actor import Actor
from service.usecases.answers import JSON
from service.usecases.films import readable_film
from service.usecases.matching import Desk, answer_of, question_of, require_askable
from service.usecases.requests import MatchRequest

__all__ = ["USED", "Move", "Shift", "WhatIf", "what_if"]

USED: Final = ("synopsis", "genres", "countries", "languages", "directors", "cast", "year", "budget_usd")
"""Fields that matching looks at, of those that may be changed; the budget only against distributors' limits."""

_FROM: Final = 50
_OF_FILM: Final = frozenset(Film.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Shift:
    """How much a group of reasons adds to the log-odds before and after. reason: as an answer gives it, after."""

    group: str
    before: float
    after: float
    reason: JSON

    @property
    def by(self) -> float:
        """What it changed."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Move:
    """A distributor before and after, as in an answer; None where it is not among the first. shifts: largest first."""

    before: JSON | None
    after: JSON | None
    shifts: tuple[Shift, ...]

    @property
    def one(self) -> JSON:
        """Whichever side there is, for the name."""
        match = self.after or self.before
        assert match is not None
        return match

    @property
    def up(self) -> int:
        """Ranks gained; 0 where one side is missing."""
        return self.before["rank"] - self.after["rank"] if self.before and self.after else 0


@dataclass(frozen=True, slots=True)
class WhatIf:
    """moves: in the order after, then those that left. changed: names of fields that differ from the stored film.

    nobody: the part of the answer that says why nobody is asked after the change, None where somebody is.
    looked_at: how many ranks.
    """

    moves: tuple[Move, ...]
    changed: tuple[str, ...]
    nobody: JSON | None
    looked_at: int = _FROM


def what_if(desk: Desk, actor: Actor, request: MatchRequest, changes: Mapping[str, Any]) -> WhatIf:
    """Compare a stored film with itself under `changes`, fields of Film and FilmRecord, in one territory.

    request.k: how many are shown. Raises NotFound, Forbidden; Unavailable before there is a bundle.
    """
    in_force = desk.matchers.current()
    asked = replace(request, k=max(request.k, _FROM), explain=True, least=0.0)
    with desk.stage("read"), desk.uow() as tx:
        stored = readable_film(tx, actor, request.film_id)
        require_askable(tx, actor, stored)
        other = _changed(stored, changes)
        questions = [
            question_of(tx, actor, asked.describing(film), desk.settings) for film in (stored, other)
        ]
    with desk.stage("match"):
        before, after = (answer_of(in_force, question)["territories"][0] for question in questions)
    fields = tuple(name for name, value in changes.items() if _value(stored, name) != value)
    moves = tuple(_moves(before["matches"], after["matches"], request.k))
    return WhatIf(moves, fields, after if after["unavailable"] else None)


def _changed(film: FilmRecord, changes: Mapping[str, Any]) -> FilmRecord:
    inner = {name: value for name, value in changes.items() if name in _OF_FILM}
    outer = {name: value for name, value in changes.items() if name not in _OF_FILM}
    return replace(film, film=replace(film.film, **inner), **outer)


def _value(film: FilmRecord, name: str) -> Any:
    return getattr(film.film if name in _OF_FILM else film, name)


def _moves(before: list[JSON], after: list[JSON], k: int) -> Iterator[Move]:
    """The first k on either side."""
    was = {match["distributor_id"]: match for match in before}
    is_now = {match["distributor_id"]: match for match in after}
    for match in after[:k]:
        yield _move(was.get(match["distributor_id"]), match)
    shown = {match["distributor_id"] for match in after[:k]}
    for match in before[:k]:
        if match["distributor_id"] not in shown:
            yield _move(match, is_now.get(match["distributor_id"]))


def _move(before: JSON | None, after: JSON | None) -> Move:
    if before is None or after is None:
        return Move(before, after, ())
    old = {reason["group"]: reason for reason in before["reasons"]}
    new = {reason["group"]: reason for reason in after["reasons"]}
    shifts = (
        Shift(
            group,
            old.get(group, {}).get("log_odds", 0.0),
            new.get(group, {}).get("log_odds", 0.0),
            new.get(group) or old[group],
        )
        for group in {**new, **old}
    )
    return Move(before, after, tuple(sorted(shifts, key=lambda shift: -abs(shift.by))))
