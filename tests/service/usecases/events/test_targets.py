"""Where a meeting could go is known before it is put down."""

from __future__ import annotations

import pytest

from service.errors import Invalid, NotFound
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events import editing, schedules, setup
from service.usecases.events.targets import list_targets
from tests.service.usecases.events.market import AGENT, ORGANISER, RIVAL, companies, imported, small_event
from tests.service.usecases.events.planned import plan

SLOTS, TABLES, PAIR = ("a", "b", "c"), ("t1", "t2"), ("s1", "b1")


def test_every_other_place_says_what_it_would_break_as_the_change_itself_does(
    uow: UnitOfWorkFactory, settings: Settings
) -> None:
    companies(uow)
    event = small_event(uow)
    imported(uow, event, "absences", "participant_id,slot_id\ns1,c\n")
    plan(uow, settings, event)
    found = list_targets(uow, ORGANISER, event.event_id, PAIR, SLOTS, TABLES)
    assert len(found) == len(SLOTS) * len(TABLES) - 1
    for target in found:
        told = editing.preview_change(uow, ORGANISER, event.event_id, target.change).conflicts
        assert target.conflicts == told
    absent = [one for one in found if one.slot_id == "c"]
    assert {breach.rule for one in absent for breach in one.conflicts} == {"absent"}
    taken = {(one.slot_id, one.table_id) for one in found if isinstance(one.change, editing.Swap)}
    held = schedules.get_schedule(uow, ORGANISER, event.event_id).meetings
    others = [one for one in held if (one.seller_id, one.buyer_id) != PAIR]
    assert taken == {(one.slot_id, one.table_id) for one in others}


def test_who_has_no_meeting_has_no_targets_and_others_see_none(
    uow: UnitOfWorkFactory, settings: Settings
) -> None:
    companies(uow)
    event = small_event(uow)
    plan(uow, settings, event)
    with pytest.raises(Invalid, match="no meeting that can be moved"):
        list_targets(uow, ORGANISER, event.event_id, ("s1", "s2"), SLOTS, TABLES)
    with pytest.raises(Invalid, match="nowhere"):
        list_targets(uow, ORGANISER, event.event_id, PAIR, ("nowhere",), TABLES)
    with pytest.raises(NotFound):
        list_targets(uow, RIVAL, event.event_id, PAIR, SLOTS, TABLES)


def test_attending_counts_from_the_publication_on(uow: UnitOfWorkFactory, settings: Settings) -> None:
    companies(uow)
    event = small_event(uow)
    with uow() as tx:
        people = {one.participant_id: one.company_id for one in tx.participants.all(event.event_id)}
    assert "agent" in people.values()
    plan(uow, settings, event)
    assert not setup.attends_event(uow, AGENT)
    schedules.publish(uow, ORGANISER, event.event_id, 1, None)
    assert setup.attends_event(uow, AGENT)
    assert not setup.attends_event(uow, RIVAL)
