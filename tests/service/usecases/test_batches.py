"""Matches for many films as a job."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from service.domain.words import CompanyKind, JobState, Role, RunKind
from service.errors import NotFound
from service.security.actor import Actor, Seat
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.batches import request_batch, run_batch
from service.usecases.matching import match
from service.usecases.requests import MatchRequest
from service.usecases.runs import get_run
from tests.service import make
from tests.service.bundled import Bundled, bundle_up

ANN = Actor("ann", "ann", (Seat("alba", Role.MEMBER, frozenset({CompanyKind.SALES_AGENT})),))
FR = MatchRequest(("FR",), k=3)
FILMS = ["western-2019-0", "horror-2019-0", "drama-2019-0"]


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    return tastes_copy


@pytest.fixture
def bundled(uow: UnitOfWorkFactory, settings: Settings) -> Bundled:
    with uow() as tx:
        for company_id in ("alba", "grim"):
            tx.companies.add(make.company(company_id, CompanyKind.SALES_AGENT))
        tx.films.add(make.film("theirs", "grim"))
        tx.commit()
    return bundle_up(uow, settings)


def args_of(database_url: str) -> dict[str, Any]:
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT args FROM procrastinate_jobs").fetchone()
    assert row is not None
    args: dict[str, Any] = row[0]
    return args


def test_each_film_gets_the_answer_it_would_get_alone(bundled: Bundled, database_url: str) -> None:
    job = request_batch(bundled.uow, ANN, FR, FILMS)
    assert (job.state, job.company_id) == (JobState.QUEUED, "alba")
    args = args_of(database_url)
    assert args.pop("job_id") == job.job_id
    told: list[int] = []
    result = run_batch(
        bundled.uow,
        bundled.holder.current(),
        bundled.settings,
        job.job_id,
        args,
        lambda done, _: told.append(done),
    )
    assert told == [0, 1, 2]
    assert list(result["runs"]) == FILMS
    for film_id, run_id in result["runs"].items():
        run = get_run(bundled.uow, ANN, run_id)
        alone = match(bundled.desk, ANN, replace(FR, film_id=film_id))
        assert run.answer["territories"] == alone["territories"]
        assert (run.kind, run.actor) == (RunKind.BATCH, "ann")


def test_what_was_answered_before_a_crash_is_not_answered_again(bundled: Bundled, database_url: str) -> None:
    job = request_batch(bundled.uow, ANN, FR, FILMS)
    args = args_of(database_url)
    args.pop("job_id")
    answering = (bundled.uow, bundled.holder.current(), bundled.settings, job.job_id, args)

    class Killed(BaseException):
        pass

    def dies(done: int, _: int) -> None:
        if done == 2:
            raise Killed

    with pytest.raises(Killed):
        run_batch(*answering, dies)
    result = run_batch(*answering, lambda _done, _total: None)
    with bundled.uow() as tx:
        runs = tx.match_runs.list().items
    assert sorted(run.run_id for run in runs) == sorted(result["runs"].values())
    assert len(runs) == 3


def test_a_film_that_one_may_not_ask_about_is_told_before_anything_is_queued(
    bundled: Bundled, database_url: str
) -> None:
    with pytest.raises(NotFound):
        request_batch(bundled.uow, ANN, FR, ["western-2019-0", "theirs"])
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,)


def test_a_film_that_is_gone_by_then_is_told_and_the_others_answered(
    bundled: Bundled, database_url: str
) -> None:
    job = request_batch(bundled.uow, ANN, FR, FILMS)
    args = args_of(database_url)
    args.pop("job_id")
    with bundled.uow() as tx:
        tx.films.delete("horror-2019-0")
        tx.commit()
    result = run_batch(
        bundled.uow, bundled.holder.current(), bundled.settings, job.job_id, args, lambda _done, _total: None
    )
    assert list(result["runs"]) == ["western-2019-0", "drama-2019-0"]
    assert "horror-2019-0" in result["problems"]["horror-2019-0"]
