from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from service.domain.matching import MatchRun, Prediction
from service.domain.words import RunKind
from service.errors import NotFound
from service.store.unit_of_work import UnitOfWorkFactory
from tests.service import make

HOUR = timedelta(hours=1)
RUN = MatchRun(
    run_id="run",
    kind=RunKind.MATCH,
    bundle_version="20261101-0123456789",
    revision=7,
    request={"film_id": "film", "territories": ["FR"], "k": 2},
    answer={"matches": [{"name": "Céline & 手紙", "probability": 0.25}]},
    actor="ann",
    company_id="agent",
    at=make.NOON,
    predictions=(Prediction("film", "fr", 0.25, make.NOON), Prediction("film", "de", 0.125, make.NOON)),
)


def test_a_run_comes_back_as_recorded(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.companies.add(make.company("agent"))
        tx.match_runs.add(RUN)
        assert tx.match_runs.get("run") == RUN
        with pytest.raises(NotFound):
            tx.match_runs.get("nothing")


def test_runs_are_listed_the_latest_first_without_their_answers(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.companies.add(make.company("agent"))
        tx.match_runs.add(RUN)
        tx.match_runs.add(replace(RUN, run_id="later", actor="bob", company_id=None))
        assert [run.run_id for run in tx.match_runs.list().items] == ["later", "run"]
        (mine,) = tx.match_runs.list(company_id="agent", actor="ann").items
    assert mine == replace(RUN, answer=None, predictions=())


def test_predictions_are_read_by_time_for_comparison_with_what_came(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        for hours in range(3):
            tx.match_runs.add(
                replace(RUN, run_id=f"run-{hours}", company_id=None, at=make.NOON + hours * HOUR)
            )
        found = list(tx.match_runs.predictions(make.NOON + HOUR, make.NOON + 2 * HOUR))
    assert found == [replace(prediction, at=make.NOON + HOUR) for prediction in RUN.predictions]


def test_old_runs_are_forgotten(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        for hours in range(3):
            tx.match_runs.add(
                replace(RUN, run_id=f"run-{hours}", company_id=None, at=make.NOON + hours * HOUR)
            )
        assert tx.match_runs.forget_before(make.NOON + HOUR) == 1
        assert len(tx.match_runs.list().items) == 2
