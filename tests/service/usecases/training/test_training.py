"""What becomes of a new bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import psycopg
import pytest

from recommender.errors import TrainingError
from recommender.market import Market
from recommender.matching.train import Trained
from service.bundle_store import BundleStore
from service.domain.paging import FIRST
from service.domain.words import BundleState, FeedbackKind, JobState
from service.errors import Forbidden
from service.security.actor import Actor
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import judging, training
from service.usecases.training import (
    Candidate,
    keep_candidate,
    request_first_bundle,
    request_training,
    train_candidate,
)
from tests.service import make
from tests.service.bundled import SYSTEM, contents, publish_tastes, put_in_force
from tests.tastes import UNTIL, WordEncoder

Judge = Callable[[str, float], None]
LAST_DEAL = date(2018, 11, 28)


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    return tastes_copy


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The latest deals are those from UNTIL on."""
    until = LAST_DEAL + timedelta(days=1)
    return settings.model_copy(update={"holdout_days": (until - UNTIL).days})


@pytest.fixture
def store(settings: Settings) -> BundleStore:
    return BundleStore.of(settings)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Market, date]]:
    """Training as the session did it, whatever is asked for; notes the market and the day."""
    calls: list[tuple[Market, date]] = []

    def quick(market: Market, until: date, *_: object) -> Trained:
        calls.append((market, until))
        return Trained(contents(), until, {"ndcg_10": 0.5})

    monkeypatch.setattr(training, "train", quick)
    return calls


