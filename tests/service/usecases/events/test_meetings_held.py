"""What participants answer before a meeting, and what is said after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from recommender.meetings.domain import Past
from service.clock import frozen_at, today
from service.domain.events import Event
from service.domain.words import Answer, Attendance, FeedbackKind, Interest
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.settings import Settings
from service.store.repositories.feedback import FeedbackFilter
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.deals import create_deal
from service.usecases.events import agendas, editing, outcomes, schedules
from service.usecases.events.core import core_event
from service.usecases.followup import follow_up
from service.usecases.market import read_market
from tests.service import make
from tests.service.usecases.events import market
from tests.service.usecases.events.market import AGENT, BUYER, ORGANISER, imported
from tests.service.usecases.events.planned import held, plan

AFTER = datetime(2026, 5, 14, 12, tzinfo=UTC)


def test_participants_answer_for_their_own_meetings(uow: UnitOfWorkFactory, published: Event) -> None:
    key = published.event_id
    agendas.respond(uow, AGENT, key, "s1", "b1", Answer.ACCEPTED)
    agendas.respond(uow, BUYER, key, "b1", "s1", Answer.DECLINED, reason="we passed")
    with pytest.raises(Invalid, match="a decline needs a reason"):
        agendas.respond(uow, BUYER, key, "b1", "s1", Answer.DECLINED)
    with pytest.raises(NotFound):
        agendas.respond(uow, AGENT, key, "b1", "s1", Answer.ACCEPTED)
    with pytest.raises(Forbidden):
        agendas.respond(uow, ORGANISER, key, "s1", "b1", Answer.ACCEPTED)
    item = next(
        one for one in agendas.get_agenda(uow, AGENT, key, "s1").items if one.other.participant_id == "b1"
    )
    assert item.other_answer is Answer.DECLINED
    assert {(one.side, one.reason) for one in agendas.list_responses(uow, ORGANISER, key)} == {
        ("seller", ""),
        ("buyer", "we passed"),
    }


def test_an_answer_lapses_when_the_meeting_moves(uow: UnitOfWorkFactory, published: Event) -> None:
    key, before = published.event_id, held(uow, published)
    agendas.respond(uow, AGENT, key, "s1", "b1", Answer.PROPOSED, proposed_slot_id="c")
    if ("s1", "b2") in before:
        editing.change_schedule(uow, ORGANISER, key, editing.Cancel("s1", "b2"), None)
    # There are two sellers and three slots, so that one is free for both.
    free = min(set("abc") - {slot for (_, buyer), (slot, *_) in before.items() if buyer == "b1"})
    editing.change_schedule(uow, ORGANISER, key, editing.Move("s1", "b1", free), None)
    schedules.publish(uow, ORGANISER, key, 2, None)
    assert agendas.list_responses(uow, ORGANISER, key) == ()


def test_outcomes_become_history_and_feedback_and_stay_private(
    uow: UnitOfWorkFactory, settings: Settings, event: Event
) -> None:
    key = event.event_id
    with uow() as tx:
        tx.rights.add(make.held("film", "agent"))
        tx.commit()
    imported(uow, event, "lineups", "seller_id,film_id\ns1,film\n")
    plan(uow, settings, event)
    schedules.publish(uow, ORGANISER, key, 1, None)
    said = outcomes.NewOutcome("s1", "b1", Attendance.HELD, Interest.OFFER, "12,000 for France", ("film",))
    with frozen_at(datetime(2026, 5, 1, tzinfo=UTC)), pytest.raises(Conflict, match="has not begun"):
        outcomes.record_outcome(uow, BUYER, key, said, "b1")
    with frozen_at(AFTER):
        outcomes.record_outcome(uow, BUYER, key, said, "b1")
        outcomes.record_outcome(
            uow, ORGANISER, key, outcomes.NewOutcome("s2", "b2", Attendance.BUYER_MISSING)
        )
        with pytest.raises(Invalid, match="for its two sides"):
            outcomes.record_outcome(uow, ORGANISER, key, said)
    with uow() as tx:
        kinds = [one.kind for one in tx.feedback.current(FeedbackFilter(company_id="buyer"))]
    assert kinds == [FeedbackKind.MET, FeedbackKind.OFFER]
    shown = {one.said_by: (one.interest, one.note) for one in outcomes.list_outcomes(uow, ORGANISER, key)}
    assert shown["buyer"] == (Interest.NONE, "")
    assert outcomes.list_outcomes(uow, BUYER, key, "b1")[0].note == "12,000 for France"
    assert outcomes.list_outcomes(uow, AGENT, key, "s1") == ()
    assert [(one.participant_id, one.missed) for one in outcomes.count_no_shows(uow, ORGANISER, key)] == [
        ("b2", 1)
    ]
    later = market.small_event(uow)
    with uow() as tx:
        assert core_event(tx, later, history=True).history == (Past("s1", "b1", "met_this_year"),)


def test_what_came_of_a_meeting_is_learnt_from_once_it_is_a_deal(
    uow: UnitOfWorkFactory, settings: Settings, event: Event
) -> None:
    with uow() as tx:
        tx.rights.add(make.held("film", "agent"))
        tx.commit()
    imported(uow, event, "lineups", "seller_id,film_id\ns1,film\n")
    plan(uow, settings, event)
    schedules.publish(uow, ORGANISER, event.event_id, 1, None)
    with frozen_at(AFTER):
        said = ("s1", "b1", Attendance.HELD, Interest.SIGNED)
        outcomes.record_own_outcome(uow, AGENT, event.event_id, *said, film_ids=("film",))
        (card,) = follow_up(uow, AGENT, "agent")
        assert (card.film_id, card.distributor_id, card.state) == ("film", "fr", FeedbackKind.SIGNED)
        with uow() as tx:
            assert read_market(tx, today()).market.deals.empty, "a word is its side's own"
        deal = make.deal("film", "fr", "deal", agent_id="agent", signed_on=today(), is_public=True)
        create_deal(uow, AGENT, deal)
    with frozen_at(AFTER + timedelta(days=1)), uow() as tx:
        learnt = read_market(tx, today()).market.deals
        assert learnt.distributor_id.tolist() == ["fr"]
        assert learnt.private.tolist() == [True], "nothing is told of it before its release"


def test_a_corrected_outcome_takes_back_what_it_gave_and_nothing_else(
    uow: UnitOfWorkFactory, settings: Settings, event: Event
) -> None:
    key = event.event_id
    with uow() as tx:
        for name in ("film", "second"):
            if name == "second":
                tx.films.add(make.film(name, "agent"))
            tx.rights.add(make.held(name, "agent"))
        tx.feedback.add(
            make.feedback(FeedbackKind.MET, "film", "fr", "buyer", at=datetime(2026, 5, 1, tzinfo=UTC))
        )
        tx.commit()
    imported(uow, event, "lineups", "seller_id,film_id\ns1,film\ns1,second\n")
    plan(uow, settings, event)
    schedules.publish(uow, ORGANISER, key, 1, None)

    def say(hour: int, attendance: Attendance, interest: Interest, *films: str) -> set[tuple[str, str]]:
        with frozen_at(AFTER.replace(hour=hour)):
            outcomes.record_own_outcome(uow, BUYER, key, "b1", "s1", attendance, interest, "", films)
        with uow() as tx:
            return {(one.film_id, one.kind) for one in tx.feedback.current(FeedbackFilter("buyer"))}

    def ticked() -> tuple[str, ...]:
        return outcomes.list_films_said(uow, BUYER, key, "b1")["s1"].film_ids

    met = {("film", FeedbackKind.MET)}
    assert say(12, Attendance.HELD, Interest.SIGNED, "film") == {*met, ("film", FeedbackKind.SIGNED)}
    assert ticked() == ("film",)
    assert outcomes.list_films_said(uow, BUYER, key, "b1")["s1"].signed == (("film", "fr", "FR"),)
    both = {*met, ("second", FeedbackKind.MET)}
    assert say(13, Attendance.HELD, Interest.OFFER, "film", "second") == {
        *both,
        ("film", FeedbackKind.OFFER),
        ("second", FeedbackKind.OFFER),
    }
    assert set(ticked()) == {"film", "second"}
    assert say(14, Attendance.HELD, Interest.NONE) == both
    assert ticked() == ()
    assert say(15, Attendance.SELLER_MISSING, Interest.NONE) == met, "that they met before was said elsewhere"
