"""What was between participants before an event: entered, imported, and known from earlier events and deals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from recommender.meetings.domain import Past
from service.clock import now
from service.domain.events import Event
from service.domain.schedules import Outcome
from service.domain.words import Attendance, EventStatus
from service.errors import Invalid, NotFound
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events import history
from service.usecases.events.core import core_event
from tests.service import make
from tests.service.usecases.events import market
from tests.service.usecases.events.market import AGENT, ORGANISER, RIVAL, imported


@pytest.fixture
def event(uow: UnitOfWorkFactory) -> Event:
    market.companies(uow)
    return market.small_event(uow)


def past_of(uow: UnitOfWorkFactory, event: Event) -> tuple[Past, ...]:
    with uow() as tx:
        return core_event(tx, event, history=True).history


def earlier_event(
    uow: UnitOfWorkFactory, attendance: Attendance, *, buyer: str = "b1", year: int = 2025
) -> None:
    """The organiser's market of a year before, at which s1 was to meet `buyer`."""
    day = date(year, 5, 14)
    before = market.small_event(uow)
    with uow() as tx:
        tx.events.update(replace(before, starts_on=day, ends_on=day, status=EventStatus.PUBLISHED))
        tx.replies.record(before.event_id, Outcome("s1", buyer, "organiser", attendance, now(), "olga"))
        tx.commit()


def test_history_is_entered_taken_out_and_for_the_organiser_alone(
    uow: UnitOfWorkFactory, event: Event
) -> None:
    key, row = event.event_id, Past("b1", "s2", "competitor")
    history.add_history(uow, ORGANISER, key, [row, row])
    assert history.list_history(uow, ORGANISER, key) == (row,) == past_of(uow, event)
    for other in (AGENT, RIVAL):
        with pytest.raises(NotFound):
            history.list_history(uow, other, key)
    with pytest.raises(Invalid, match="nobody"):
        history.add_history(uow, ORGANISER, key, [Past("nobody", "b1", "competitor")])
    history.remove_history(uow, ORGANISER, key, row)
    with pytest.raises(NotFound):
        history.remove_history(uow, ORGANISER, key, row)
    assert history.list_history(uow, ORGANISER, key) == ()


def test_history_is_imported_and_wrong_rows_are_told(uow: UnitOfWorkFactory, event: Event) -> None:
    text = "participant_id,other_id,past\ns1,b1,in_business\ns1,s2,competitor\nb2,s1,friends\nb2,s2,no_show\n"
    done = imported(uow, event, "history", text)
    assert (done.changes.added, done.refused) == (2, 2)
    assert {one.row for one in done.problems if one.refused} == {3, 4}
    assert past_of(uow, event) == (Past("s1", "b1", "in_business"), Past("b2", "s2", "no_show"))
    assert (
        imported(uow, event, "history", "participant_id,other_id,past\n", replace_all=True).changes.removed
        == 2
    )


def test_who_met_at_an_earlier_event_has_met_before(uow: UnitOfWorkFactory, event: Event) -> None:
    earlier_event(uow, Attendance.HELD)
    assert past_of(uow, event) == (Past("s1", "b1", "met_before"),)
    assert history.list_known_history(uow, ORGANISER, event.event_id) == past_of(uow, event)


def test_who_did_not_come_to_an_earlier_event_is_less_reliable(uow: UnitOfWorkFactory, event: Event) -> None:
    earlier_event(uow, Attendance.BUYER_MISSING)
    assert past_of(uow, event) == (Past("b1", "s1", "no_show"),)


def test_meetings_with_others_than_those_here_count_for_whoever_is_here(
    uow: UnitOfWorkFactory, event: Event
) -> None:
    # b2 is a guest of no company: nobody knows whether it is the same one again.
    earlier_event(uow, Attendance.SELLER_MISSING, buyer="b2")
    with uow() as tx:
        planned = core_event(tx, event, history=True)
    assert (planned.history, planned.elsewhere) == ((), {"s1": (0, 1)})


def test_two_are_in_business_by_a_released_deal_that_everybody_may_know(
    uow: UnitOfWorkFactory, event: Event
) -> None:
    with uow() as tx:
        tx.rights.add(make.held("film", "agent"))
        known = make.deal("film", "fr", "secret", agent_id="agent", release_date=date(2026, 1, 7))
        tx.deals.add(known)
        tx.commit()
    assert past_of(uow, event) == ()
    with uow() as tx:
        tx.deals.update(replace(tx.deals.get("secret"), is_public=True))
        tx.commit()
    assert past_of(uow, event) == (Past("s1", "b1", "in_business"),)
