"""Musts, locks and limits that cannot all hold: which rows conflict, and the smallest change that helps.

A conflict is irreducible: without any one of its rows the rest can hold. It is found by QuickXplain (Junker,
AAAI 2004) among the rows around a must or a lock that found no place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from recommender.errors import ReelmatchError
from recommender.meetings.arrange import place_musts
from recommender.meetings.clock import Clock
from recommender.meetings.domain import Event, Lock, Participant, Values
from recommender.meetings.locked import hold_locks
from recommender.meetings.problem import problem_of
from recommender.meetings.remedies import Remedy, changes
from recommender.meetings.rows import MUST, Row, need_of, needs_of, part_of, people_of, rules_of

__all__ = ["EXPLAINING_S", "Conflict", "ImpossibleError", "conflicts", "impossible", "why_missed", "without"]

EXPLAINING_S = 10.0
"""Seconds to look for conflicts, at most."""
MOST = 20
"""Conflicts that are explained at most."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rows that cannot all hold, none of them needless, and the smallest change that was found to help.

    need: the must or lock among them that found no place; None where a minimum is above what is possible. proved:
    False for a lock that found no place in the time there was, and that may hold.
    """

    rows: tuple[Row, ...]
    remedy: Remedy
    need: Row | None = None
    proved: bool = True

    def __str__(self) -> str:
        return f"these cannot all hold: {'; '.join(map(str, self.rows))}. {self.advice}."

    @property
    def advice(self) -> str:
        """What would help, in English."""
        return f"{'' if self.proved else 'No place was found for it in time. '}{self.remedy}"


class ImpossibleError(ReelmatchError):
    """Locks that cannot all hold; `conflicts` says why."""

    def __init__(self, found: Sequence[Conflict]) -> None:
        self.conflicts = tuple(found)
        more = f" ({len(found) - 1} more conflicts.)" if len(found) > 1 else ""
        super().__init__(f"{found[0]}{more}" if found else "the locks cannot all hold: remove some of them.")


@dataclass(frozen=True, slots=True)
class _Trial:
    """Which musts and locks found a place. proved: that the refused ones cannot all have one."""

    placed: tuple[Row, ...]
    refused: tuple[Row, ...]
    proved: bool


def conflicts(event: Event, time_limit_s: float = EXPLAINING_S) -> tuple[Conflict, ...]:
    """Why some musts, locks or minimums of `event` cannot hold, whatever else is planned; () = all can.

    Raises QueryError or UnknownIdError where the event is not sound. What the time does not suffice to prove
    is not reported.
    """
    clock = Clock(time_limit_s)
    needs = needs_of(event)
    trial = _try(event, [*needs, *rules_of(event, needs)], clock)
    return (*_minimums(event), *_each_explained(event, trial.refused, trial.placed, clock))


def why_missed(
    event: Event, missed: Collection[tuple[str, str]], time_limit_s: float = EXPLAINING_S
) -> tuple[Conflict, ...]:
    """Why a plan that keeps all other musts of `event` cannot keep those of the pairs `missed`.

    What the time does not suffice to prove is not reported.
    """
    pairs = set(map(frozenset, missed))
    needs = needs_of(event)
    refused = [need for need in needs if people_of(need) in pairs]
    kept = [need for need in needs if people_of(need) not in pairs]
    return tuple(_each_explained(event, refused, kept, Clock(time_limit_s)))


def impossible(event: Event, refused: Sequence[Lock], clock: Clock) -> ImpossibleError:
    """Why the `refused` locks found no place, as far as half of the time left tells.

    Where that explains none of them, each is a conflict of its own.
    """
    found = list(conflicts(event, min(EXPLAINING_S, clock.left() / 2)))
    if not any(conflict.need and conflict.need.table == "locks" for conflict in found):
        needs = map(need_of, refused)
        found += [Conflict((need,), Remedy(need), need, proved=False) for need in needs]
    return ImpossibleError(found)


def without(event: Event, found: Sequence[Conflict]) -> Event:
    """`event` without the musts and locks that found no place, so that the rest can be planned."""
    given_up = {conflict.need for conflict in found}
    pairs = {people_of(need) for need in given_up if need and need.table == "wishes"}
    return replace(
        event,
        wishes=tuple(w for w in event.wishes if w.kind != MUST or people_of(need_of(w)) not in pairs),
        locks=tuple(lock for lock in event.locks if need_of(lock) not in given_up),
    )


def _minimums(event: Event) -> Iterator[Conflict]:
    """Minimums above what somebody's limits, his absences and the slots allow."""
    problem = problem_of(replace(event, values=Values.of(()), wishes=(), locks=()))
    room = dict(zip(problem.names, problem.most.tolist(), strict=True))
    for person in event.participants:
        name, least, most = person.participant_id, person.min_meetings, room[person.participant_id]
        if least > most:
            rows = _irreducible([], rules_of(event, [], [name]), partial(_reaches, event, person))
            minimum = Row("participants", (name,), "min_meetings")
            yield Conflict((minimum, *(rows or [Row("slots")])), Remedy(minimum, least, most))


