"""What a distributor decided about films on offer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain.paging import FIRST
from service.domain.rights import Window
from service.domain.words import CompanyKind, FeedbackKind, GrantStatus, PassReason, Role
from service.errors import Forbidden, NotFound
from service.security.actor import Actor, Seat
from service.usecases.approaches import list_approaches
from service.usecases.decisions import decided_films, standing_of
from service.usecases.feedback import NewFeedback, decide, undo_feedback
from tests.service.bundled import Bundled
from tests.service.buyer import bundled, database_url, dee

__all__ = ["bundled", "database_url", "dee"]

PASS = NewFeedback(FeedbackKind.PASSED, "western", "fr-western", PassReason.TOO_LARGE, "<b>far</b> too large")


def kinds(bundled: Bundled, actor: Actor) -> set[FeedbackKind]:
    standing = standing_of(bundled.uow, actor, bundled.settings, "fr-western")
    return {event.kind for event in standing.get("western", ())}


def test_a_decision_takes_back_what_it_contradicts(bundled: Bundled, dee: Actor) -> None:
    shortlist = NewFeedback(FeedbackKind.SHORTLISTED, "western", "fr-western")
    decide(bundled.uow, dee, shortlist)
    decide(bundled.uow, dee, PASS)
    assert kinds(bundled, dee) == {FeedbackKind.PASSED}
    decide(bundled.uow, dee, NewFeedback(FeedbackKind.MEETING_ASKED, "western", "fr-western"))
    decide(bundled.uow, dee, shortlist)
    assert kinds(bundled, dee) == {FeedbackKind.SHORTLISTED, FeedbackKind.MEETING_ASKED}


def test_taking_a_pass_back_puts_the_film_on_the_shortlist_that_it_was_taken_from(
    bundled: Bundled, dee: Actor
) -> None:
    decide(
        bundled.uow, dee, NewFeedback(FeedbackKind.SHORTLISTED, "western", "fr-western", note="for spring")
    )
    passed = decide(bundled.uow, dee, PASS)
    undo_feedback(bundled.uow, dee, passed.event_id)
    assert kinds(bundled, dee) == {FeedbackKind.SHORTLISTED}
    (one,) = decided_films(bundled.uow, dee, bundled.settings, "fr-western", FeedbackKind.SHORTLISTED)
    assert one.event.note == "for spring"


def test_a_shortlist_that_was_left_before_the_pass_does_not_come_back(bundled: Bundled, dee: Actor) -> None:
    listed = decide(bundled.uow, dee, NewFeedback(FeedbackKind.SHORTLISTED, "western", "fr-western"))
    undo_feedback(bundled.uow, dee, listed.event_id)
    passed = decide(bundled.uow, dee, PASS)
    undo_feedback(bundled.uow, dee, passed.event_id)
    assert kinds(bundled, dee) == set()


def test_what_is_said_twice_is_noted_once_and_other_words_replace_it(bundled: Bundled, dee: Actor) -> None:
    first = decide(bundled.uow, dee, PASS)
    assert decide(bundled.uow, dee, PASS) == first
    other = decide(bundled.uow, dee, replace(PASS, note="still"))
    assert other.event_id != first.event_id
    (one,) = decided_films(bundled.uow, dee, bundled.settings, "fr-western", FeedbackKind.PASSED)
    assert one.event.note == "still"
    assert one.hidden_until
    undo_feedback(bundled.uow, dee, other.event_id)
    assert not decided_films(bundled.uow, dee, bundled.settings, "fr-western", FeedbackKind.PASSED)


def test_a_film_that_is_not_offered_any_more_keeps_its_decision_without_its_title(
    bundled: Bundled, dee: Actor
) -> None:
    decide(bundled.uow, dee, PASS)
    with bundled.uow() as tx:
        (grant,) = tx.rights.of_film("western")
        tx.rights.update(replace(grant, status=GrantStatus.INACTIVE, window=Window(None, None)))
        tx.commit()
    (one,) = decided_films(bundled.uow, dee, bundled.settings, "fr-western", FeedbackKind.PASSED)
    assert one.film is None
    assert one.event.note == "<b>far</b> too large"


def test_the_agent_never_learns_of_a_pass(bundled: Bundled, dee: Actor) -> None:
    agent = Actor("ann", "ann", (Seat("alba", Role.OWNER, frozenset({CompanyKind.SALES_AGENT})),))
    decide(bundled.uow, dee, PASS)
    assert list_approaches(bundled.uow, agent, FIRST, "western").items == ()
    with pytest.raises(NotFound):
        decided_films(bundled.uow, agent, bundled.settings, "fr-western", FeedbackKind.PASSED)


def test_a_viewer_decides_nothing(bundled: Bundled, dee: Actor) -> None:
    viewer = replace(dee, seats=(replace(dee.seats[0], role=Role.VIEWER),))
    with pytest.raises(Forbidden):
        decide(bundled.uow, viewer, PASS)
