"""What is stored, as the recommender learns from it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from service.domain.deals import Money
from service.domain.meeting_requests import MeetingRequest
from service.domain.words import FeedbackKind, RequestState
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.market import deals_frame, read_market
from tests.service import make

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)
PAST, FUTURE = date(2026, 6, 1), date(2027, 3, 1)


@pytest.fixture
def tx(uow: UnitOfWorkFactory) -> Any:
    with uow() as tx:
        make.trade(tx)
        tx.films.add(make.film("old", genres=("Drama", "War"), cast=("A. B.",), year=None))
        yield tx


def learnt(tx: UnitOfWork) -> list[dict[str, Any]]:
    frame = read_market(tx, TODAY).market.deals
    frame["release_date"] = frame["release_date"].dt.date
    rows: list[dict[str, Any]] = frame.to_dict("records")
    return rows


def test_films_and_distributors_are_those_stored(tx: UnitOfWork) -> None:
    market = read_market(tx, TODAY).market
    assert market.film("old") == tx.films.get("old").film
    assert market.distributor("fr") == tx.distributors.get("fr").distributor
    assert list(market.films["film_id"]) == ["film", "old"]


@pytest.mark.parametrize(
    ("fields", "day", "private"),
    [
        ({"release_date": PAST, "is_public": True}, PAST, False),
        ({"release_date": PAST, "is_public": False}, PAST, True),
        ({"release_date": FUTURE, "signed_on": PAST, "is_public": True}, PAST, True),
        ({"release_date": None, "signed_on": PAST, "is_public": True}, PAST, True),
    ],
)
def test_a_deal_is_learnt_from_once_it_is_released_or_signed(
    tx: UnitOfWork, fields: dict[str, Any], day: date, private: bool
) -> None:
    tx.deals.add(make.deal("old", "fr", "deal", **fields))
    assert [(row["deal_id"], row["release_date"], row["private"]) for row in learnt(tx)] == [
        ("deal", day, private)
    ]


def test_what_may_not_be_told_counts_as_of_the_last_release_that_everybody_may_know_of(
    tx: UnitOfWork,
) -> None:
    later = PAST + 30 * DAY
    tx.films.add(make.film("third"))
    tx.deals.add(make.deal("film", "fr", "told", release_date=PAST, is_public=True))
    tx.deals.add(make.deal("old", "fr", "signed", release_date=FUTURE, signed_on=later, is_public=True))
    tx.deals.add(make.deal("third", "fr", "secret", release_date=later))
    tx.deals.add(make.deal("third", "de", "older", release_date=PAST - DAY))
    days = {row["deal_id"]: row["release_date"] for row in learnt(tx)}
    assert days == {"told": PAST, "signed": PAST, "secret": PAST, "older": PAST - DAY}


@pytest.mark.parametrize(
    "fields", [{"release_date": FUTURE}, {"release_date": TODAY}, {"release_date": None, "signed_on": FUTURE}]
)
def test_what_is_still_to_come_is_not_learnt_from(tx: UnitOfWork, fields: dict[str, Any]) -> None:
    tx.deals.add(make.deal("old", "fr", **fields))
    assert learnt(tx) == []


def test_an_outcome_that_is_kept_private_is_not_learnt_from(tx: UnitOfWork) -> None:
    outcome = {"admissions": 900, "gross": Money(Decimal("5000.00"), "EUR"), "screens": 3}
    tx.rights.add(make.held("film", "agent"))
    tx.rights.add(make.held("film", "agent", territory="DE"))
    tx.deals.add(make.deal("film", "fr", "kept", agent_id="agent", **outcome))
    tx.deals.add(
        make.deal("film", "de", "told", agent_id="agent", is_public=True, outcome_public=True, **outcome)
    )
    tx.deals.add(make.deal("old", "fr", "reference", **outcome))
    rows = {row["deal_id"]: row for row in learnt(tx)}
    assert rows["kept"]["admissions"] != rows["kept"]["admissions"]
    assert rows["kept"]["currency"] == ""
    for told in ("told", "reference"):
        assert (rows[told]["admissions"], rows[told]["gross"], rows[told]["currency"]) == (900, 5000, "EUR")


def said(tx: UnitOfWork, kind: FeedbackKind, days_ago: int, company_id: str = "buyer", **fields: Any) -> str:
    """What a company said of `old` and `fr`; returns the event's id."""
    at = make.NOON - days_ago * DAY
    event = tx.feedback.add(make.feedback(kind, "old", "fr", company_id, at=at, reason="price", **fields))
    return event.event_id


def declined(tx: UnitOfWork) -> list[tuple[str, str, date]]:
    """What is learnt as declined, with a last deal of yesterday."""
    tx.deals.add(make.deal("film", "de", release_date=TODAY - DAY, is_public=True))
    frame = read_market(tx, TODAY).market.declines
    days = frame["declined_on"].dt.date
    return list(zip(frame["film_id"], frame["distributor_id"], days, strict=True))


