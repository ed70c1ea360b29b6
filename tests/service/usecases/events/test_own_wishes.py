"""Who attends prepares for an event: the own line-up and wishes, once the organiser invites to it."""

from __future__ import annotations

import pytest

from recommender.meetings.domain import Lock, Wish
from service.domain.events import Event
from service.domain.words import EventStatus
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events import own, people, schedules, setup, wishes
from tests.service import make
from tests.service.usecases.events.market import AGENT, BUYER, ORGANISER, RIVAL


@pytest.fixture
def invited(uow: UnitOfWorkFactory, event: Event) -> Event:
    return setup.update_event(uow, ORGANISER, event.event_id, {"invites": True}, None)


def test_an_event_in_preparation_is_seen_by_who_attends_only_once_invited(
    uow: UnitOfWorkFactory, event: Event
) -> None:
    key = event.event_id
    for one in (AGENT, BUYER):
        with pytest.raises(NotFound):
            own.list_partners(uow, one, key, "s1" if one is AGENT else "b1")
    setup.update_event(uow, ORGANISER, key, {"invites": True}, None)
    assert own.list_partners(uow, AGENT, key, "s1") == (("b2", "Harbor"), ("b1", "Lumen"))
    assert setup.attends_event(uow, AGENT)
    with pytest.raises(NotFound):
        own.list_partners(uow, AGENT, key, "s2")
    with pytest.raises(NotFound):
        own.list_partners(uow, RIVAL, key, "s1")
    with pytest.raises(NotFound):
        wishes.list_wishes(uow, AGENT, key)
    with pytest.raises((NotFound, Forbidden)):
        schedules.list_schedules(uow, AGENT, key)


def test_a_wish_takes_the_place_of_the_one_before_and_is_not_told_to_the_other(
    uow: UnitOfWorkFactory, invited: Event
) -> None:
    key = invited.event_id
    own.set_own_wish(uow, AGENT, key, "s1", "b1", "want")
    own.set_own_wish(uow, AGENT, key, "s1", "b1", "must")
    assert wishes.list_wishes(uow, AGENT, key, "s1") == (Wish("s1", "b1", "must"),)
    # The buyer does not learn of the must, nor the agent of the no-go.
    own.set_own_wish(uow, BUYER, key, "b1", "s1", "no_go")
    own.set_own_wish(uow, AGENT, key, "s1", "b1", "must")
    assert wishes.list_wishes(uow, BUYER, key, "b1") == (Wish("b1", "s1", "no_go"),)
    own.set_own_wish(uow, AGENT, key, "s1", "b1", None)
    assert wishes.list_wishes(uow, ORGANISER, key) == (Wish("b1", "s1", "no_go"),)


def test_wishes_of_others_and_of_the_same_side_are_refused(uow: UnitOfWorkFactory, invited: Event) -> None:
    key = invited.event_id
    with pytest.raises(NotFound):
        own.set_own_wish(uow, AGENT, key, "b1", "s1", "want")
    with pytest.raises(Forbidden):
        own.set_own_wish(uow, ORGANISER, key, "s1", "b1", "want")
    for other in ("s2", "nobody"):
        with pytest.raises(Invalid, match="nobody of the other side"):
            own.set_own_wish(uow, AGENT, key, "s1", other, "want")
    with uow() as tx:
        tx.wishes.put_locks(key, [Lock("s1", "b1", "a", "t1")])
        tx.commit()
    with pytest.raises(Conflict, match="the organiser has fixed this meeting"):
        own.set_own_wish(uow, AGENT, key, "s1", "b1", "no_go")
    setup.update_event(uow, ORGANISER, key, {"status": EventStatus.CLOSED}, None)
    with pytest.raises(Conflict, match="closed"):
        own.set_own_wish(uow, AGENT, key, "s1", "b2", "want")


def test_a_seller_sets_its_line_up_before_publication(uow: UnitOfWorkFactory, event: Event) -> None:
    key = event.event_id
    with uow() as tx:
        tx.rights.add(make.held("film", "agent"))
        tx.commit()
    with pytest.raises(NotFound):
        people.set_lineup(uow, AGENT, key, "s1", ["film"])
    setup.update_event(uow, ORGANISER, key, {"invites": True}, None)
    assert people.set_lineup(uow, AGENT, key, "s1", ["film"]).film_ids == ("film",)
    with pytest.raises(NotFound):
        people.set_lineup(uow, BUYER, key, "s1", [])
