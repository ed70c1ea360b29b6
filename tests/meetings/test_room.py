"""What a plan leaves free, against counting by hand on random events."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from recommender.meetings.domain import Event, Meeting, PairValue, Participant, Slot, Table, Values
from recommender.meetings.why import WhyNot

START = datetime(2026, 5, 14, 9, tzinfo=UTC)
GIVES_UP = r"{} (?:has \d meetings?(?: that day)?, the limit, and )?would give up (\w+)"
PEOPLE = [("s1", "alba"), ("s2", "alba"), ("s3", ""), ("b1", ""), ("b2", "lumen"), ("b3", "")]


def random_event(rng: Random) -> Event:
    people = [
        Participant(
            name,
            "seller" if name.startswith("s") else "buyer",
            company_id=company,
            max_meetings=rng.choice([None, 0, 1, 2, 3]),
            max_per_day=rng.choice([None, None, 1, 2]),
        )
        for name, company in PEOPLE
    ]
    starts = [START + timedelta(days=day, minutes=30 * place) for day in range(2) for place in range(2)]
    slots = [Slot(f"k{n}", at.date(), at, at + timedelta(minutes=30)) for n, at in enumerate(starts)]
    tables = [Table(f"t{n}", rng.choice(["", "", "alba", "b1", "lumen"])) for n in range(rng.randint(1, 3))]
    pairs = [PairValue(s, b, rng.randint(1, 9)) for s in ("s1", "s2", "s3") for b in ("b1", "b2", "b3")]
    away = frozenset((name, slot.slot_id) for name, _ in PEOPLE for slot in slots if rng.random() < 0.3)
    return Event(tuple(people), tuple(slots), tuple(tables), Values.of(pairs), away)


def fits(event: Event, meetings: list[Meeting], meeting: Meeting) -> bool:
    """Whether a meeting can be added without breaking a rule."""
    pair = (meeting.seller_id, meeting.buyer_id)
    day = {slot.slot_id: slot.day for slot in event.slots}
    people = {person.participant_id: person for person in event.participants}
    owner = {table.table_id: table.reserved_for for table in event.tables}[meeting.table_id]
    if owner and owner not in {*pair, *(people[name].company_id for name in pair)}:
        return False
    if any(m.slot_id == meeting.slot_id and m.table_id == meeting.table_id for m in meetings):
        return False
    for name in pair:
        own = [m for m in meetings if name in (m.seller_id, m.buyer_id)]
        of_day = [m for m in own if day[m.slot_id] == day[meeting.slot_id]]
        person = people[name]
        limits = ((person.max_meetings, own), (person.max_per_day, of_day))
        if any(limit is not None and len(held) >= limit for limit, held in limits):
            return False
        if any(m.slot_id == meeting.slot_id for m in own) or (name, meeting.slot_id) in event.absences:
            return False
    return True


def filled(event: Event, rng: Random) -> list[Meeting]:
    """Some meetings that break no rule, not as many as there could be."""
    meetings: list[Meeting] = []
    for pair in event.values:
        slot, table = rng.choice(event.slots).slot_id, rng.choice(event.tables).table_id
        meeting = Meeting(pair.seller_id, pair.buyer_id, slot, table, pair.value)
        if fits(event, meetings, meeting):
            meetings.append(meeting)
    return meetings


@given(st.integers(0, 2**32 - 1))
def test_room_is_told_exactly_where_a_meeting_can_be_added(seed: int) -> None:
    rng = Random(seed)
    event = random_event(rng)
    meetings = filled(event, rng)
    left = WhyNot(event, meetings).unscheduled()
    assert len(left) == len(event.values) - len(meetings)
    for seller, buyer, _, reason in left.rows():
        options = {
            slot.slot_id
            for slot in event.slots
            for table in event.tables
            if fits(event, meetings, Meeting(seller, buyer, slot.slot_id, table.table_id))
        }
        assert reason.startswith("room") == bool(options), reason
        if options:
            assert reason.split("in slot ")[1].split(".")[0] in options
        shared = [s for s in event.slots if not {(seller, s.slot_id), (buyer, s.slot_id)} & event.absences]
        assert reason.startswith("absence") == (not shared)


@given(st.integers(0, 2**32 - 1))
def test_giving_up_what_a_reason_names_makes_room(seed: int) -> None:
    rng = Random(seed)
    event = random_event(rng)
    meetings = filled(event, rng)
    for seller, buyer, _, reason in WhyNot(event, meetings).unscheduled().rows():
        if "would give up" not in reason or "no table" in reason or ", for a meeting worth" in reason:
            continue
        partners = {name: re.findall(GIVES_UP.format(name), reason) for name in (seller, buyer)}
        given_up = {
            meeting
            for meeting in meetings
            if meeting.buyer_id in partners.get(meeting.seller_id, ())
            or meeting.seller_id in partners.get(meeting.buyer_id, ())
        }
        assert given_up
        rest = [meeting for meeting in meetings if meeting not in given_up]
        slot = reason.split("in slot ")[1].split(" ")[0]
        added = [Meeting(seller, buyer, slot, table.table_id) for table in event.tables]
        assert any(fits(event, rest, meeting) for meeting in added), reason
