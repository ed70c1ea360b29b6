"""What a change by hand leaves as it is: other meetings, and how much is proved."""

from __future__ import annotations

from recommender.meetings.domain import Lock, Wish
from service.domain.events import Event, EventTable
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events import editing, people, places, schedules, wishes
from service.usecases.events.planning import PlanRequest
from service.usecases.events.targets import list_targets
from tests.service.usecases.events.market import ORGANISER, imported
from tests.service.usecases.events.planned import held, plan


def test_a_change_by_hand_leaves_alone_what_cannot_be_held_any_more(
    uow: UnitOfWorkFactory, settings: Settings, published: Event
) -> None:
    key, before = published.event_id, held(uow, published)
    places.add_tables(uow, ORGANISER, key, [EventTable("t3")])
    people.drop_out(uow, ORGANISER, key, "b2")
    places.update_table(uow, ORGANISER, key, "t2", {"closed": True})
    gone = {pair for pair, (_, table) in before.items() if pair[1] == "b2" or table == "t2"}
    (fine,) = (pair for pair in before if pair not in gone)
    move = editing.Move(*fine, before[fine][0], "t3")
    preview = editing.preview_change(uow, ORGANISER, key, move)
    assert (len(preview.difference.moved), preview.difference.cancelled, preview.left) == (1, (), 3)
    editing.change_schedule(uow, ORGANISER, key, move, None)
    assert held(uow, published) == {**before, fine: (before[fine][0], "t3")}
    result = plan(uow, settings, published, PlanRequest(based_on=2))
    assert result["changed"] == 3, "what was left is known to who plans again, and counted"


def test_what_cannot_be_held_any_more_is_moved_and_cancelled_by_name(
    uow: UnitOfWorkFactory, published: Event
) -> None:
    key, before = published.event_id, held(uow, published)
    places.add_tables(uow, ORGANISER, key, [EventTable("t3")])
    people.drop_out(uow, ORGANISER, key, "b2")
    places.update_table(uow, ORGANISER, key, "t2", {"closed": True})
    (homeless,) = (pair for pair, (_, table) in before.items() if pair[1] == "b1" and table == "t2")
    slot = before[homeless][0]
    targets = list_targets(uow, ORGANISER, key, homeless, [slot], ["t1", "t3"])
    assert "t3" in {one.table_id for one in targets if not one.conflicts}
    move = editing.Move(*homeless, slot, "t3")
    (moved,) = editing.preview_change(uow, ORGANISER, key, move).difference.moved
    assert (moved.before.table_id, moved.after.table_id) == ("t2", "t3")
    editing.change_schedule(uow, ORGANISER, key, move, None)
    cancel = editing.Cancel("s1", "b2")
    assert len(editing.preview_change(uow, ORGANISER, key, cancel).difference.cancelled) == 1
    editing.change_schedule(uow, ORGANISER, key, cancel, None)
    after = held(uow, published)
    assert after[homeless] == (slot, "t3")
    assert set(before) - set(after) == {("s1", "b2")}


def test_what_takes_the_place_of_a_meeting_that_cannot_be_held_says_so(
    uow: UnitOfWorkFactory, published: Event
) -> None:
    key, before = published.event_id, held(uow, published)
    people.drop_out(uow, ORGANISER, key, "b2")
    slot, table = before["s1", "b2"]
    other = before["s2", "b1"][0]
    if other == slot:
        editing.change_schedule(uow, ORGANISER, key, editing.Cancel("s2", "b1"), None)
    preview = editing.preview_change(uow, ORGANISER, key, editing.Move("s1", "b1", slot, table))
    assert not [one for one in preview.conflicts if one.hard]
    assert [(one.seller_id, one.buyer_id) for one in preview.difference.cancelled] == [("s1", "b2")]


def test_the_bound_stays_while_the_rules_are_those_it_was_proved_under(
    uow: UnitOfWorkFactory, published: Event
) -> None:
    key, before = published.event_id, held(uow, published)
    lost = editing.change_schedule(uow, ORGANISER, key, editing.Cancel("s2", "b2"), None)
    assert (lost.report["bound"], lost.report["gap"]) == (10, 0.1)
    slot, table = before["s2", "b2"]
    wishes.lock(uow, ORGANISER, key, Lock("s1", "b1", *before["s1", "b1"]))
    found = editing.change_schedule(uow, ORGANISER, key, editing.Add("s2", "b2", slot, table), None)
    assert (found.report["bound"], found.report["gap"]) == (10, 0), "a lock only takes possibilities away"


def test_no_bound_is_told_once_rules_or_values_change(uow: UnitOfWorkFactory, published: Event) -> None:
    key = published.event_id
    people.update_participant(uow, ORGANISER, key, "s1", {"max_meetings": 9}, None)
    found = editing.change_schedule(uow, ORGANISER, key, editing.Cancel("s2", "b2"), None)
    assert (found.report["bound"], found.report["gap"], found.report["proof"]["version"]) == (None, None, 1)
    people.update_participant(uow, ORGANISER, key, "s1", {"max_meetings": None}, None)
    assert schedules.roll_back(uow, ORGANISER, key, 1).report["gap"] == 0, "the rules are as they were"
    imported(uow, published, "values", "seller_id,buyer_id,value\ns2,b2,50\n")
    assert schedules.roll_back(uow, ORGANISER, key, 1).report["gap"] is None


def test_no_bound_is_told_once_a_must_is_given_up(
    uow: UnitOfWorkFactory, settings: Settings, event: Event
) -> None:
    key = event.event_id
    imported(uow, event, "participants", "participant_id,side,max_meetings\ns1,seller,1\n")
    wishes.add_wishes(uow, ORGANISER, key, [Wish("b2", "s1", "must")])
    plan(uow, settings, event)
    assert schedules.get_schedule(uow, ORGANISER, key).schedule.report["bound"] == 6
    editing.change_schedule(uow, ORGANISER, key, editing.Cancel("s1", "b2"), None, despite_soft=True)
    swapped = editing.change_schedule(
        uow, ORGANISER, key, editing.Add("s1", "b1", "c"), None, despite_soft=True
    )
    assert swapped.report["total_value"] == 7, "more than the bound of plans that keep the must"
    assert (swapped.report["bound"], swapped.report["gap"]) == (None, None)
