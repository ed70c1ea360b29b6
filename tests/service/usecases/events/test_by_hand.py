"""Slots, tables, participants, absences and wishes by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from recommender.meetings.domain import Slot, Wish
from service.domain.events import Event, EventTable, Participant
from service.domain.paging import PageRequest
from service.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from service.store.repositories.events import EventFilter
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events import people, places, setup, wishes
from tests.service import make
from tests.service.usecases.events import market
from tests.service.usecases.events.market import AGENT, ORGANISER

DAY = date(2026, 5, 14)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, 14, hour, minute, tzinfo=UTC)


def test_an_event_is_its_organisers_and_in_a_time_zone(uow: UnitOfWorkFactory, event: Event) -> None:
    seen = setup.list_events(uow, ORGANISER, PageRequest(), EventFilter()).items
    assert [(one.event.event_id, one.plans) for one in seen] == [(event.event_id, True)]
    assert setup.list_events(uow, market.RIVAL, PageRequest(), EventFilter()).items == ()
    with pytest.raises(Forbidden):
        setup.create_event(uow, AGENT, Event("", "agent", "Mine", "Europe/Berlin", DAY, DAY))
    with pytest.raises(Invalid, match="is no time zone"):
        setup.update_event(uow, ORGANISER, event.event_id, {"time_zone": "Mars"}, None)
    with pytest.raises(PreconditionFailed):
        setup.update_event(uow, ORGANISER, event.event_id, {"name": "Other"}, event.version + 7)
    days = {"starts_on": date(2026, 5, 15), "ends_on": date(2026, 5, 16)}
    with pytest.raises(Conflict, match="outside of these days"):
        setup.update_event(uow, ORGANISER, event.event_id, days, None)


def test_slots_follow_a_pattern_with_pauses(uow: UnitOfWorkFactory) -> None:
    market.companies(uow)
    event = market.new_event(uow)
    pauses = [(time(12, 30), time(13, 30))]
    pattern = places.SlotPattern([DAY], time(11), time(15), 45, 15, pauses, "Co-production")
    made = places.make_slots(uow, ORGANISER, event.event_id, pattern)
    assert {slot.session for slot in places.list_slots(uow, ORGANISER, event.event_id)} == {"Co-production"}
    assert [f"{slot.starts_at:%H:%M}" for slot in made] == ["11:00", "13:30"]
    assert made[0].starts_at == at(9), "in Berlin, in summer"
    with pytest.raises(Conflict, match="the event has a slot"):
        places.make_slots(uow, ORGANISER, event.event_id, pattern)
    with pytest.raises(Invalid, match="no slot fits"):
        places.make_slots(uow, ORGANISER, event.event_id, places.SlotPattern([DAY], time(9), time(9, 5), 30))


def test_slots_neither_overlap_nor_leave_the_event(uow: UnitOfWorkFactory, event: Event) -> None:
    with pytest.raises(Invalid, match="overlaps"):
        places.add_slots(uow, ORGANISER, event.event_id, [Slot("x", DAY, at(7, 10), at(7, 20))])
    later = Slot("x", date(2026, 5, 20), at(7), at(8))
    with pytest.raises(Invalid, match="the event is held from"):
        places.add_slots(uow, ORGANISER, event.event_id, [later])
    places.remove_slot(uow, ORGANISER, event.event_id, "c")
    with pytest.raises(NotFound, match="no slot has the id 'c'"):
        places.remove_slot(uow, ORGANISER, event.event_id, "c")


def test_the_database_keeps_slots_apart_too(uow: UnitOfWorkFactory, event: Event) -> None:
    with uow() as tx:
        tx.venues.put_slots(event.event_id, [Slot("x", DAY, at(7, 10), at(7, 20))])
        with pytest.raises(Conflict, match="two slots of the event overlap"):
            tx.commit()


def test_a_table_is_reserved_for_somebody_who_comes(uow: UnitOfWorkFactory, event: Event) -> None:
    key = event.event_id
    places.add_tables(uow, ORGANISER, key, [EventTable("t3", "s1", "North")])
    with pytest.raises(Invalid, match="no participant and no company has this id"):
        places.update_table(uow, ORGANISER, key, "t3", {"reserved_for": "nobody"})
    with pytest.raises(Conflict, match="the event has a table"):
        places.add_tables(uow, ORGANISER, key, [EventTable("t3")])
    places.remove_table(uow, ORGANISER, key, "t3")
    assert [one.table_id for one in places.list_tables(uow, ORGANISER, key)] == ["t1", "t2"]


def test_participants_are_added_changed_and_removed(uow: UnitOfWorkFactory, event: Event) -> None:
    key = event.event_id
    added = people.add_participant(uow, ORGANISER, key, Participant("", "buyer", "Zed", min_meetings=1))
    assert added.participant_id.startswith("buyer_")
    changed = people.update_participant(
        uow, ORGANISER, key, added.participant_id, {"max_meetings": 3}, added.version
    )
    assert (changed.max_meetings, changed.version) == (3, added.version + 1)
    with pytest.raises(PreconditionFailed):
        people.update_participant(uow, ORGANISER, key, added.participant_id, {"max_meetings": 4}, 1)
    with pytest.raises(Invalid, match="the minimum is above"):
        people.update_participant(uow, ORGANISER, key, added.participant_id, {"max_meetings": 0}, None)
    with pytest.raises(Conflict, match="the event has a participant"):
        people.add_participant(uow, ORGANISER, key, Participant("s1", "seller", "Again"))
    people.remove_participant(uow, ORGANISER, key, added.participant_id)
    with pytest.raises(NotFound):
        people.get_participant(uow, ORGANISER, key, added.participant_id)


def test_a_side_never_changes(uow: UnitOfWorkFactory, event: Event) -> None:
    with uow() as tx, pytest.raises(Conflict, match="s1 stays a seller"):
        tx.participants.put(event.event_id, [Participant("s1", "buyer", "Turned")])


def test_a_buyer_brings_profiles_of_its_own_company_and_no_films(
    uow: UnitOfWorkFactory, event: Event
) -> None:
    key = event.event_id
    with pytest.raises(Invalid, match="a buyer brings no films"):
        people.update_participant(uow, ORGANISER, key, "b1", {"film_ids": ("film",)}, None)
    with pytest.raises(Invalid, match="no distributor has the id 'xx'"):
        people.update_participant(uow, ORGANISER, key, "b1", {"distributor_ids": ("xx",)}, None)
    people.update_participant(uow, ORGANISER, key, "b1", {"distributor_ids": ("fr", "de")}, None)


def test_a_line_up_holds_what_is_on_offer(uow: UnitOfWorkFactory, event: Event) -> None:
    key = event.event_id
    with pytest.raises(Invalid, match="no film has the id 'film'"):
        people.set_lineup(uow, ORGANISER, key, "s1", ["film"])
    with uow() as tx:
        tx.rights.add(make.held("film", "agent"))
        tx.commit()
    brought = people.set_lineup(uow, ORGANISER, key, "s1", ["film"], 1)
    assert (brought.film_ids, brought.version) == (("film",), 2)
    with pytest.raises(PreconditionFailed):
        people.set_lineup(uow, ORGANISER, key, "s1", [], 1)
    with pytest.raises(Invalid, match="no film has the id 'film'"):
        people.set_lineup(uow, ORGANISER, key, "s2", ["film"])


def test_absences_are_replaced_and_wishes_added_once(uow: UnitOfWorkFactory, event: Event) -> None:
    key = event.event_id
    people.set_absences(uow, ORGANISER, key, "b1", ["a", "b"])
    people.set_absences(uow, ORGANISER, key, "b1", ["b", "c"])
    assert people.list_absences(uow, ORGANISER, key) == (("b1", "b"), ("b1", "c"))
    with pytest.raises(Invalid, match="the event has no slot 'z'"):
        people.set_absences(uow, ORGANISER, key, "b1", ["z"])
    wanted = [Wish("b1", "s1", "must"), Wish("s1", "b1", "want"), Wish("b1", "s1", "must")]
    wishes.add_wishes(uow, ORGANISER, key, wanted)
    wishes.add_wishes(uow, ORGANISER, key, wanted)
    assert set(wishes.list_wishes(uow, ORGANISER, key)) == set(wanted)
    assert wishes.list_wishes(uow, ORGANISER, key, "s1") == (Wish("s1", "b1", "want"),)
    wishes.remove_wish(uow, ORGANISER, key, wanted[1])
    with pytest.raises(NotFound):
        wishes.remove_wish(uow, ORGANISER, key, wanted[1])


def test_wishes_that_contradict_are_refused(uow: UnitOfWorkFactory, event: Event) -> None:
    key = event.event_id
    with pytest.raises(Invalid, match="must not meet"):
        wishes.add_wishes(uow, ORGANISER, key, [Wish("s1", "b1", "no_go"), Wish("s1", "b1", "must")])
    with pytest.raises(Conflict, match="of a seller and a buyer"):
        wishes.add_wishes(uow, ORGANISER, key, [Wish("s1", "s2", "want")])
    with pytest.raises(Invalid, match="the event has no participant 'b9'"):
        wishes.add_wishes(uow, ORGANISER, key, [Wish("s1", "b9", "want")])
    assert wishes.list_wishes(uow, ORGANISER, key) == ()
