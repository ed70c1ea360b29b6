from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.domain.matching import MatchRun, Prediction, Settled
from service.domain.words import CompanyKind, RunKind
from service.errors import NotFound
from service.store.unit_of_work import UnitOfWorkFactory
from tests.service import make

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EARLIER = datetime.now(UTC) - HOUR
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


def test_what_was_shown_is_settled_by_the_first_deal_that_came_later(uow: UnitOfWorkFactory) -> None:
    later = (datetime.now(UTC) + 30 * DAY).date()
    with uow() as tx:
        make.trade(tx)
        tx.distributors.add(make.profile("rival", "buyer", "BE"))
        tx.match_runs.add(
            replace(RUN, run_id="first", company_id=None, at=EARLIER, predictions=said(fr=0.5, de=0.25))
        )
        tx.match_runs.add(
            replace(RUN, run_id="second", company_id=None, at=EARLIER, predictions=said(fr=0.75, rival=0.1))
        )
        assert tx.match_runs.shown() == 4
        assert list(tx.match_runs.settled()) == []
        tx.deals.add(make.deal("film", "fr", release_date=later, is_public=True))
        found = list(tx.match_runs.settled())
    # Nobody has taken the film in Germany or Belgium yet.
    assert found == [Settled("film", "FR", "fr", 0.75, happened=True)]


def test_who_did_not_take_what_another_took_is_settled_too(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        tx.companies.add(make.company("other", CompanyKind.DISTRIBUTOR))
        tx.distributors.add(make.profile("fr-other", "other", "FR"))
        shown = said(fr=0.5, **{"fr-other": 0.25})
        tx.match_runs.add(replace(RUN, company_id=None, at=EARLIER, predictions=shown))
        day = datetime.now(UTC).date()
        tx.deals.add(make.deal("film", "fr-other", release_date=None, signed_on=day, is_public=True))
        found = {one.distributor_id: (one.probability, one.happened) for one in tx.match_runs.settled()}
    assert found == {"fr": (0.5, False), "fr-other": (0.25, True)}


def test_a_deal_that_is_not_announced_settles_nothing(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        tx.match_runs.add(replace(RUN, company_id=None, at=EARLIER, predictions=said(fr=0.5)))
        secret = tx.deals.add(make.deal("film", "fr", release_date=datetime.now(UTC).date()))
        assert list(tx.match_runs.settled()) == []
        tx.deals.update(replace(secret, is_public=True))
        assert len(list(tx.match_runs.settled())) == 1


@pytest.mark.parametrize("shown_at", [datetime.now(UTC) + DAY, make.NOON + 10 * DAY])
def test_what_was_known_already_settles_nothing(uow: UnitOfWorkFactory, shown_at: datetime) -> None:
    with uow() as tx:
        make.trade(tx)
        tx.deals.add(make.deal("film", "fr", release_date=make.NOON.date(), is_public=True))
        tx.match_runs.add(replace(RUN, company_id=None, at=shown_at, predictions=said(fr=0.5)))
        assert list(tx.match_runs.settled()) == []


def said(**probabilities: float) -> tuple[Prediction, ...]:
    return tuple(Prediction("film", name, value) for name, value in probabilities.items())


def test_old_runs_are_forgotten(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        for hours in range(3):
            tx.match_runs.add(
                replace(RUN, run_id=f"run-{hours}", company_id=None, at=make.NOON + hours * HOUR)
            )
        assert tx.match_runs.forget_before(make.NOON + HOUR) == 1
        assert len(tx.match_runs.list().items) == 2
