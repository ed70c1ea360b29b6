"""How true the probabilities were that were shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.domain.matching import MatchRun, Prediction
from service.domain.words import CompanyKind, RunKind
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.quality import drift
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
        tx.deals.add(make.deal("film", "fr-other", release_date=(now + timedelta(days=30)).date()))
        tx.commit()
    assert drift(uow) == pytest.approx({"expected": 0.75, "taken": 1.0})
