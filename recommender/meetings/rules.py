"""Rows that cannot hold together: limits below minimums, wishes against no-gos, locks that break a rule.

Frames in are raw tables whose cells are sound and whose ids are known; a table may be missing. Each rule
gives the later row as the problem and names the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import pandas as pd

from recommender.market.problems import Problem
from recommender.meetings.columns import ABSENCES, LOCKS, PARTICIPANTS, SLOTS, TABLES, WISHES

__all__ = ["broken_locks", "broken_wishes", "cells_of", "limits"]

Frames = Mapping[str, pd.DataFrame]
Pair = frozenset[str]

_NO_ROWS: Final = pd.DataFrame()


class _Lock(NamedTuple):
    """A row of the locks. day: of its slot."""

    line: int
    seller_id: str
    buyer_id: str
    slot_id: str
    table_id: str
    day: str


def cells_of(frame: pd.DataFrame, column: str) -> pd.Series:
    """A column of a raw table, empty cells where the table does not have it."""
    return frame[column] if column in frame else pd.Series("", index=frame.index, dtype="str")


def limits(frames: Frames) -> Iterator[Problem]:
    """Participants whose minimum is above what their limits or their days at the event allow."""
    people, slots = frames[PARTICIPANTS], frames[SLOTS]
    days = slots["day"].nunique()
    away = Counter(frames.get(ABSENCES, _NO_ROWS).drop_duplicates().get("participant_id", ()))
    wished = ("participant_id", "min_meetings", "max_meetings", "max_per_day")
    for line, person, least, most, daily in zip(
        people.index, *(cells_of(people, c) for c in wished), strict=True
    ):
        if not least:
            continue
        here, minimum = len(slots) - away[person], float(least)
        problem = (PARTICIPANTS, line, "min_meetings", least)
        if most and float(most) < minimum:
            remedy = f"Raise max_meetings to {least} or lower the minimum to {most}"
            yield Problem(*problem, f"max_meetings is {most}, below the minimum", remedy)
        elif daily and float(daily) * days < minimum:
            message = f"max_per_day {daily} on {days} days is below the minimum"
            yield Problem(*problem, message, "Raise max_per_day or lower the minimum")
        elif here < minimum:
            message = f"{person} is there in {here} slots only: the minimum cannot be kept"
            yield Problem(*problem, message, f"Remove absences or lower the minimum to {here}", refused=False)


def broken_wishes(frames: Frames) -> Iterator[Problem]:
    """A wish against an own no-go is refused; against the other's no-go it is a warning: the no-go holds."""
    if WISHES not in frames:
        return
    rows = list(frames[WISHES][["participant_id", "other_id", "wish"]].itertuples())
    barred = _no_gos(frames)
    seen: dict[tuple[str, str, str], int] = {}
    for line, one, other, wish in rows:
        earlier = seen.setdefault((one, other, wish), line)
        if earlier != line:
            message = f"the same wish is in row {earlier}"
            yield Problem(WISHES, line, "wish", wish, message, "Remove one of the rows", refused=False)
        if wish not in ("must", "want") or Pair((one, other)) not in barred:
            continue
        no_go, who = barred[Pair((one, other))]
        message = f"{one} and {other} must not meet: row {no_go} is a no_go of {who}"
        if who == one:
            yield Problem(WISHES, line, "wish", wish, message, f"Remove this row or row {no_go}")
        else:
            remedy = f"The no_go holds; remove row {no_go} if they should meet"
            yield Problem(WISHES, line, "wish", wish, message, remedy, refused=False)


def broken_locks(frames: Frames) -> Iterator[Problem]:
    """Locks that break a rule alone or together with an earlier lock."""
    locks = _locks(frames)
    yield from _locks_against_absences(frames, locks)
    yield from _locks_against_no_gos(frames, locks)
    yield from _locks_at_reserved_tables(frames, locks)
    yield from _double_booked(locks)
    yield from _too_few_tables(frames, locks)
    yield from _locks_above_limits(frames, locks)


def _locks(frames: Frames) -> list[_Lock]:
    frame = frames.get(LOCKS, _NO_ROWS)
    if frame.empty:
        return []
    days = frames[SLOTS].set_index("slot_id")["day"]
    columns = (frame["seller_id"], frame["buyer_id"], frame["slot_id"], cells_of(frame, "table_id"))
    return [_Lock(*row, days[row[3]]) for row in zip(frame.index, *columns, strict=True)]


def _no_gos(frames: Frames) -> dict[Pair, tuple[int, str]]:
    """Pair -> row of its first no-go and whose it is."""
    wishes = frames.get(WISHES, _NO_ROWS)
    found: dict[Pair, tuple[int, str]] = {}
    if not wishes.empty:
        for line, one, other in wishes.loc[
            wishes["wish"] == "no_go", ["participant_id", "other_id"]
        ].itertuples():
            found.setdefault(Pair((one, other)), (line, one))
    return found


