"""What the rows of a file of participants and of line-ups become."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from recommender.market.files import RawTable
from recommender.market.problems import Problem
from recommender.meetings import domain as core
from recommender.meetings.columns import LINEUPS, PARTICIPANTS
from recommender.meetings.files import lineups_of
from service.domain.accounts import Company
from service.domain.catalogue import DistributorProfile
from service.domain.events import Event, Participant
from service.phrases import phrase
from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWork
from service.usecases.events.cells import PROFILES, flag_of, time_of, values_of
from service.usecases.events.lineups import lineup_problems
from service.usecases.events.merging import Target
from service.usecases.importing import cells

__all__ = ["lineups", "participants"]

Link = tuple[str | None, tuple[str, ...]]
"""A company of this service and the profiles of it that come, () for all."""


def participants(
    tx: UnitOfWork, event: Event, rows: RawTable, given: Iterable[core.Participant]
) -> Target[str, Participant]:
    """given: the rows as the planner takes them."""
    key = event.event_id
    stored = {one.participant_id: one for one in tx.participants.all(key)}
    service = _Service.of(tx, rows.frame, stored.values())
    after, problems = {}, []
    for line, one in zip(rows.frame.index, given, strict=True):
        before = stored.get(one.participant_id)
        row = rows.frame.loc[line]
        wrong = list(_problems(line, one, before, service, row))
        problems += wrong
        if not wrong:
            wanted = _participant(one, before)
            company_id, distributor_ids = service.link(before, wanted, row)
            after[one.participant_id] = replace(
                wanted, **_extra(row), company_id=company_id, distributor_ids=distributor_ids
            )
    return Target(
        stored,
        after,
        lambda some: tx.participants.put(key, some),
        lambda ids: tx.participants.remove(key, ids),
        problems,
    )


def lineups(
    tx: UnitOfWork, actor: Actor, event: Event, rows: RawTable
) -> Target[tuple[str, str], tuple[str, str, int]]:
    """A film of a seller, with its place among those that are there before and after."""
    people = {one.participant_id: one for one in tx.participants.all(event.event_id)}
    wanted = {seller: list(films) for seller, films in lineups_of({LINEUPS: rows}).items()}
    problems = []
    for seller, films in wanted.items():
        new = set(films) - set(people[seller].film_ids)
        for film, message, remedy in lineup_problems(tx, actor, people[seller], new):
            films.remove(film)
            same = (rows.frame["seller_id"] == seller) & (rows.frame["film_id"] == film)
            problems += [
                Problem(LINEUPS, line, "film_id", film, message, remedy) for line in rows.frame.index[same]
            ]
    stored = {one.participant_id: one.film_ids for one in people.values() if one.film_ids}
    kept = {seller: set(films) & set(stored.get(seller, ())) for seller, films in wanted.items()}
    left = dict(stored)

    def remove(gone: Collection[tuple[str, str]]) -> None:
        for seller, film in gone:
            left[seller] = tuple(one for one in left[seller] if one != film)
        save({seller: left[seller] for seller, _ in gone})

    def put(some: Sequence[tuple[str, str, int]]) -> None:
        save({seller: _merged(left.get(seller, ()), wanted[seller]) for seller, _, _ in some})

    def save(films: Mapping[str, tuple[str, ...]]) -> None:
        changed = [replace(people[seller], film_ids=own) for seller, own in films.items()]
        tx.participants.put(event.event_id, changed)

    return Target(_placed(stored, kept), _placed(wanted, kept), put, remove, problems)


@dataclass(frozen=True, slots=True)
class _Service:
    """Companies and profiles of this service that a file or what is stored names."""

    companies: Mapping[str, Company]
    profiles: Mapping[str, DistributorProfile]

    @classmethod
    def of(cls, tx: UnitOfWork, frame: pd.DataFrame, stored: Iterable[Participant]) -> _Service:
        texts = {*frame.get("company_id", ()), *(one.colleagues for one in stored)}
        named = {name for cell in frame.get(PROFILES, ()) for name in cells.values(cell)}
        return cls(tx.companies.find(texts), tx.distributors.find(texts | named))

    def link(self, before: Participant | None, wanted: Participant, row: pd.Series) -> Link:
        """Whose participant it is: as the row names profiles, else as its text says where that is new."""
        named = cells.values(row[PROFILES]) if PROFILES in row else ()
        if named:
            return self.profiles[named[0]].company_id, named
        link = self._link_of(wanted.colleagues, wanted.side)
        if before is not None:
            own = before.company_id, before.distributor_ids
            # What was linked by hand is not undone by a text that names nobody here.
            if wanted.colleagues == before.colleagues or (
                link[0] is None and own != self._link_of(before.colleagues, before.side)
            ):
                link = own
        return (link[0], ()) if PROFILES in row else link

    def _link_of(self, text: str, side: str) -> Link:
        """The company or the profile of the very id."""
        if text in self.companies:
            profiles = self.profiles.get(text)
            return text, (text,) if profiles and side == "buyer" else ()
        profile = self.profiles.get(text)
        return (profile.company_id, (text,) if side == "buyer" else ()) if profile else (None, ())


def _problems(
    line: int, one: core.Participant, before: Participant | None, service: _Service, row: pd.Series
) -> Iterator[Problem]:
    if before is not None and before.side != one.side:
        message: str = phrase(
            "{name} is a seller" if before.side == "seller" else "{name} is a buyer", name=one.participant_id
        )
        yield Problem(PARTICIPANTS, line, "side", one.side, message, "A side never changes: use another id")
    named = cells.values(row[PROFILES]) if PROFILES in row else ()
    if not named:
        return
    companies = {service.profiles[name].company_id for name in named if name in service.profiles}
    unknown = [name for name in named if name not in service.profiles]
    if unknown:
        message, remedy = (
            phrase("no distributor has the id {id!r}", id=unknown[0]),
            "Look it up, or leave it out",
        )
    elif one.side != "buyer":
        message, remedy = "a seller has no profiles", "Leave them out"
    elif len(companies) > 1:
        message, remedy = "the profiles are of several companies", "Name those of one, separated by |"
    else:
        return
    yield Problem(PARTICIPANTS, line, PROFILES, row[PROFILES], message, remedy)


def _participant(one: core.Participant, before: Participant | None) -> Participant:
    before = before or Participant(one.participant_id, one.side, one.name)
    return replace(
        before,
        name=" ".join(one.name.split()) or before.name,
        colleagues=one.company_id,
        max_meetings=one.max_meetings,
        min_meetings=one.min_meetings,
        max_per_day=one.max_per_day,
    )


def _extra(row: pd.Series) -> dict[str, Any]:
    return {name: read(row[name]) for name, read in _READ.items() if name in row}


_READ: Final[dict[str, Callable[[str], Any]]] = {
    "hosted": flag_of,
    "not_before": time_of,
    "territories": values_of,
    "brief": str,
}


def _placed(
    lineups: Mapping[str, Sequence[str]], kept: Mapping[str, Collection[str]]
) -> dict[tuple[str, str], tuple[str, str, int]]:
    """By seller and film: with the place among those that are in both, so that others move none of them."""
    found = {}
    count: defaultdict[str, int] = defaultdict(int)
    for seller, films in lineups.items():
        for film in films:
            count[seller] += film in kept.get(seller, ())
            found[seller, film] = (seller, film, count[seller] if film in kept.get(seller, ()) else 0)
    return found


def _merged(before: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """A file that names films that were there orders them: its films first. One of new films alone adds them."""
    if any(film in wanted for film in before):
        return (*wanted, *(film for film in before if film not in wanted))
    return (*before, *wanted)
