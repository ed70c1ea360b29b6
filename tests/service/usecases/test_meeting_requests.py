"""Asking the other side for a meeting about a film, and answering."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from recommender.meetings.domain import Wish
from service.clock import now, today
from service.domain.events import Event
from service.domain.meeting_requests import MeetingRequest
from service.domain.paging import PageRequest
from service.domain.words import Answer, CompanyKind, EventStatus, FeedbackKind, RequestState, Role
from service.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from service.security.actor import Actor, Seat
from service.store.repositories.meeting_requests import RequestFilter
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.feedback import NewFeedback, decide, give_feedback, undo_feedback
from service.usecases.films import delete_film
from service.usecases.followup import follow_up
from service.usecases.meeting_requests import answer_request, get_request, list_requests, show_requests
from tests.service import make
from tests.service.organising import import_csv, small_event

AGENT = Actor("ines", None, (Seat("alba", Role.MEMBER, frozenset({CompanyKind.SALES_AGENT})),))
BUYER = Actor("bo", None, (Seat("lumen", Role.OWNER, frozenset({CompanyKind.DISTRIBUTOR})),))
READER = Actor("vera", None, (Seat("lumen", Role.VIEWER, frozenset({CompanyKind.DISTRIBUTOR})),))
STRANGER = Actor("sam", None, (Seat("grim", Role.OWNER, frozenset({CompanyKind.SALES_AGENT})),))
SOON = now() + timedelta(days=3)


@pytest.fixture
def traded(uow: UnitOfWorkFactory) -> UnitOfWorkFactory:
    """alba offers `film` in France, where lumen has the profile `fr`; public is nobody's."""
    with uow() as tx:
        tx.companies.add(make.company("alba", CompanyKind.SALES_AGENT))
        tx.companies.add(make.company("grim", CompanyKind.SALES_AGENT))
        tx.companies.add(make.company("lumen", CompanyKind.DISTRIBUTOR))
        tx.companies.add(make.company("marche", CompanyKind.ORGANISER))
        tx.films.add(make.film("film", "alba"))
        tx.films.add(make.film("public"))
        tx.distributors.add(make.profile("fr", "lumen", "FR"))
        tx.rights.add(make.held("film", "alba", confirmed_on=today()))
        tx.deals.add(make.deal("film", "fr", "known", agent_id="alba", is_public=True))
        tx.commit()
    return uow


def ask(uow: UnitOfWorkFactory, actor: Actor, film_id: str = "film", **said: object) -> None:
    decide(uow, actor, NewFeedback(FeedbackKind.MEETING_ASKED, film_id, "fr", **said))  # type: ignore[arg-type]


def requests(uow: UnitOfWorkFactory, actor: Actor = AGENT) -> tuple[MeetingRequest, ...]:
    return list_requests(uow, actor, PageRequest(10), RequestFilter()).items


