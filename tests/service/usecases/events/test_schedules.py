"""From the plan to the published schedule, and what happens to it then."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from recommender.meetings.domain import Lock, Wish
from service.domain.events import Event
from service.domain.words import EventStatus, ScheduleState
from service.errors import Conflict, Invalid, NotFound, PreconditionFailed, ServiceError
from service.security.actor import Actor
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events import (
    agendas,
    asking,
    editing,
    outcomes,
    people,
    places,
    schedules,
    setup,
    wishes,
)
from service.usecases.events.planning import PlanRequest, request_plan
from tests.service.usecases.events import market
from tests.service.usecases.events.market import AGENT, BUYER, ORGANISER, imported
from tests.service.usecases.events.planned import held, plan

AFTER = datetime(2026, 5, 14, 12, tzinfo=UTC)


def test_a_plan_is_a_draft_with_its_figures(uow: UnitOfWorkFactory, settings: Settings, event: Event) -> None:
    result = plan(uow, settings, event)
    found = schedules.get_schedule(uow, ORGANISER, event.event_id)
    assert (result["number"], result["meetings"], result["gap"]) == (1, 4, 0)
    assert found.schedule.state is ScheduleState.DRAFT
    assert found.schedule.report["total_value"] == 10
    assert len(found.meetings) == 4
    assert found.broken == ()


def test_what_cannot_be_planned_is_told_before_it_waits(uow: UnitOfWorkFactory, event: Event) -> None:
    empty = market.new_event(uow)
    with pytest.raises(Conflict, match="no slots and no tables and no sellers and no buyers"):
        request_plan(uow, ORGANISER, empty.event_id, PlanRequest())
    request_plan(uow, ORGANISER, event.event_id, PlanRequest())
    with pytest.raises(Conflict, match="already waiting or running"):
        request_plan(uow, ORGANISER, event.event_id, PlanRequest())
    with pytest.raises(Invalid, match="evenness"):
        request_plan(uow, ORGANISER, event.event_id, PlanRequest(evenness=2))
    with pytest.raises(NotFound):
        request_plan(uow, ORGANISER, event.event_id, PlanRequest(based_on=7))


def test_nobody_but_the_organiser_sees_a_draft(
    uow: UnitOfWorkFactory, settings: Settings, event: Event
) -> None:
    plan(uow, settings, event)
    for actor in (market.RIVAL, AGENT, BUYER):
        with pytest.raises(NotFound):
            schedules.get_schedule(uow, actor, event.event_id)
        with pytest.raises(NotFound):
            agendas.get_agenda(uow, actor, event.event_id, "s1")
    assert schedules.get_schedule(uow, market.ADMIN, event.event_id).meetings


def test_published_everybody_sees_their_own_agenda_alone(uow: UnitOfWorkFactory, published: Event) -> None:
    key = published.event_id
    own = agendas.get_agenda(uow, AGENT, key, "s1")
    assert [item.other.participant_id for item in own.items] in (["b1", "b2"], ["b2", "b1"])
    assert own.items[0].slot.starts_at.isoformat() == "2026-05-14T09:00:00+02:00"
    for actor, other in ((AGENT, "s2"), (AGENT, "b1"), (BUYER, "s1")):
        with pytest.raises(NotFound):
            agendas.get_agenda(uow, actor, key, other)
        with pytest.raises(NotFound):
            wishes.list_wishes(uow, actor, key, other)
    for forbidden in (
        lambda: schedules.get_schedule(uow, AGENT, key),
        lambda: people.list_participants(uow, AGENT, key),
        lambda: wishes.list_wishes(uow, BUYER, key),
        lambda: asking.why_not(uow, BUYER, key, "s1", "b1"),
        lambda: agendas.list_responses(uow, AGENT, key),
        lambda: outcomes.list_outcomes(uow, AGENT, key),
        lambda: places.list_tables(uow, AGENT, key),
    ):
        with pytest.raises(NotFound):
            forbidden()
    with pytest.raises(NotFound):
        agendas.get_agenda(uow, market.RIVAL, key, "s1")


def test_a_side_sees_what_a_meeting_is_worth_to_itself_alone(
    uow: UnitOfWorkFactory, settings: Settings, event: Event
) -> None:
    imported(uow, event, "values", "seller_id,buyer_id,value,value_seller,value_buyer\ns1,b1,4,7,3\n")
    plan(uow, settings, event)
    schedules.publish(uow, ORGANISER, event.event_id, 1, None)
    values = {
        actor.actor_id: {
            item.other.participant_id: item.value
            for item in agendas.get_agenda(uow, actor, event.event_id, own).items
        }
        for actor, own in ((AGENT, "s1"), (BUYER, "b1"))
    }
    assert values["ines"]["b1"] == 7
    assert values["bo"]["s1"] == 3


def test_a_move_shows_its_conflicts_and_is_refused_until_it_is_clean(
    uow: UnitOfWorkFactory, published: Event
) -> None:
    key, before = published.event_id, held(uow, published)
    taken = before["s1", "b2"][0]
    move = editing.Move("s1", "b1", taken)
    preview = editing.preview_change(uow, ORGANISER, key, move)
    assert {breach.rule for breach in preview.conflicts} >= {"busy"}
    with pytest.raises(Conflict, match="s1"):
        editing.change_schedule(uow, ORGANISER, key, move, None)
    assert held(uow, published) == before
    free = next(
        slot
        for slot in "abc"
        if slot not in {before["s1", "b2"][0], before["s1", "b1"][0], before["s2", "b1"][0]}
    )
    clean = editing.Move("s1", "b1", free)
    assert editing.preview_change(uow, ORGANISER, key, clean).is_clean
    draft = editing.change_schedule(uow, ORGANISER, key, clean, 2)
    assert (draft.number, draft.state, draft.based_on) == (2, ScheduleState.DRAFT, 1)
    assert held(uow, published)["s1", "b1"][0] == free
    assert held(uow, published, 1) == before, "what was published stays"


def test_who_was_overtaken_is_told(uow: UnitOfWorkFactory, published: Event) -> None:
    key = published.event_id
    editing.change_schedule(uow, ORGANISER, key, editing.Cancel("s2", "b2"), 2)
    with pytest.raises(PreconditionFailed):
        editing.change_schedule(uow, ORGANISER, key, editing.Cancel("s1", "b1"), 1)


def test_swapping_exchanges_two_meetings(uow: UnitOfWorkFactory, published: Event) -> None:
    before = held(uow, published)
    pairs = (("s1", "b1"), ("s2", "b2"))
    if before[pairs[0]][0] != before[pairs[1]][0]:
        pairs = (("s1", "b1"), ("s1", "b2"))
    swap = editing.Swap(*pairs)
    preview = editing.preview_change(uow, ORGANISER, published.event_id, swap)
    assert len(preview.difference.moved) == 2


def test_a_must_is_given_up_only_when_asked_for(
    uow: UnitOfWorkFactory, settings: Settings, event: Event
) -> None:
    wishes.add_wishes(uow, ORGANISER, event.event_id, [Wish("b1", "s1", "must")])
    plan(uow, settings, event)
    cancel = editing.Cancel("s1", "b1")
    with pytest.raises(Conflict, match="must"):
        editing.change_schedule(uow, ORGANISER, event.event_id, cancel, None)
    done = editing.change_schedule(uow, ORGANISER, event.event_id, cancel, None, despite_soft=True)
    assert done.report["musts_missed"] == [["s1", "b1"]]


def test_versions_are_compared_and_rolled_back(uow: UnitOfWorkFactory, published: Event) -> None:
    key = published.event_id
    editing.change_schedule(uow, ORGANISER, key, editing.Cancel("s2", "b2"), None)
    schedules.publish(uow, ORGANISER, key, 2, None)
    difference = schedules.compare_schedules(uow, ORGANISER, key, 1, 2)
    assert [(one.seller_id, one.buyer_id) for one in difference.cancelled] == [("s2", "b2")]
    back = schedules.roll_back(uow, ORGANISER, key, 1)
    assert (back.number, back.based_on, back.state) == (3, 1, ScheduleState.DRAFT)
    assert held(uow, published, 3) == held(uow, published, 1)
    schedules.publish(uow, ORGANISER, key, 3, None)
    states = {one.number: one.state.value for one in schedules.list_schedules(uow, ORGANISER, key)}
    assert states == {1: "replaced", 2: "replaced", 3: "published"}


def test_after_a_drop_out_only_what_must_changes(
    uow: UnitOfWorkFactory, settings: Settings, published: Event
) -> None:
    key, before = published.event_id, held(uow, published)
    people.drop_out(uow, ORGANISER, key, "b2")
    again = schedules.roll_back(uow, ORGANISER, key, 1)
    assert set(held(uow, published, again.number)) == {("s1", "b1"), ("s2", "b1")}
    result = plan(uow, settings, published, PlanRequest(based_on=1))
    after = held(uow, published, result["number"])
    assert result["changed"] == 2
    assert after == {pair: place for pair, place in before.items() if pair[1] != "b2"}


def test_a_version_that_cannot_be_held_any_more_is_not_published(
    uow: UnitOfWorkFactory, settings: Settings, event: Event
) -> None:
    plan(uow, settings, event)
    people.drop_out(uow, ORGANISER, event.event_id, "b2")
    assert schedules.get_schedule(uow, ORGANISER, event.event_id).broken
    with pytest.raises(Conflict, match="breaks rules"):
        schedules.publish(uow, ORGANISER, event.event_id, 1, None)


def test_a_table_that_is_gone_moves_its_meetings_alone(
    uow: UnitOfWorkFactory, settings: Settings, published: Event
) -> None:
    key, before = published.event_id, held(uow, published)
    places.update_table(uow, ORGANISER, key, "t2", {"closed": True})
    result = plan(uow, settings, published, PlanRequest(based_on=1))
    after = held(uow, published, result["number"])
    assert {table for _, table in after.values()} == {"t1"}
    kept = [pair for pair, place in before.items() if place[1] == "t1" and after.get(pair) == place]
    assert len(kept) == sum(table == "t1" for _, table in before.values())


def test_locks_are_kept_and_contradictions_refused(
    uow: UnitOfWorkFactory, settings: Settings, event: Event
) -> None:
    key = event.event_id
    wishes.lock(uow, ORGANISER, key, Lock("s2", "b2", "c", "t1"))
    with pytest.raises(ServiceError):
        wishes.lock(uow, ORGANISER, key, Lock("s1", "b1", "c", "t1"))
    plan(uow, settings, event)
    assert held(uow, event)["s2", "b2"] == ("c", "t1")
    wishes.unlock(uow, ORGANISER, key, "s2", "b2")
    assert wishes.list_locks(uow, ORGANISER, key) == ()


def test_a_late_arrival_is_absent_until_then_and_fixed_no_longer(
    uow: UnitOfWorkFactory, event: Event
) -> None:
    late = datetime(2026, 5, 14, 7, 30, tzinfo=UTC)
    key, early = event.event_id, Lock("s1", "b1", "a", "t1")
    wishes.lock(uow, ORGANISER, key, early)
    wishes.lock(uow, ORGANISER, key, Lock("s2", "b1", "b"))
    assert people.set_late(uow, ORGANISER, key, "b1", late) == people.Late(("a",), (early,))
    assert people.list_absences(uow, ORGANISER, key, "b1") == (("b1", "a"),)
    assert wishes.list_locks(uow, ORGANISER, key) == (Lock("s2", "b1", "b"),)
    people.drop_out(uow, ORGANISER, key, "b1")
    with pytest.raises(Conflict, match="dropped out"):
        people.set_late(uow, ORGANISER, key, "b1", late)


def test_why_two_do_not_meet_and_who_could_stand_by(
    uow: UnitOfWorkFactory, settings: Settings, event: Event
) -> None:
    key = event.event_id
    wishes.add_wishes(uow, ORGANISER, key, [Wish("b2", "s2", "no_go")])
    plan(uow, settings, event)
    assert asking.why_not(uow, ORGANISER, key, "s2", "b2").why.kind == "no-go"
    assert [(one.seller_id, one.buyer_id) for one in asking.list_left_out(uow, ORGANISER, key)] == [
        ("s2", "b2")
    ]
    with pytest.raises(Invalid, match="do meet"):
        asking.why_not(uow, ORGANISER, key, "s1", "b1")
    editing.change_schedule(uow, ORGANISER, key, editing.Cancel("s1", "b2"), None)
    (best,) = asking.find_stand_bys(uow, ORGANISER, key, participant_id="b2")
    assert (best.meeting.seller_id, best.meeting.buyer_id) == ("s1", "b2")


def test_a_closed_event_is_not_changed(uow: UnitOfWorkFactory, published: Event) -> None:
    key = published.event_id
    setup.update_event(uow, ORGANISER, key, {"status": EventStatus.CLOSED}, None)
    with pytest.raises(Conflict, match="is closed"):
        people.drop_out(uow, ORGANISER, key, "b2")
    with pytest.raises(Conflict, match="is published"):
        setup.update_event(uow, ORGANISER, key, {"status": EventStatus.PLANNING}, None)
    setup.update_event(uow, ORGANISER, key, {"status": EventStatus.PUBLISHED}, None)
    assert agendas.get_agenda(uow, AGENT, key, "s1").items


def test_an_event_goes_with_everything_in_it(uow: UnitOfWorkFactory, published: Event) -> None:
    with pytest.raises(NotFound):
        setup.delete_event(uow, market.RIVAL, published.event_id, None)
    setup.delete_event(uow, ORGANISER, published.event_id, None)
    with pytest.raises(NotFound):
        setup.get_event(uow, ORGANISER, published.event_id)


def test_the_system_may_plan_for_everybody(uow: UnitOfWorkFactory, event: Event) -> None:
    assert schedules.list_schedules(uow, Actor.system("test"), event.event_id) == ()