@pytest.fixture
def ndcg(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """Version of a stand-in -> its figure in a comparison, by default as measured."""
    figures: dict[str, float] = {}
    measured = judging.judged

    def given(bundle: Any, *rest: Any) -> dict[str, float | None]:
        if bundle.manifest.version in figures:
            return {"ndcg@10": figures[bundle.manifest.version]}
        return measured(bundle, *rest)

    monkeypatch.setattr(training, "judged", given)
    return figures


def candidate_of(uow: UnitOfWorkFactory, store: BundleStore, settings: Settings) -> Candidate:
    return train_candidate(uow, store, WordEncoder(), settings, lambda *_: None)


def kept(uow: UnitOfWorkFactory, candidate: Candidate) -> dict[str, Any]:
    with uow() as tx:
        result = keep_candidate(tx, SYSTEM, candidate)
        tx.commit()
    return result


def queued(database_url: str) -> list[tuple[str, str]]:
    with psycopg.connect(database_url) as connection:
        return connection.execute(
            "SELECT task_name, args->>'version' FROM procrastinate_jobs ORDER BY id"
        ).fetchall()


def test_the_first_bundle_is_trained_up_to_the_last_deal_and_put_in_force(
    uow: UnitOfWorkFactory,
    store: BundleStore,
    settings: Settings,
    asked: list[tuple[Market, date]],
    database_url: str,
) -> None:
    candidate = candidate_of(uow, store, settings)
    assert [until for _, until in asked] == [UNTIL, LAST_DEAL + timedelta(days=1)]
    assert store.has(candidate.manifest.version)
    comparison = candidate.comparison
    assert (comparison["verdict"], comparison["from"], comparison["until"]) == (
        "first",
        "2018-01-01",
        "2018-11-29",
    )
    assert comparison["new"]["ndcg@10"] > 0.8
    result = kept(uow, candidate)
    assert result["version"] == candidate.manifest.version
    assert queued(database_url) == [("promote", candidate.manifest.version)]
    with uow() as tx:
        stored = tx.bundles.get(candidate.manifest.version)
    assert (stored.state, stored.comparison, stored.revision) == (
        BundleState.READY,
        comparison,
        candidate.revision,
    )
    # Trained once more before it is put in force, as by a service that starts meanwhile.
    assert kept(uow, candidate)["version"] == candidate.manifest.version
    assert queued(database_url) == [("promote", candidate.manifest.version)]


def test_the_stand_in_of_the_bundle_in_force_is_asked_about_what_it_has_not_seen(
    uow: UnitOfWorkFactory, store: BundleStore, settings: Settings, asked: list[Any]
) -> None:
    first = candidate_of(uow, store, settings)
    kept(uow, first)
    with uow() as tx:
        tx.bundles.promote(first.manifest.version, 0, "test", make.NOON)
        tx.commit()
    second = candidate_of(uow, store, settings)
    comparison = second.comparison
    assert comparison["against"] == first.manifest.version
    assert comparison["verdict"] == "not_worse"
    assert comparison["new"] == {
        **comparison["in_force"],
        "baselines": comparison["new"]["baselines"],
    }
    assert set(comparison["new"]["baselines"]) == {"popularity", "nearest synopses"}


@pytest.mark.parametrize(
    ("new", "tolerance", "verdict"),
    [(0.51, 0.0, "not_worse"), (0.5, 0.0, "not_worse"), (0.49, 0.0, "worse"), (0.49, 0.02, "not_worse")],
)
def test_a_bundle_is_promoted_only_if_it_is_not_worse(
    uow: UnitOfWorkFactory,
    store: BundleStore,
    settings: Settings,
    asked: list[Any],
    ndcg: dict[str, float],
    database_url: str,
    new: float,
    tolerance: float,
    verdict: str,
) -> None:
    in_force = publish_tastes(store, seed=9)
    put_in_force(uow, in_force)
    stand_in = publish_tastes(store.held_out())
    ndcg |= {in_force.version: 0.5, stand_in.version: new}
    tolerant = settings.model_copy(update={"promote_tolerance": tolerance})
    candidate = candidate_of(uow, store, tolerant)
    assert candidate.comparison["stand_in"] == stand_in.version
    assert candidate.comparison["verdict"] == verdict
    result = kept(uow, candidate)
    assert result["state"] == ("refused" if verdict == "worse" else "ready")
    promoted = [("promote", candidate.manifest.version)] if verdict == "not_worse" else []
    assert queued(database_url) == promoted


def test_one_that_cannot_be_compared_waits_for_a_person(
    uow: UnitOfWorkFactory, store: BundleStore, settings: Settings, asked: list[Any], database_url: str
) -> None:
    in_force = store.publish(
        contents(), until=date(2018, 6, 1), seed=0, encoder=WordEncoder.fingerprint, figures={}
    )
    put_in_force(uow, in_force)
    candidate = candidate_of(uow, store, settings)
    assert candidate.comparison["verdict"] == "not_compared"
    assert "has learnt from deals up to 2018-06-01" in candidate.comparison["reason"]
    assert kept(uow, candidate)["state"] == "ready"
    assert queued(database_url) == []


def test_another_encoder_cannot_be_compared_either(
    uow: UnitOfWorkFactory, store: BundleStore, settings: Settings, asked: list[Any]
) -> None:
    in_force = store.publish(contents(), until=UNTIL, seed=0, encoder="another@1", figures={})
    put_in_force(uow, in_force)
    comparison = candidate_of(uow, store, settings).comparison
    assert comparison["verdict"] == "not_compared"
    assert "another@1" in comparison["reason"]


def test_keeping_the_same_bundle_again_changes_nothing(
    uow: UnitOfWorkFactory, store: BundleStore, settings: Settings, asked: list[Any]
) -> None:
    candidate = candidate_of(uow, store, settings)
    kept(uow, candidate)
    with uow() as tx:
        tx.bundles.promote(candidate.manifest.version, 0, "test", make.NOON)
        tx.commit()
    kept(uow, candidate)
    with uow() as tx:
        assert len(tx.bundles.list().items) == 1
        assert len(tx.jobs.list(kind="promote").items) == 1


def test_a_signed_deal_enters_training_and_a_pass_as_what_was_declined(
    uow: UnitOfWorkFactory, store: BundleStore, settings: Settings, asked: list[tuple[Market, date]]
) -> None:
    with uow() as tx:
        tx.deals.add(
            make.deal("drama-2019-0", "fr-drama", "signed", release_date=None, signed_on=date(2018, 10, 30))
        )
        company_id = tx.distributors.get("fr-war").company_id
        at = datetime(2018, 11, 1, tzinfo=UTC)
        tx.feedback.add(make.feedback(FeedbackKind.PASSED, "drama-2019-0", "fr-war", company_id, at=at))
        tx.commit()
    candidate_of(uow, store, settings)
    market, _ = asked[-1]
    about = market.deals[market.deals["film_id"] == "drama-2019-0"]
    assert about["deal_id"].tolist() == ["signed"]
    assert about["private"].tolist() == [True]
    (declined,) = market.declines.itertuples(index=False)
    assert declined == ("drama-2019-0", "fr-war", pd.Timestamp(2018, 11, 1))


def test_without_a_deal_there_is_nothing_to_learn_from(
    uow: UnitOfWorkFactory, store: BundleStore, settings: Settings
) -> None:
    with uow() as tx:
        for deal in list(tx.deals.stream()):
            tx.deals.delete(deal.deal_id)
        tx.commit()
    with pytest.raises(TrainingError, match="no deal to learn from"):
        candidate_of(uow, store, settings)


def test_a_training_is_asked_for_once(uow: UnitOfWorkFactory) -> None:
    first = request_training(uow, SYSTEM)
    assert request_training(uow, Actor.system("another")) == first
    with uow() as tx:
        tx.jobs.finish(first.job_id, JobState.SUCCEEDED, make.NOON)
        tx.commit()
    assert request_training(uow, SYSTEM).job_id != first.job_id


def test_the_first_bundle_is_asked_for_only_where_there_is_none(
    uow: UnitOfWorkFactory, store: BundleStore
) -> None:
    assert request_first_bundle(uow, SYSTEM) is not None
    put_in_force(uow, publish_tastes(store))
    assert request_first_bundle(uow, SYSTEM) is None


def test_only_administrators_ask_for_training(uow: UnitOfWorkFactory) -> None:
    with pytest.raises(Forbidden):
        request_training(uow, Actor("ann", "ann"))
    assert request_training(uow, replace(Actor("ann", "ann"), is_administrator=True))
    with uow() as tx:
        assert len(tx.jobs.list(FIRST).items) == 1