def answered(uow: UnitOfWorkFactory, actor: Actor, answer: Answer, **said: object) -> MeetingRequest:
    (request,) = requests(uow, actor)
    return answer_request(
        uow,
        actor,
        request.request_id,
        answer,
        request.version,
        **said,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(("asks", "answers"), [(AGENT, BUYER), (BUYER, AGENT)])
def test_either_side_asks_and_the_other_reads_the_message_and_answers(
    traded: UnitOfWorkFactory, asks: Actor, answers: Actor
) -> None:
    ask(traded, asks, message="Ten minutes about it?", note="our limit is 50,000")
    (seen,) = requests(traded, answers)
    assert (seen.message, seen.state) == ("Ten minutes about it?", RequestState.OPEN)
    assert "50,000" not in repr(seen)
    with pytest.raises(Conflict, match="the other side has not answered yet"):
        answered(traded, asks, Answer.ACCEPTED)
    done = answered(traded, answers, Answer.ACCEPTED, message="Gladly")
    assert (done.state, done.reply) == (RequestState.ACCEPTED, "Gladly")
    assert requests(traded, asks) == (done,)
    with pytest.raises(Conflict, match="this request is accepted"):
        answered(traded, answers, Answer.DECLINED, message="no")


def test_a_decline_says_why_and_the_agent_sees_it_on_its_board(traded: UnitOfWorkFactory) -> None:
    ask(traded, AGENT)
    with pytest.raises(Invalid, match="a decline needs a reason"):
        answered(traded, BUYER, Answer.DECLINED, message=" ")
    answered(traded, BUYER, Answer.DECLINED, message="not before autumn")
    (card,) = follow_up(traded, AGENT)
    assert card.request is not None
    assert (card.request.state, card.request.reply) == (RequestState.DECLINED, "not before autumn")


def test_times_are_proposed_back_and_forth_until_one_is_accepted(traded: UnitOfWorkFactory) -> None:
    ask(traded, AGENT, starts_at=SOON)
    with pytest.raises(Invalid, match="a proposal names another time"):
        answered(traded, BUYER, Answer.PROPOSED)
    with pytest.raises(Invalid, match="this time is over"):
        answered(traded, BUYER, Answer.PROPOSED, starts_at=now() - timedelta(hours=1))
    with pytest.raises(Invalid, match="has no zone"):
        answered(traded, BUYER, Answer.PROPOSED, starts_at=SOON.replace(tzinfo=None))
    later = SOON + timedelta(days=1)
    assert answered(traded, BUYER, Answer.PROPOSED, starts_at=later).waits_for == "seller"
    done = answered(traded, AGENT, Answer.ACCEPTED)
    assert (done.state, done.starts_at) == (RequestState.ACCEPTED, later)


def test_who_asks_back_says_yes(traded: UnitOfWorkFactory) -> None:
    ask(traded, AGENT, starts_at=SOON)
    ask(traded, BUYER, message="We wanted to ask too")
    (request,) = requests(traded)
    assert (request.state, request.starts_at) == (RequestState.ACCEPTED, SOON)


def test_asking_twice_asks_once_and_again_only_after_it_was_taken_back(traded: UnitOfWorkFactory) -> None:
    ask(traded, AGENT, message="first")
    give_feedback(
        traded, AGENT, [NewFeedback(FeedbackKind.MEETING_ASKED, "film", "fr", note="a note of ours")]
    )
    assert [one.message for one in requests(traded)] == ["first"]
    answered(traded, BUYER, Answer.DECLINED, message="no")
    with traded() as tx:
        events = tx.feedback.list().items
    undo_feedback(traded, AGENT, events[0].event_id)
    ask(traded, AGENT, message="second")
    assert [(one.message, one.state) for one in requests(traded)] == [
        ("second", RequestState.OPEN),
        ("first", RequestState.DECLINED),
    ]


def test_what_nobody_would_read_is_not_taken_for_asked(traded: UnitOfWorkFactory) -> None:
    ask(traded, BUYER, message="first")
    answered(traded, AGENT, Answer.DECLINED, message="no")
    for said, field in (({"message": "please reconsider"}, "message"), ({"starts_at": SOON}, "starts_at")):
        with pytest.raises(Invalid, match="asked for before") as refused:
            ask(traded, BUYER, **said)
        assert refused.value.problems[0].field == field
    ask(traded, BUYER, message="first")
    assert [one.message for one in requests(traded)] == ["first"]


def test_a_film_stays_while_a_distributor_has_told_its_agent_something(traded: UnitOfWorkFactory) -> None:
    with traded() as tx:
        tx.films.add(make.film("new", "alba"))
        tx.rights.add(make.held("new", "alba", grant_id="held"))
        tx.commit()
    seat = Seat("lumen", Role.OWNER, frozenset({CompanyKind.DISTRIBUTOR}), frozenset({"FR"}))
    decide(traded, Actor("bo", None, (seat,)), NewFeedback(FeedbackKind.OFFER, "new", "fr", note="of ours"))
    with traded() as tx:
        tx.rights.delete("held")
        tx.commit()
    owner = Actor("own", "own", (Seat("alba", Role.OWNER, frozenset({CompanyKind.SALES_AGENT})),))
    with pytest.raises(Conflict, match=r"fr\) has told its agent of the film: offer"):
        delete_film(traded, owner, "new", None)


def test_what_is_taken_back_waits_for_nobody(traded: UnitOfWorkFactory) -> None:
    ask(traded, BUYER)
    with traded() as tx:
        (asked,) = tx.feedback.list().items
    undo_feedback(traded, BUYER, asked.event_id)
    decide(traded, BUYER, NewFeedback(FeedbackKind.PASSED, "film", "fr", reason="too small for us"))
    (request,) = requests(traded, AGENT)
    assert request.state is RequestState.WITHDRAWN
    assert "too small" not in repr(request)
    (shown,) = show_requests(traded, AGENT, PageRequest(10)).items
    assert "too small" not in repr(shown)


def test_one_answer_of_two_at_once_is_told(traded: UnitOfWorkFactory) -> None:
    ask(traded, AGENT)
    (request,) = requests(traded)
    with pytest.raises(PreconditionFailed):
        answer_request(traded, BUYER, request.request_id, Answer.ACCEPTED, request.version + 1)


def test_nobody_else_sees_or_answers_it_and_a_viewer_only_looks(traded: UnitOfWorkFactory) -> None:
    ask(traded, AGENT, message="between us")
    (request,) = requests(traded)
    assert requests(traded, STRANGER) == ()
    assert requests(traded, READER) == (request,)
    with pytest.raises(NotFound):
        get_request(traded, STRANGER, request.request_id)
    with pytest.raises(NotFound):
        answer_request(traded, STRANGER, request.request_id, Answer.ACCEPTED, None)
    with pytest.raises(Forbidden):
        answer_request(traded, READER, request.request_id, Answer.ACCEPTED, None)


def test_of_a_film_without_an_agent_nobody_can_be_asked(traded: UnitOfWorkFactory) -> None:
    ask(traded, BUYER, "public")
    assert requests(traded, BUYER) == ()


def test_two_films_that_become_one_keep_one_open_request(traded: UnitOfWorkFactory) -> None:
    with traded() as tx:
        tx.films.add(make.film("twin", "alba"))
        tx.commit()
    for film_id in ("film", "twin"):
        give_feedback(traded, AGENT, [NewFeedback(FeedbackKind.MEETING_ASKED, film_id, "fr")])
    with traded() as tx:
        tx.merges.absorb_film("film", "twin")
        tx.commit()
    assert [(one.film_id, one.state) for one in requests(traded)] == [
        ("film", RequestState.WITHDRAWN),
        ("film", RequestState.OPEN),
    ]


def publish(uow: UnitOfWorkFactory, event: Event, status: EventStatus = EventStatus.PUBLISHED) -> None:
    with uow() as tx:
        tx.events.update(replace(tx.events.get(event.event_id), status=status))
        tx.commit()


def wishes(uow: UnitOfWorkFactory, event: Event) -> tuple[Wish, ...]:
    with uow() as tx:
        return tx.wishes.all(event.event_id)


@pytest.mark.parametrize(
    ("asks", "wished"), [(AGENT, Wish("s1", "b1", "want")), (BUYER, Wish("b1", "s1", "want"))]
)
def test_at_an_event_of_both_the_organiser_learns_the_wish_until_it_is_taken_back(
    traded: UnitOfWorkFactory, asks: Actor, wished: Wish
) -> None:
    event = small_event(traded, today() + timedelta(days=10))
    publish(traded, event)
    ask(traded, asks)
    assert wishes(traded, event) == (wished,)
    (shown,) = show_requests(traded, asks, PageRequest(10)).items
    assert shown.event == "Spring Market"
    with traded() as tx:
        (said,) = tx.feedback.list().items
    undo_feedback(traded, asks, said.event_id)
    assert wishes(traded, event) == ()


@pytest.mark.parametrize(
    ("days", "status"),
    [(-10, EventStatus.PUBLISHED), (10, EventStatus.PLANNING), (10, EventStatus.CLOSED)],
)
def test_an_event_that_is_over_or_that_nobody_was_told_of_learns_nothing(
    traded: UnitOfWorkFactory, days: int, status: EventStatus
) -> None:
    event = small_event(traded, today() + timedelta(days=days))
    if status is not EventStatus.PLANNING:
        publish(traded, event, status)
    ask(traded, AGENT)
    assert wishes(traded, event) == ()
    (request,) = requests(traded)
    assert request.event_id is None


def test_who_was_invited_wishes_before_anything_is_published(traded: UnitOfWorkFactory) -> None:
    event = small_event(traded, today() + timedelta(days=10))
    with traded() as tx:
        tx.events.update(replace(tx.events.get(event.event_id), invites=True))
        tx.commit()
    ask(traded, AGENT)
    assert wishes(traded, event) == (Wish("s1", "b1", "want"),)


def test_a_must_of_ones_own_is_not_weakened_by_asking(traded: UnitOfWorkFactory) -> None:
    event = small_event(traded, today() + timedelta(days=10))
    import_csv(traded, event, "wishes", "participant_id,other_id,wish\ns1,b1,must\n")
    publish(traded, event)
    ask(traded, AGENT)
    assert wishes(traded, event) == (Wish("s1", "b1", "must"),)


def test_that_the_other_side_wishes_not_to_meet_does_not_show(traded: UnitOfWorkFactory) -> None:
    event = small_event(traded, today() + timedelta(days=10))
    import_csv(traded, event, "wishes", "participant_id,other_id,wish\nb1,s1,no_go\n")
    publish(traded, event)
    ask(traded, AGENT)
    (shown,) = show_requests(traded, AGENT, PageRequest(10)).items
    assert shown.event == "Spring Market"
    assert Wish("b1", "s1", "no_go") in wishes(traded, event)
