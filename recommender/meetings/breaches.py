"""Which rules a schedule breaks, in words: the look before a change by hand, which may break any of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final, TypeVar

from recommender.errors import UnknownIdError, quoted
from recommender.meetings.agenda import wished_pairs
from recommender.meetings.domain import Event, Meeting, Participant, Slot, Table

__all__ = ["HARD", "SOFT", "TEXTS", "Breach", "Rules"]

T = TypeVar("T")
HARD: Final = ("side", "busy", "twice", "absent", "no-go", "table", "reserved", "limit", "walking", "lock")
SOFT: Final = ("must", "minimum")
TEXTS: Final = {
    "side": "{who} is no {side}",
    "absent": "{who} is absent in slot {slot}",
    "gone": "{one} and {other} in slot {slot}: somebody or the table is gone",
    "no-go": "{one} and {other} must not meet: a no-go of {of}",
    "reserved": "table {table} is reserved for {owner}, not for {one} or {other}",
    "twice": "{one} and {other} meet in slot {slot} already",
    "table": "table {table} is taken in slot {slot} by {one} and {other}",
    "busy": "{who} meets {other} in slot {slot} already",
    "limit": "{who} would have {meetings}, max_meetings is {most}",
    "limit_day": "{who} would have {meetings} on {day}, max_per_day is {most}",
    "minimum": "{who} would have {meetings}, min_meetings is {least}",
    "walking": "{who} has {minutes:g} minutes from {hall} in slot {slot} to {next_hall} in slot {next_slot}, "
    "the way takes {way}",
    "lock": "{one} with {other} is locked to slot {slot}",
    "lock_table": "{one} with {other} is locked to slot {slot} at table {table}",
    "must": "{one} and {other} would not meet: a must of {of}",
}
"""Kind of a breach -> what its facts say in English."""
_BARE: Final = frozenset(("side", "held", "most", "least", "day", "minutes", "way"))


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken and by what. rule: one of HARD, which no plan breaks, or of SOFT, which one may.

    facts: what is broken, as TEXTS name it. whose: what a limit or a minimum is of, "" = the text says it. by: how
    many meetings it is missed by. kind: the key of TEXTS, "" = the rule.
    """

    rule: str
    facts: Mapping[str, Any] = field(hash=False)
    whose: str = ""
    by: int = 1
    kind: str = ""

    @property
    def text(self) -> str:
        """In English, with ids."""
        words = {name: value if name in _BARE else quoted(value) for name, value in self.facts.items()}
        if "held" in words:
            words["meetings"] = f"{words['held']} meeting{'' if words['held'] == 1 else 's'}"
        return TEXTS[self.kind or self.rule].format(**words)

    @property
    def hard(self) -> bool:
        """Whether no plan would do it."""
        return self.rule in HARD

    @property
    def key(self) -> tuple[str, str]:
        """The same for the same breach in two schedules."""
        return self.rule, self.whose or self.text

    def __str__(self) -> str:
        return self.text


