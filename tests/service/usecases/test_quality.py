"""How true the probabilities were that were shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.domain.matching import MatchRun, Prediction
from service.domain.words import CompanyKind, FeedbackKind, RunKind
from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.quality import ENOUGH, drift, own_record
from tests.service import make


def test_drift_sets_the_deals_expected_beside_those_that_came(uow: UnitOfWorkFactory) -> None:
    assert drift(uow) == {"expected": 0.0, "taken": 0.0}
    now = datetime.now(UTC)
    shown = (Prediction("film", "fr", 0.5), Prediction("film", "fr-other", 0.25))
    with uow() as tx:
        make.trade(tx)
        tx.companies.add(make.company("other", CompanyKind.DISTRIBUTOR))
        tx.distributors.add(make.profile("fr-other", "other", "FR"))
        asked = now - timedelta(days=30)
        tx.match_runs.add(MatchRun("run", RunKind.MATCH, "v1", 1, {}, {}, "ann", None, asked, shown))
        day = (now + timedelta(days=30)).date()
        secret = tx.deals.add(make.deal("film", "fr-other", release_date=day))
        tx.commit()
    assert drift(uow) == {"expected": 0.0, "taken": 0.0}
    with uow() as tx:
        tx.deals.update(replace(secret, is_public=True))
        tx.commit()
    assert drift(uow) == pytest.approx({"expected": 0.75, "taken": 1.0})


def test_what_distributors_decided_is_set_beside_what_was_said(uow: UnitOfWorkFactory) -> None:
    """Film n was said to have n %; the likelier half is welcomed, but for one of each half."""
    now = datetime.now(UTC)
    keys = [f"film-{number:03d}" for number in range(2 * ENOUGH + 1)]
    shown = tuple(Prediction(key, "fr", number / 100) for number, key in enumerate(keys))
    with uow() as tx:
        make.trade(tx)
        for key in keys:
            tx.films.add(make.film(key))
        for run, at in (("run", now - timedelta(days=2)), ("too late", now + timedelta(days=2))):
            told = shown if run == "run" else tuple(Prediction(key, "fr", 0.99) for key in keys)
            tx.match_runs.add(MatchRun(run, RunKind.MATCH, "v1", 1, {}, {}, "ann", None, at, told))
        tx.commit()

    def decide(number: int, kind: FeedbackKind, company: str = "buyer") -> None:
        with uow() as tx:
            tx.feedback.add(make.feedback(kind, keys[number], "fr", company, at=now))
            tx.commit()

    decide(0, FeedbackKind.PASSED)
    for number in range(1, 2 * ENOUGH - 1):
        decide(number, FeedbackKind.SHORTLISTED if number >= ENOUGH else FeedbackKind.PASSED)
        decide(number, FeedbackKind.PASSED, "agent")
    reader = Actor("ann", user_id="ann", is_administrator=True)
    assert own_record(uow, reader).decisions is None
    decide(2 * ENOUGH - 1, FeedbackKind.PASSED)
    decide(1, FeedbackKind.SHORTLISTED)
    found = own_record(uow, reader).decisions
    assert found is not None
    assert (found.passed, found.welcomed) == (ENOUGH, ENOUGH)
    # One more is told only once twenty more came.
    decide(2 * ENOUGH, FeedbackKind.PASSED)
    assert own_record(uow, reader).decisions == found
    below = [number / 100 for number in range(ENOUGH) if number != 1]
    assert found.said_passed == round((sum(below) + 0.39) / ENOUGH, 2)
    # Of 400 comparisons those with film 39 are lost (20), and those of film 1 with 18 of the others.
    assert found.order == round((400 - 20 - 18) / 400, 2)
