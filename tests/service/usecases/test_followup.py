"""Where each distributor stands with each film of an agent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.domain.feedback import FeedbackEvent
from service.domain.words import CompanyKind, FeedbackKind, Role
from service.errors import Invalid, NotFound
from service.security.actor import Actor, Seat
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.followup import NEXT, STATES, follow_up
from tests.service import make

AGENT = Actor("ines", "ines", (Seat("agent", Role.VIEWER, frozenset({CompanyKind.SALES_AGENT})),))
BUYER = Actor("bo", "bo", (Seat("buyer", Role.OWNER, frozenset({CompanyKind.DISTRIBUTOR})),))


@pytest.fixture
def traded(uow: UnitOfWorkFactory) -> UnitOfWorkFactory:
    with uow() as tx:
        make.trade(tx)
        tx.commit()
    return uow


def say(
    uow: UnitOfWorkFactory, company_id: str, kind: FeedbackKind, hour: int, **fields: str
) -> FeedbackEvent:
    with uow() as tx:
        at = make.NOON + timedelta(hours=hour)
        event = tx.feedback.add(make.feedback(kind, "film", "fr", company_id, at=at, **fields))
        tx.commit()
    return event


def test_a_card_holds_what_was_noted_last_whatever_its_kind(traded: UnitOfWorkFactory) -> None:
    say(traded, "agent", FeedbackKind.OFFER, 1, note="80,000")
    say(traded, "agent", FeedbackKind.MET, 2, note="withdrawn")
    (card,) = follow_up(traded, AGENT)
    assert (card.title, card.name, card.territory) == ("The Film", "Fr", "FR")
    assert (card.state, card.note, card.theirs, card.waits) == (FeedbackKind.MET, "withdrawn", None, False)


def test_what_was_taken_back_does_not_stand(traded: UnitOfWorkFactory) -> None:
    say(traded, "agent", FeedbackKind.SHORTLISTED, 1)
    met = say(traded, "agent", FeedbackKind.MET, 2)
    say(traded, "agent", FeedbackKind.UNDONE, 3, undoes=met.event_id)
    assert [card.state for card in follow_up(traded, AGENT)] == [FeedbackKind.SHORTLISTED]


def test_a_buyer_who_said_something_later_waits(traded: UnitOfWorkFactory) -> None:
    say(traded, "buyer", FeedbackKind.MEETING_ASKED, 1, note="our limit is 50,000")
    (card,) = follow_up(traded, AGENT)
    assert (card.state, card.waits, card.note) == (None, True, "")
    assert card.theirs is not None
    assert card.theirs.note == ""
    say(traded, "agent", FeedbackKind.MET, 2)
    assert [card.waits for card in follow_up(traded, AGENT)] == [False]
    say(traded, "buyer", FeedbackKind.OFFER, 3)
    assert [card.waits for card in follow_up(traded, AGENT)] == [True]


def test_what_a_buyer_keeps_to_itself_is_not_told(traded: UnitOfWorkFactory) -> None:
    for kind in (FeedbackKind.SHORTLISTED, FeedbackKind.SEEN, FeedbackKind.PASSED):
        say(traded, "buyer", kind, 1, reason="no")
    assert follow_up(traded, AGENT) == ()


def test_only_cards_of_ones_own_films_come(traded: UnitOfWorkFactory) -> None:
    with traded() as tx:
        tx.films.add(make.film("public"))
        tx.feedback.add(make.feedback(FeedbackKind.OFFER, "public", "fr", "buyer"))
        tx.commit()
    say(traded, "agent", FeedbackKind.MET, 1)
    assert [card.film_id for card in follow_up(traded, AGENT)] == ["film"]
    assert follow_up(traded, AGENT, film_id="public") == ()


def test_a_distributor_has_no_follow_up_of_films(traded: UnitOfWorkFactory) -> None:
    with pytest.raises(Invalid, match="you belong to no company"):
        follow_up(traded, BUYER)
    with pytest.raises(NotFound):
        follow_up(traded, BUYER, "agent")


def test_every_state_leads_on_until_the_end() -> None:
    state, steps = None, 0
    while state in NEXT:
        state, steps = NEXT[state], steps + 1
        assert steps <= len(STATES)
    assert state is FeedbackKind.SIGNED
    assert FeedbackKind.PASSED not in NEXT
