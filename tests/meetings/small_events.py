"""Random small events, the rules of a schedule spelled out, and the best schedule by trying all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import strategies as st

from recommender.meetings.domain import (
    Event,
    Lock,
    Meeting,
    PairValue,
    Participant,
    Side,
    Slot,
    Table,
    Values,
    Wish,
    WishKind,
)

SELLER: Side = "seller"
BUYER: Side = "buyer"


def slots_of(days: int, a_day: int, pause_min: int = 0) -> tuple[Slot, ...]:
    """Slots of 20 minutes, `pause_min` between them."""
    start = datetime(2027, 2, 12, 9, tzinfo=UTC)
    times = [
        start + timedelta(days=day, minutes=place * (20 + pause_min))
        for day in range(days)
        for place in range(a_day)
    ]
    return tuple(
        Slot(f"t{number}", time.date(), time, time + timedelta(minutes=20))
        for number, time in enumerate(times)
    )


@st.composite
def events(
    draw: st.DrawFn,
    sellers: int = 4,
    buyers: int = 5,
    slots: int = 6,
    tables: int = 4,
    halls: bool = True,
    owners: str = "both",
) -> Event:
    """An event in which anything may be scarce; its locks can all hold.

    owners: the side for which tables are reserved.
    """
    sells = [f"s{number}" for number in range(draw(st.integers(1, sellers)))]
    buys = [f"b{number}" for number in range(draw(st.integers(1, buyers)))]
    days = draw(st.integers(1, min(2, slots)))
    times = slots_of(days, draw(st.integers(1, slots // days)), draw(st.sampled_from([0, 10])))
    companies = st.sampled_from(["red", "blue", ""])
    others = companies if owners == "both" else st.sampled_from(["green", ""])
    limit = st.none() | st.integers(0, 4)
    people = tuple(
        Participant(name, side, name, draw(company), draw(limit), 0, draw(limit))
        for names, side, company in ((sells, SELLER, companies), (buys, BUYER, others))
        for name in names
    )
    people = tuple(_with_minimum(person, draw(st.integers(0, 2))) for person in people)
    owner = st.sampled_from(["", "", "red", "blue", sells[0], *buys[: owners == "both"]])
    places = tuple(
        Table(f"p{number}", draw(owner), draw(st.sampled_from(["north", "south"])) if halls else "")
        for number in range(draw(st.integers(0, tables)))
    )
    pairs = [(seller, buyer) for seller in sells for buyer in buys]
    values = [PairValue(*pair, draw(st.integers(0, 9)) / 4) for pair in pairs if draw(st.booleans())]
    kinds: st.SearchStrategy[WishKind | None]
    kinds = st.sampled_from([None, None, None, "must", "want", "no_go", "met_before"])
    wishes = [
        Wish(*(pair if draw(st.booleans()) else pair[::-1]), kind) for pair in pairs if (kind := draw(kinds))
    ]
    absences = frozenset(
        (person.participant_id, slot.slot_id)
        for person in people
        for slot in times
        if draw(st.integers(0, 4)) == 0
    )
    event = Event(
        people, times, places, Values.of(values), absences, tuple(wishes), (),
        walking_min=draw(st.sampled_from([0, 15])) if halls else 0,
    )  # fmt: skip
    return _with_locks(event, draw(st.lists(st.sampled_from(pairs), max_size=2, unique=True)), draw)


def broken_rules(event: Event, meetings: Sequence[Meeting]) -> Iterator[str]:
    """Every hard rule that a schedule breaks, in words."""
    people = {person.participant_id: person for person in event.participants}
    slots = {slot.slot_id: slot for slot in event.slots}
    tables = {table.table_id: table for table in event.tables}
    no_gos = {
        frozenset((wish.participant_id, wish.other_id)) for wish in event.wishes if wish.kind == "no_go"
    }
    agenda: dict[str, list[Meeting]] = {name: [] for name in people}
    for meeting in meetings:
        pair = {meeting.seller_id, meeting.buyer_id}
        for name in (meeting.seller_id, meeting.buyer_id):
            agenda[name].append(meeting)
            if (name, meeting.slot_id) in event.absences:
                yield f"{name} is absent at {meeting.slot_id}"
        if people[meeting.seller_id].side != "seller" or people[meeting.buyer_id].side != "buyer":
            yield f"{pair} are not a seller and a buyer"
        if frozenset(pair) in no_gos:
            yield f"{pair} is a no-go"
        owner = tables[meeting.table_id].reserved_for
        if owner and owner not in {text for name in pair for text in (name, people[name].company_id)}:
            yield f"{meeting.table_id} is reserved for {owner}"
    yield from _twice(Counter((m.seller_id, m.buyer_id) for m in meetings), "meet")
    yield from _twice(Counter((m.slot_id, m.table_id) for m in meetings), "is used")
    for name, mine in agenda.items():
        yield from _twice(Counter((name, m.slot_id) for m in mine), "is busy")
        person = people[name]
        if person.max_meetings is not None and len(mine) > person.max_meetings:
            yield f"{name} has more than {person.max_meetings} meetings"
        a_day = Counter(slots[m.slot_id].day for m in mine)
        if person.max_per_day is not None and max(a_day.values(), default=0) > person.max_per_day:
            yield f"{name} has more than {person.max_per_day} meetings a day"
        yield from _too_far(event, name, mine)
    held = {(m.seller_id, m.buyer_id, m.slot_id): m.table_id for m in meetings}
    for lock in event.locks:
        table = held.get((lock.seller_id, lock.buyer_id, lock.slot_id))
        if table is None or lock.table_id not in ("", table):
            yield f"{lock} is not kept"


def best_by_trying_all(event: Event) -> tuple[int, int, float]:
    """The most musts, with them the most meetings towards minimums, with both the highest sum of values."""
    value = {(pair.seller_id, pair.buyer_id): pair.value for pair in event.values}
    named = {
        (w.participant_id, w.other_id) if w.participant_id[0] == "s" else (w.other_id, w.participant_id)
        for w in event.wishes
        if w.kind in ("must", "want")
    }
    locked = {(lock.seller_id, lock.buyer_id) for lock in event.locks}
    pairs = sorted(named | locked | {pair for pair, worth in value.items() if worth > 0})
    places = [(slot.slot_id, table.table_id) for slot in event.slots for table in event.tables]

    def best(rest: list[tuple[str, str]], meetings: list[Meeting]) -> tuple[int, int, float]:
        if not rest:
            return merit(event, meetings) if not any(broken_rules(event, meetings)) else (-1, 0, 0.0)
        outcomes = [best(rest[1:], meetings)]
        for place in places:
            more = [*meetings, Meeting(*rest[0], *place, value.get(rest[0], 0.0))]
            if all("is not kept" in broken for broken in broken_rules(event, more)):
                outcomes.append(best(rest[1:], more))
        return max(outcomes)

    return best(pairs, [])


def merit(event: Event, meetings: Sequence[Meeting]) -> tuple[int, int, float]:
    """Musts kept, meetings towards minimums, sum of values."""
    musts = {frozenset((wish.participant_id, wish.other_id)) for wish in event.wishes if wish.kind == "must"}
    count = Counter(name for m in meetings for name in (m.seller_id, m.buyer_id))
    towards = sum(min(count[person.participant_id], person.min_meetings) for person in event.participants)
    kept = sum({meeting.seller_id, meeting.buyer_id} in musts for meeting in meetings)
    return kept, towards, sum(meeting.value for meeting in meetings)


def _with_minimum(person: Participant, least: int) -> Participant:
    most = least if person.max_meetings is None else person.max_meetings
    return Participant(
        person.participant_id, person.side, person.name, person.company_id, person.max_meetings,
        min(least, most), person.max_per_day,
    )  # fmt: skip


def _with_locks(event: Event, pairs: Sequence[tuple[str, str]], draw: st.DrawFn) -> Event:
    """`event` with locks of those `pairs` for which a slot and a table drawn at random are allowed."""
    meetings: list[Meeting] = []
    locks: list[Lock] = []
    for pair in pairs if event.tables else ():
        slot, table = draw(st.sampled_from(event.slots)), draw(st.sampled_from(event.tables))
        meeting = Meeting(*pair, slot.slot_id, table.table_id)
        if not any(broken_rules(event, [*meetings, meeting])):
            meetings.append(meeting)
            locks.append(Lock(*pair, slot.slot_id, draw(st.sampled_from(["", table.table_id]))))
    return Event(
        event.participants, event.slots, event.tables, event.values, event.absences, event.wishes, tuple(locks),
        event.walking_min,
    )  # fmt: skip


def _twice(counts: Counter[tuple[str, str]], verb: str) -> Iterator[str]:
    return (f"{key} {verb} {number} times" for key, number in counts.items() if number > 1)


def _too_far(event: Event, name: str, meetings: Sequence[Meeting]) -> Iterator[str]:
    halls = {table.table_id: table.hall for table in event.tables}
    slots = {slot.slot_id: slot for slot in event.slots}
    ordered = sorted(meetings, key=lambda meeting: slots[meeting.slot_id].starts_at)
    for earlier, later in pairwise(ordered):
        pause = slots[later.slot_id].starts_at - slots[earlier.slot_id].ends_at
        if halls[earlier.table_id] != halls[later.table_id] and pause < timedelta(minutes=event.walking_min):
            yield f"{name} cannot walk from {earlier.table_id} to {later.table_id} in {pause}"
