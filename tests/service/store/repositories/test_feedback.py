from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.domain.feedback import FeedbackEvent
from service.domain.paging import PageRequest
from service.domain.words import FeedbackKind
from service.errors import Conflict, Invalid, NotFound
from service.store.repositories.feedback import FeedbackFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make

DAY = timedelta(days=1)


@pytest.fixture
def tx(uow: UnitOfWorkFactory) -> Any:
    with uow() as tx:
        make.trade(tx)
        tx.accounts.add_user(make.user("ann"))
        yield tx


def _say(
    tx: UnitOfWork, kind: FeedbackKind, film_id: str = "film", company_id: str = "buyer", **fields: Any
) -> FeedbackEvent:
    return tx.feedback.add(make.feedback(kind, film_id, fields.pop("at_", "fr"), company_id, **fields))


def _undo(tx: UnitOfWork, event: FeedbackEvent) -> FeedbackEvent:
    return _say(tx, FeedbackKind.UNDONE, event.film_id, event.company_id, undoes=event.event_id)


def _stands(tx: UnitOfWork, **fields: Any) -> set[tuple[str, str, str]]:
    return {
        (one.company_id, one.film_id, one.kind.value) for one in tx.feedback.current(FeedbackFilter(**fields))
    }


def test_an_event_comes_back_as_said(tx: UnitOfWork) -> None:
    said = make.feedback(
        FeedbackKind.PASSED, "film", "fr", "buyer", user_id="ann", reason="too long", note="Ask again in May."
    )
    assert tx.feedback.add(said) == said
    assert tx.feedback.get(said.event_id) == said
    with pytest.raises(NotFound):
        tx.feedback.get("nothing")


def test_the_last_of_each_kind_stands(tx: UnitOfWork) -> None:
    _say(tx, FeedbackKind.SEEN)
    _say(tx, FeedbackKind.PASSED, reason="old", at=make.NOON - DAY)
    newest = _say(tx, FeedbackKind.PASSED, reason="new")
    assert _stands(tx, company_id="buyer") == {("buyer", "film", "seen"), ("buyer", "film", "passed")}
    assert newest in tx.feedback.current(FeedbackFilter(distributor_id="fr", kind=FeedbackKind.PASSED))


def test_what_is_taken_back_does_not_stand_and_what_was_before_it_does_again(tx: UnitOfWork) -> None:
    first = _say(tx, FeedbackKind.PASSED, reason="old", at=make.NOON - DAY)
    second = _say(tx, FeedbackKind.PASSED, reason="new")
    _undo(tx, second)
    assert tx.feedback.current(FeedbackFilter()) == (first,)
    _undo(tx, first)
    assert tx.feedback.current(FeedbackFilter()) == ()
    assert len(tx.feedback.list().items) == 4


def test_an_event_is_taken_back_once(tx: UnitOfWork) -> None:
    passed = _say(tx, FeedbackKind.PASSED)
    _undo(tx, passed)
    with pytest.raises(Conflict, match="already taken back"):
        _undo(tx, passed)


@pytest.mark.parametrize(
    "fields", [{"film_id": "other"}, {"company_id": "agent"}, {"distributor_id": "de"}], ids=str
)
def test_only_the_same_company_takes_back_what_it_said_about_the_same_pair(
    tx: UnitOfWork, fields: dict[str, Any]
) -> None:
    tx.films.add(make.film("other"))
    passed = _say(tx, FeedbackKind.PASSED)
    undone = make.feedback(FeedbackKind.UNDONE, "film", "fr", "buyer", undoes=passed.event_id)
    with pytest.raises(Conflict, match="not an event of the same company"):
        tx.feedback.add(replace(undone, **fields))


def test_taking_back_names_an_event_and_nothing_else_does(tx: UnitOfWork) -> None:
    with pytest.raises(Invalid), tx.savepoint():
        _say(tx, FeedbackKind.UNDONE)
    passed = _say(tx, FeedbackKind.PASSED)
    with pytest.raises(Invalid):
        _say(tx, FeedbackKind.SEEN, undoes=passed.event_id)


def test_a_pass_hides_the_film_from_that_distributor_until_it_cools_down_or_is_undone(tx: UnitOfWork) -> None:
    passed = _say(tx, FeedbackKind.PASSED)
    assert tx.feedback.hidden_films("fr", make.NOON - DAY) == {"film": passed}
    assert tx.feedback.hidden_films("de", make.NOON - DAY) == {}
    assert tx.feedback.hidden_films("fr", make.NOON) == {}
    _undo(tx, passed)
    assert tx.feedback.hidden_films("fr", make.NOON - DAY) == {}


def test_nobody_can_pass_for_somebody_else(tx: UnitOfWork) -> None:
    _say(tx, FeedbackKind.PASSED, company_id="agent")
    assert tx.feedback.hidden_films("fr", make.NOON - DAY) == {}


def test_events_are_listed_the_latest_first_in_pages(tx: UnitOfWork) -> None:
    said = [
        _say(tx, kind) for kind in (FeedbackKind.SEEN, FeedbackKind.SHORTLISTED, FeedbackKind.MEETING_ASKED)
    ]
    first = tx.feedback.list(PageRequest(size=2))
    rest = tx.feedback.list(PageRequest(size=2, after=first.next_after))
    assert (*first.items, *rest.items) == tuple(reversed(said))
    assert tx.feedback.list(where=FeedbackFilter(film_id="film", company_id="agent")).items == ()
    assert tx.feedback.list(where=FeedbackFilter(user_id="ann")).items == ()


def test_a_look_is_remembered_and_time_never_runs_back(tx: UnitOfWork) -> None:
    assert tx.feedback.last_look("ann", "fr") is None
    for moment in (make.NOON, make.NOON - DAY):
        tx.feedback.look("ann", "fr", moment)
        assert tx.feedback.last_look("ann", "fr") == make.NOON
    tx.feedback.look("ann", "fr", make.NOON + DAY)
    assert tx.feedback.last_look("ann", "fr") == make.NOON + DAY
    assert tx.feedback.last_look("ann", "de") is None
