"""What a bundle is trained on, and what others read of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from recommender.errors import TrainingError
from recommender.market import Market
from service.bundle_store import BundleStore
from service.domain.paging import FIRST
from service.domain.words import BundleState, FeedbackKind, JobState
from service.errors import Forbidden
from service.security.actor import Actor
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.training import (
    request_first_bundle,
    request_training,
)
from tests.service import make
from tests.service.bundled import SYSTEM, publish_tastes, put_in_force
from tests.service.usecases.training.candidates import LAST_DEAL, candidate_of, kept, queued
from tests.tastes import UNTIL


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


def test_others_learn_nothing_of_a_private_deal_from_a_training(
    uow: UnitOfWorkFactory, store: BundleStore, settings: Settings
) -> None:
    before = candidate_of(uow, store, settings)
    with uow() as tx:
        after_all = LAST_DEAL + timedelta(days=200)
        tx.deals.add(make.deal("drama-2019-0", "fr-war", "secret", release_date=None, signed_on=after_all))
        tx.commit()
    after = candidate_of(uow, store, settings)
    assert after.manifest.version[:8] == before.manifest.version[:8] == "20181129"
    assert after.manifest.until == before.manifest.until == LAST_DEAL + timedelta(days=1)
    assert after.manifest.figures == before.manifest.figures
    assert after.manifest.figures["queries"] == before.comparison["new"]["queries"] == 49
    assert after.comparison == before.comparison
    one, two = (store.load(of.manifest.version).contents for of in (before, after))
    assert one.documents == two.documents
    assert "secret" in set(two.tables["deals"]["deal_id"]), "it makes the film sold, and teaches the weights"
    assert one.arrays["last_stage"]["cold.weights"] != pytest.approx(two.arrays["last_stage"]["cold.weights"])


def test_without_a_deal_there_is_nothing_to_learn_from(
    uow: UnitOfWorkFactory, store: BundleStore, settings: Settings
) -> None:
    with uow() as tx:
        for deal in list(tx.deals.stream()):
            tx.deals.delete(deal.deal_id)
        tx.deals.add(make.deal("drama-2017-0", "fr-war", "secret"))
        tx.commit()
    with pytest.raises(TrainingError, match="no deal to learn from that everybody may know of"):
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
