"""What cannot be: told with what stands against each other and the smallest change, the rest is planned, in time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recommender.meetings.domain import Lock
from service.domain.events import Event, Participant
from service.errors import Conflict, Invalid
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events import people, places, schedules, wishes
from service.usecases.events.planning import PlanRequest, request_plan
from tests.service.usecases.events.market import ORGANISER, imported
from tests.service.usecases.events.planned import held, plan


def test_musts_that_cannot_all_be_kept_are_named_with_the_smallest_change(
    uow: UnitOfWorkFactory, settings: Settings, event: Event
) -> None:
    imported(uow, event, "wishes", "participant_id,other_id,wish\ns1,b1,must\ns2,b1,must\ns2,b2,want\n")
    people.update_participant(uow, ORGANISER, event.event_id, "b1", {"max_meetings": 1}, None)
    done = plan(uow, settings, event)
    assert len(done["musts_missed"]) == 1
    report = schedules.get_schedule(uow, ORGANISER, event.event_id).schedule.report
    (conflict,) = report["conflicts"]
    assert "these cannot all hold" in conflict["text"]
    rows = {(row["table"], *row["key"], row["column"]) for row in conflict["rows"]}
    assert rows == {
        ("wishes", "s1", "b1", "must", ""),
        ("wishes", "s2", "b1", "must", ""),
        ("participants", "b1", "max_meetings"),
    }, "what is no part of it is not named"
    assert (conflict["remedy"]["before"], conflict["remedy"]["after"]) == (1, 2)


def test_without_slots_or_open_tables_nothing_is_planned(uow: UnitOfWorkFactory, event: Event) -> None:
    key = event.event_id
    for table_id in ("t1", "t2"):
        places.update_table(uow, ORGANISER, key, table_id, {"closed": True})
    with pytest.raises(Conflict, match="the event has no tables"):
        request_plan(uow, ORGANISER, key, PlanRequest())
    imported(uow, event, "values", "seller_id,buyer_id,value\n", replace_all=True)
    done = imported(uow, event, "slots", "slot_id,day,starts_at,ends_at\n", replace_all=True)
    assert done.changes.removed == 3
    with pytest.raises(Conflict, match="no slots and no tables"):
        request_plan(uow, ORGANISER, key, PlanRequest())


def test_a_limit_below_the_minimum_is_refused_by_hand_and_by_file(
    uow: UnitOfWorkFactory, event: Event
) -> None:
    one = Participant("s3", "seller", "Late", max_meetings=1, min_meetings=2)
    with pytest.raises(Invalid, match="min_meetings"):
        people.add_participant(uow, ORGANISER, event.event_id, one)
    rows = "participant_id,side,name,max_meetings,min_meetings\ns3,seller,Late,1,2\n"
    done = imported(uow, event, "participants", rows)
    assert (done.refused, done.changes.added) == (1, 0)
    assert {one.row for one in done.problems if one.refused} == {2}


@pytest.mark.parametrize(
    ("lock", "message"),
    [
        (Lock("s1", "b1", "nowhen"), "no slot 'nowhen'"),
        (Lock("s1", "b1", "a", "t9"), "no table 't9'"),
        (Lock("s9", "b1", "a"), "no participant 's9'"),
    ],
)
def test_a_lock_of_what_is_not_there_is_refused(
    uow: UnitOfWorkFactory, event: Event, lock: Lock, message: str
) -> None:
    with pytest.raises(Invalid, match=message):
        wishes.lock(uow, ORGANISER, event.event_id, lock)
    assert wishes.list_locks(uow, ORGANISER, event.event_id) == ()


def test_a_plan_whose_time_is_over_is_the_best_so_far_with_its_gap(
    uow: UnitOfWorkFactory, settings: Settings, event: Event
) -> None:
    done = plan(uow, settings, event, replace(PlanRequest(), time_limit_s=0.001))
    assert done["meetings"] == len(held(uow, event)) > 0
    assert 0 <= done["gap"] <= 1