def _reaches(event: Event, person: Participant, rules: Sequence[Row]) -> bool:
    """Whether `rules` leave room for somebody's minimum."""
    part = part_of(event, rules, [person.participant_id])
    return bool(problem_of(part).most[0] >= person.min_meetings)


def _try(event: Event, rows: Sequence[Row], clock: Clock, more_tables: int = 0) -> _Trial:
    """Find a place for all musts and locks of `rows` under the rules of `rows`."""
    problem = problem_of(part_of(event, rows, more_tables=more_tables))
    locks = [row for row in rows if row.table == "locks"]
    table, kept = hold_locks(problem, problem.locks, clock)
    fixed = dict(zip(locks, kept, strict=True))
    both = zip(problem.seller.tolist(), problem.buyer.tolist(), strict=True)
    pairs = {frozenset((problem.names[s], problem.names[b])): pair for pair, (s, b) in enumerate(both)}
    musts = [row for row in rows if row.table == "wishes" and row.key[2] == MUST]
    table, settled = place_musts(table, problem.must, clock, np.random.default_rng(0))
    placed = table.placed()
    held = {must for must in musts if people_of(must) in pairs and placed[pairs[people_of(must)]]}
    held |= {lock for lock, holds in fixed.items() if holds}
    refused = tuple(need for need in (*locks, *musts) if need not in held)
    lost = any(lock not in held for lock in locks) or any(people_of(must) not in pairs for must in musts)
    return _Trial(tuple(need for need in (*locks, *musts) if need in held), refused, lost or settled is False)


def _holds(event: Event, rows: Sequence[Row], clock: Clock) -> bool:
    """Whether `rows` may all hold: False only where that is proved."""
    if clock.over():
        return True
    trial = _try(event, rows, clock)
    return not (trial.refused and trial.proved)


def _each_explained(
    event: Event, refused: Sequence[Row], placed: Sequence[Row], clock: Clock
) -> Iterator[Conflict]:
    """Why each of the first `refused` cannot hold beside what is placed, where that is proved in its share of time."""
    some = refused[:MOST]
    shares = (1 / left for left in range(len(some), 0, -1))
    found = (
        _explained(event, need, placed, clock.part(share)) for need, share in zip(some, shares, strict=True)
    )
    return filter(None, found)


def _explained(event: Event, need: Row, placed: Sequence[Row], clock: Clock) -> Conflict | None:
    """Why `need` cannot hold beside what is placed, sought among ever more of it; None = not proved."""
    for around in _wider(need, placed):
        if clock.over():
            break
        rules = rules_of(event, around)
        if not _holds(event, [*around, *rules], clock):
            rows = _irreducible([need], [*around[1:], *rules], lambda some: _holds(event, some, clock))
            if clock.over():
                break
            conflict = (need, *rows)
            everything = [need, *placed, *rules_of(event, [need, *placed])]
            remedy = _remedy(event, conflict, [*around, *rules], everything, clock)
            return Conflict(conflict, remedy, need)
    return None


def _wider(need: Row, placed: Sequence[Row]) -> Iterator[list[Row]]:
    """`need` with those who share people with it, then with those who share people with these, at last with all."""
    around = [need]
    while len(around) <= len(placed):
        people = frozenset[str]().union(*map(people_of, around))
        wider = [need, *(other for other in placed if people & people_of(other))]
        around = wider if len(wider) > len(around) else [need, *placed]
        yield around
    if not placed:
        yield around


def _irreducible(
    always: Sequence[Row], rows: Sequence[Row], holds: Callable[[Sequence[Row]], bool], changed: bool = False
) -> list[Row]:
    """The part of `rows` that cannot hold beside `always`, no row of it needless; `rows` as a whole cannot."""
    if changed and not holds(always):
        return []
    if len(rows) <= 1:
        return list(rows) if rows and (changed or holds(always)) else []
    first, second = rows[: len(rows) // 2], rows[len(rows) // 2 :]
    later = _irreducible([*always, *first], second, holds, bool(first))
    earlier = _irreducible([*always, *later], first, holds, bool(later))
    return [*earlier, *later]


def _remedy(
    event: Event, conflict: Sequence[Row], around: Sequence[Row], everything: Sequence[Row], clock: Clock
) -> Remedy:
    """The smallest single change of a row that lets `everything` hold, else to give up the first.

    around: a part of it, which refuses most changes in less time.
    """
    for tries in zip(changes(event, conflict, around), changes(event, conflict, everything), strict=True):
        if clock.over():
            break
        if not any(_try(one.event, one.rows, clock, one.more_tables).refused for one in tries):
            return tries[0].remedy
    return Remedy(conflict[0])