def test_a_pass_of_the_distributors_own_company_is_learnt_from(tx: UnitOfWork) -> None:
    said(tx, FeedbackKind.PASSED, 9)
    said(tx, FeedbackKind.PASSED, 3)
    said(tx, FeedbackKind.SEEN, 2)
    assert declined(tx) == [("old", "fr", TODAY - 3 * DAY)]


def test_a_pass_that_was_taken_back_is_not(tx: UnitOfWork) -> None:
    passed = said(tx, FeedbackKind.PASSED, 3)
    said(tx, FeedbackKind.UNDONE, 2, undoes=passed)
    assert declined(tx) == []


@pytest.mark.parametrize("kind", [FeedbackKind.SHORTLISTED, FeedbackKind.OFFER, FeedbackKind.SIGNED])
def test_who_welcomed_the_film_since_has_not_passed(tx: UnitOfWork, kind: FeedbackKind) -> None:
    said(tx, FeedbackKind.PASSED, 3)
    said(tx, kind, 2)
    assert declined(tx) == []


def test_what_an_agent_noted_of_a_distributor_is_not_learnt_from(tx: UnitOfWork) -> None:
    said(tx, FeedbackKind.PASSED, 3, "agent")
    assert declined(tx) == []


def test_a_pass_of_today_is_learnt_from_tomorrow(tx: UnitOfWork) -> None:
    said(tx, FeedbackKind.PASSED, 0)
    assert declined(tx) == []


def test_a_pass_after_the_last_deal_counts_as_of_its_day(tx: UnitOfWork) -> None:
    said(tx, FeedbackKind.PASSED, 3)
    tx.deals.add(make.deal("film", "de", release_date=PAST, is_public=True))
    assert read_market(tx, TODAY).market.declines["declined_on"].dt.date.to_list() == [PAST]


@pytest.mark.parametrize(
    ("waits_for", "state", "counts"),
    [
        ("buyer", RequestState.DECLINED, True),
        ("seller", RequestState.DECLINED, False),
        ("buyer", RequestState.ACCEPTED, False),
        ("buyer", RequestState.WITHDRAWN, False),
    ],
)
def test_a_meeting_about_a_film_that_the_distributor_declined_counts(
    tx: UnitOfWork, waits_for: Any, state: RequestState, counts: bool
) -> None:
    at = make.NOON - 2 * DAY
    asked = MeetingRequest("request", "film", "fr", "seller", waits_for, at - DAY, state, answered_at=at)
    tx.meeting_requests.add(asked)
    assert declined(tx) == ([("film", "fr", at.date())] if counts else [])


def test_who_welcomed_the_film_after_declining_to_meet_has_not_passed(tx: UnitOfWork) -> None:
    at = make.NOON - 4 * DAY
    state = RequestState.DECLINED
    tx.meeting_requests.add(
        MeetingRequest("request", "old", "fr", "seller", "buyer", at, state, answered_at=at)
    )
    assert len(declined(tx)) == 1
    said(tx, FeedbackKind.SHORTLISTED, 2)
    assert read_market(tx, TODAY).market.declines.empty


def test_a_row_that_the_recommender_refuses_is_left_out_with_its_deals(tx: UnitOfWork) -> None:
    tx.films.add(make.film("refused\u200b\nid"))
    tx.deals.add(make.deal("refused\u200b\nid", "fr", "lost"))
    tx.deals.add(make.deal("old", "fr", "kept"))
    tx.feedback.add(
        make.feedback(
            FeedbackKind.PASSED, "refused\u200b\nid", "fr", "buyer", at=make.NOON - 3 * DAY, reason="x"
        )
    )
    said(tx, FeedbackKind.PASSED, 3)
    found = read_market(tx, TODAY).market
    assert "old" in found.film_ids
    assert "old" in set(found.declines["film_id"])
    assert [row["deal_id"] for row in learnt(tx)] in (["kept"], ["lost", "kept"])


def test_the_revision_holds_every_change_in_it(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.films.add(make.film("f1"))
        tx.commit()
    with uow() as tx:
        stored = read_market(tx, TODAY)
        assert stored.revision == tx.changes.revision() > 0


def test_what_was_learnt_from_before_its_release_stays_private(tx: UnitOfWork) -> None:
    deals = [
        tx.deals.add(make.deal("old", "fr", "new", release_date=FUTURE, is_public=True)),
        tx.deals.add(make.deal("old", "de", "learnt", release_date=FUTURE, signed_on=PAST, is_public=True)),
    ]
    frame = deals_frame(deals, {"learnt"}, TODAY).set_index("deal_id")
    assert (frame.loc["new", "release_date"], frame.loc["new", "private"]) == (FUTURE, False)
    assert frame.loc["learnt", "private"]