class Rules:
    """The rules of an event, ready to be asked about any meetings."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.people = {person.participant_id: person for person in event.participants}
        self.slots = {slot.slot_id: slot for slot in event.slots}
        self.tables = {table.table_id: table for table in event.tables}
        self._no_gos = wished_pairs(event, "no_go")
        self._musts: dict[str, list[tuple[tuple[str, str], str]]] = {}
        for pair, who in wished_pairs(event, "must").items():
            if pair not in self._no_gos:
                self._musts.setdefault(pair[0], []).append((pair, who))
        self._walk = timedelta(minutes=event.walking_min)

    def participant(self, name: str) -> Participant:
        """Raises UnknownIdError where there is none."""
        return _known("participant", self.people, name)

    def slot(self, name: str) -> Slot:
        """Raises UnknownIdError where there is none."""
        return _known("slot", self.slots, name)

    def table(self, name: str) -> Table:
        """Raises UnknownIdError where there is none."""
        return _known("table", self.tables, name)

    def may_use(self, table: Table, pair: tuple[str, str]) -> bool:
        """Whether a table is reserved for nobody else."""
        if not table.reserved_for:
            return True
        return table.reserved_for in {*pair, *(self.participant(name).company_id for name in pair)}

    def broken(
        self,
        meetings: Sequence[Meeting],
        people: Collection[str] | None = None,
        new: Collection[Meeting] | None = None,
    ) -> Iterator[Breach]:
        """Every rule that the meetings break; people: only rules about the agendas of these (None = all).

        new: only of these meetings it is looked at whether they may be held where they are (None = of all). All
        meetings of `people`, and all at the places where they meet, have to be among the meetings.
        Raises UnknownIdError where a meeting has an id that the event has not.
        """
        agendas: dict[str, list[Meeting]] = {name: [] for name in (self.people if people is None else people)}
        for meeting in meetings if new is None else new:
            yield from self._place(meeting)
        for meeting in meetings:
            for name in (meeting.seller_id, meeting.buyer_id):
                if name in agendas:
                    agendas[name].append(meeting)
        yield from self._taken(meetings)
        for name, agenda in agendas.items():
            if name in self.people:
                yield from self._agenda(self.people[name], agenda)
        yield from self._promised(meetings, agendas)

    def _place(self, meeting: Meeting) -> Iterator[Breach]:
        pair = (meeting.seller_id, meeting.buyer_id)
        self.slot(meeting.slot_id)
        for name, side in zip(pair, ("seller", "buyer"), strict=True):
            if self.participant(name).side != side:
                yield Breach("side", {"who": name, "side": side})
            if (name, meeting.slot_id) in self.event.absences:
                yield Breach("absent", {"who": name, "slot": meeting.slot_id})
        if pair in self._no_gos:
            yield Breach("no-go", {**_both(pair), "of": self._no_gos[pair]})
        table = self.table(meeting.table_id)
        if not self.may_use(table, pair):
            owner = {"table": table.table_id, "owner": table.reserved_for}
            yield Breach("reserved", {**_both(pair), **owner})

    def _taken(self, meetings: Iterable[Meeting]) -> Iterator[Breach]:
        pairs: dict[tuple[str, str], Meeting] = {}
        places: dict[tuple[str, str], Meeting] = {}
        for meeting in meetings:
            pair = (meeting.seller_id, meeting.buyer_id)
            first = pairs.setdefault(pair, meeting)
            if first is not meeting:
                yield Breach("twice", {**_both(pair), "slot": first.slot_id})
            place = (meeting.table_id, meeting.slot_id)
            first = places.setdefault(place, meeting)
            if first is not meeting:
                both = _both((first.seller_id, first.buyer_id))
                yield Breach("table", {**both, "table": place[0], "slot": place[1]})

    def _agenda(self, person: Participant, agenda: Sequence[Meeting]) -> Iterator[Breach]:
        name = person.participant_id
        by_slot: dict[str, Meeting] = {}
        for meeting in agenda:
            first = by_slot.setdefault(meeting.slot_id, meeting)
            if first is not meeting:
                other = first.buyer_id if first.seller_id == name else first.seller_id
                yield Breach("busy", {"who": name, "other": other, "slot": meeting.slot_id})
        yield from self._limits(person, agenda)
        if not self._walk:
            return
        ordered = sorted(agenda, key=lambda meeting: self.slots[meeting.slot_id].starts_at)
        for earlier, later in pairwise(ordered):
            yield from self._walks(name, earlier, later)

    def _limits(self, person: Participant, agenda: Sequence[Meeting]) -> Iterator[Breach]:
        name, held = person.participant_id, len(agenda)
        if person.max_meetings is not None and held > person.max_meetings:
            facts = {"who": name, "held": held, "most": person.max_meetings}
            yield Breach("limit", facts, name, held - person.max_meetings)
        if person.max_per_day is not None:
            days: Counter[date] = Counter(self.slots[meeting.slot_id].day for meeting in agenda)
            for day, today in days.items():
                if today > person.max_per_day:
                    facts = {"who": name, "held": today, "day": day.isoformat(), "most": person.max_per_day}
                    over = today - person.max_per_day
                    yield Breach("limit", facts, f"{name} {day}", over, "limit_day")
        if held < person.min_meetings:
            facts = {"who": name, "held": held, "least": person.min_meetings}
            yield Breach("minimum", facts, name, person.min_meetings - held)

    def _walks(self, name: str, earlier: Meeting, later: Meeting) -> Iterator[Breach]:
        halls = [self.tables[meeting.table_id].hall for meeting in (earlier, later)]
        pause = self.slots[later.slot_id].starts_at - self.slots[earlier.slot_id].ends_at
        if halls[0] != halls[1] and timedelta(0) <= pause < self._walk:
            minutes = {"minutes": pause.total_seconds() / 60, "way": self.event.walking_min}
            before = {"hall": halls[0], "slot": earlier.slot_id}
            after = {"next_hall": halls[1], "next_slot": later.slot_id}
            yield Breach("walking", {"who": name, **minutes, **before, **after})

    def _promised(self, meetings: Iterable[Meeting], people: Collection[str]) -> Iterator[Breach]:
        """Locks and musts that are not kept."""
        held = {(meeting.seller_id, meeting.buyer_id): meeting for meeting in meetings}
        for lock in self.event.locks:
            pair = (lock.seller_id, lock.buyer_id)
            if pair[0] not in people:
                continue
            meeting = held.get(pair)
            kept = meeting and (lock.slot_id, lock.table_id or meeting.table_id) == (
                meeting.slot_id, meeting.table_id,
            )  # fmt: skip
            if not kept:
                where = {"slot": lock.slot_id} | ({"table": lock.table_id} if lock.table_id else {})
                kind = "lock_table" if lock.table_id else ""
                yield Breach("lock", {**_both(pair), **where}, kind=kind)
        for name in people:
            for pair, who in self._musts.get(name, ()):
                if pair not in held:
                    yield Breach("must", {**_both(pair), "of": who})


def _both(pair: tuple[str, str]) -> dict[str, Any]:
    return {"one": pair[0], "other": pair[1]}


def _known(noun: str, known: dict[str, T], name: str) -> T:
    if name not in known:
        raise UnknownIdError(noun, name)
    return known[name]