def _locks_against_absences(frames: Frames, locks: list[_Lock]) -> Iterator[Problem]:
    rows = frames[ABSENCES][["participant_id", "slot_id"]].itertuples() if ABSENCES in frames else ()
    away = {(who, slot): line for line, who, slot in rows}
    for lock in locks:
        for person in (lock.seller_id, lock.buyer_id):
            if (person, lock.slot_id) in away:
                message = (
                    f"{person} is absent in {lock.slot_id}: row {away[person, lock.slot_id]} of the absences"
                )
                yield _broken(lock, "slot_id", message, "Remove that absence, or lock another slot")


def _locks_against_no_gos(frames: Frames, locks: list[_Lock]) -> Iterator[Problem]:
    barred = _no_gos(frames)
    for lock in locks:
        if (found := barred.get(Pair((lock.seller_id, lock.buyer_id)))) is not None:
            message = f"row {found[0]} of the wishes is a no_go of {found[1]}"
            yield _broken(lock, "buyer_id", message, "Remove that no_go or this lock")


def _locks_at_reserved_tables(frames: Frames, locks: list[_Lock]) -> Iterator[Problem]:
    owners, names = _owners(frames), _names(frames)
    for lock in locks:
        owner = owners.get(lock.table_id, "")
        if owner and owner not in names[lock.seller_id] | names[lock.buyer_id]:
            message = f"table {lock.table_id} is reserved for {owner}"
            yield _broken(lock, "table_id", message, "Lock another table, or leave the cell empty")


def _double_booked(locks: list[_Lock]) -> Iterator[Problem]:
    taken: dict[tuple[str, str, str], int] = {}
    for lock in locks:
        for column in ("seller_id", "buyer_id", "table_id"):
            who = getattr(lock, column)
            earlier = taken.setdefault((column, who, lock.slot_id), lock.line)
            if who and earlier != lock.line:
                message = f"{who} is locked to slot {lock.slot_id} in row {earlier} already"
                yield _broken(lock, column, message, "Remove one of the two locks, or lock another slot")


def _too_few_tables(frames: Frames, locks: list[_Lock]) -> Iterator[Problem]:
    owners, names = _owners(frames), _names(frames)
    reserved = {owner for owner in owners.values() if owner}
    free = sum(not owner for owner in owners.values())
    taken: Counter[str] = Counter()
    for lock in locks:
        own = reserved & (names[lock.seller_id] | names[lock.buyer_id])
        taken[lock.slot_id] += not (owners.get(lock.table_id) or (own and not lock.table_id))
        if taken[lock.slot_id] > free:
            message = f"{taken[lock.slot_id]} locks in slot {lock.slot_id} need a table that is not reserved"
            remedy = f"There are {free}: add a table, or lock another slot"
            yield _broken(lock, "slot_id", message, remedy)


def _owners(frames: Frames) -> dict[str, str]:
    """Table -> whom it is reserved for."""
    tables = frames[TABLES]
    return dict(zip(tables["table_id"], cells_of(tables, "reserved_for"), strict=True))


def _names(frames: Frames) -> dict[str, set[str]]:
    """Participant -> what a table may be reserved as for them: their own id and their company's."""
    people = frames[PARTICIPANTS]
    companies = zip(people["participant_id"], cells_of(people, "company_id"), strict=True)
    return {person: {person, company} - {""} for person, company in companies}


def _locks_above_limits(frames: Frames, locks: list[_Lock]) -> Iterator[Problem]:
    people = frames[PARTICIPANTS].set_index("participant_id")
    most, daily = cells_of(people, "max_meetings"), cells_of(people, "max_per_day")
    held: Counter[tuple[str, str]] = Counter()
    for lock in locks:
        for column in ("seller_id", "buyer_id"):
            person = getattr(lock, column)
            for limit, name, day in (
                (most[person], "max_meetings", ""),
                (daily[person], "max_per_day", lock.day),
            ):
                held[person, day] += 1
                if limit and held[person, day] > float(limit):
                    message = (
                        f"{person} has {held[person, day]} locked meetings{f' on {day}' if day else ''}, "
                    )
                    remedy = f"Raise {name} of {person} to {held[person, day]}, or remove a lock"
                    yield _broken(lock, column, f"{message}{name} is {limit}", remedy)


def _broken(lock: _Lock, column: str, message: str, remedy: str) -> Problem:
    return Problem(LOCKS, lock.line, column, getattr(lock, column), message, remedy)
