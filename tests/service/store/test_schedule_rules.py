"""What the database keeps of schedules by itself, whoever writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from recommender.meetings.domain import Meeting, Slot
from service.domain.events import Event, EventTable, Participant
from service.domain.schedules import Outcome, Schedule
from service.domain.words import Attendance, CompanyKind, EventStatus, ScheduleState
from service.errors import Conflict, Invalid
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make

START = datetime(2026, 5, 14, 9, tzinfo=UTC)
HALF = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def _event(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.companies.add(make.company("marche", CompanyKind.ORGANISER))
        day = date(2026, 5, 14)
        tx.events.add(Event("e", "marche", "Market", "UTC", day, day))
        tx.venues.put_slots(
            "e", [Slot(key, day, START + n * HALF, START + (n + 1) * HALF) for n, key in enumerate("ab")]
        )
        tx.venues.put_tables("e", [EventTable("t1"), EventTable("t2")])
        tx.participants.put(
            "e",
            [
                *(Participant(key, "seller", key) for key in ("s1", "s2")),
                *(Participant(key, "buyer", key) for key in ("b1", "b2")),
            ],
        )
        tx.commit()


def draft(number: int = 1) -> Schedule:
    return Schedule(f"schedule-{number}", "e", number, ScheduleState.DRAFT, "test", START)


def added(tx: UnitOfWork, *meetings: Meeting) -> Schedule:
    return tx.schedules.add(draft(), meetings)


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (Meeting("s1", "b2", "a", "t2"), "the seller meets somebody else in this slot"),
        (Meeting("s2", "b1", "a", "t2"), "the buyer meets somebody else in this slot"),
        (Meeting("s2", "b2", "a", "t1"), "others sit at this table in this slot"),
        (Meeting("s1", "b1", "b", "t1"), "the two meet already"),
    ],
)
def test_nobody_and_no_table_is_twice_in_a_slot(uow: UnitOfWorkFactory, second: Meeting, words: str) -> None:
    with uow() as tx, pytest.raises(Conflict, match=words):
        added(tx, Meeting("s1", "b1", "a", "t1"), second)


def test_a_seller_meets_a_buyer(uow: UnitOfWorkFactory) -> None:
    with uow() as tx, pytest.raises(Conflict, match="of a seller and a buyer"):
        added(tx, Meeting("b1", "s1", "a", "t1"))


def test_another_version_may_hold_the_same_meetings(uow: UnitOfWorkFactory) -> None:
    one = Meeting("s1", "b1", "a", "t1", 2.5, 3.0, 2.0, ("f1", "f2"))
    with uow() as tx:
        added(tx, one)
        tx.schedules.add(draft(2), [one])
        tx.commit()
    with uow() as tx:
        assert tx.schedules.meetings("schedule-2") == (one,)
        assert [found.number for found in tx.schedules.all("e")] == [2, 1]


def test_what_was_published_is_not_changed_and_one_is_published_at_most(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        first = added(tx, Meeting("s1", "b1", "a", "t1"))
        tx.schedules.publish(first, START, "test")
        second = tx.schedules.add(draft(2), [])
        tx.schedules.publish(second, START, "test")
        assert {one.number: one.state.value for one in tx.schedules.all("e")} == {
            1: "replaced",
            2: "published",
        }
        tx.commit()
    with uow() as tx, pytest.raises(Conflict, match="a schedule that was published is not changed"):
        tx.schedules.rewrite(second, [Meeting("s1", "b1", "a", "t1")])


REMOVALS: Mapping[str, Callable[[UnitOfWork], None]] = {
    "slot": lambda tx: tx.venues.remove_slots("e", ["a"]),
    "table": lambda tx: tx.venues.remove_tables("e", ["t1"]),
    "participant": lambda tx: tx.participants.remove("e", ["s1"]),
}


@pytest.mark.parametrize("noun", REMOVALS)
def test_what_a_schedule_needs_is_not_removed(uow: UnitOfWorkFactory, noun: str) -> None:
    with uow() as tx:
        added(tx, Meeting("s1", "b1", "a", "t1"))
        tx.commit()
    with uow() as tx, pytest.raises(Conflict, match="still used by schedule meetings"):
        REMOVALS[noun](tx)


def test_an_event_is_deleted_with_its_schedules(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        added(tx, Meeting("s1", "b1", "a", "t1"))
        tx.events.delete("e")
        tx.commit()
    with uow() as tx:
        assert tx.events.list().items == ()


def test_what_belongs_to_another_event_is_unknown(uow: UnitOfWorkFactory) -> None:
    with uow() as tx, pytest.raises(Invalid, match="the event has no table 't9'"):
        added(tx, Meeting("s1", "b1", "a", "t9"))


def test_companies_that_met_are_known_at_other_events_of_the_organiser_alone(uow: UnitOfWorkFactory) -> None:
    day = date(2026, 6, 1)
    with uow() as tx:
        for company_id in ("agent", "buyer"):
            tx.companies.add(make.company(company_id))
        tx.companies.add(make.company("rival", CompanyKind.ORGANISER))
        for key, company_id in (("s1", "agent"), ("b1", "buyer")):
            one = tx.participants.get("e", key)
            tx.participants.put("e", [replace(one, company_id=company_id)])
        tx.replies.record("e", Outcome("s1", "b1", "organiser", Attendance.HELD, START, "test"))
        for key, company_id in (("later", "marche"), ("elsewhere", "rival")):
            tx.events.add(Event(key, company_id, key, "UTC", day, day))
        assert tx.history.earlier("later") == (), "not while it is only being planned"
        tx.events.update(replace(tx.events.get("e"), status=EventStatus.PUBLISHED))
        (met,) = tx.history.earlier("later")
        assert (met.seller_company, met.buyer_company, met.attendance) == ("agent", "buyer", Attendance.HELD)
        assert tx.history.earlier("elsewhere") == ()
