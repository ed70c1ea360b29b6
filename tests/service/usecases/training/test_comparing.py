"""A new bundle beside the one in force, and what becomes of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from recommender.market import Market
from service.bundle_store import BundleStore
from service.domain.words import BundleState
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from tests.service import make
from tests.service.bundled import contents, publish_tastes, put_in_force
from tests.service.usecases.training.candidates import candidate_of, kept, queued
from tests.tastes import UNTIL, WordEncoder


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


def test_figures_of_few_films_are_told_nowhere_but_decide(
    uow: UnitOfWorkFactory, store: BundleStore, settings: Settings, ndcg: dict[str, float], asked: list[Any]
) -> None:
    short = settings.model_copy(update={"holdout_days": 10})
    put_in_force(uow, publish_tastes(store, seed=9))
    comparison = candidate_of(uow, store, short).comparison
    assert (comparison["new"], comparison["in_force"]) == (None, None)
    assert comparison["verdict"] == "not_worse"
    assert comparison["reason"] == "judged by fewer than 20 films, and figures of so few are not told"


def test_after_the_latest_deals_are_gone_both_are_asked_about_what_neither_has_seen(
    uow: UnitOfWorkFactory, store: BundleStore, settings: Settings, asked: list[tuple[Market, date]]
) -> None:
    first = candidate_of(uow, store, settings)
    kept(uow, first)
    with uow() as tx:
        tx.bundles.promote(first.manifest.version, 0, "test", make.NOON)
        for deal in list(tx.deals.stream()):
            if deal.release_date and deal.release_date > date(2018, 11, 20):
                tx.deals.delete(deal.deal_id)
        tx.commit()
    second = candidate_of(uow, store, settings).comparison
    assert second["until"] < first.comparison["until"]
    assert (second["verdict"], second["from"]) == ("not_worse", first.comparison["from"])


def test_what_was_refused_is_judged_anew_and_put_in_force_where_more_is_tolerated(
    uow: UnitOfWorkFactory,
    store: BundleStore,
    settings: Settings,
    asked: list[Any],
    ndcg: dict[str, float],
    database_url: str,
) -> None:
    in_force = publish_tastes(store, seed=9)
    put_in_force(uow, in_force)
    ndcg |= {in_force.version: 0.5, publish_tastes(store.held_out()).version: 0.49}
    refused = kept(uow, candidate_of(uow, store, settings))
    assert refused["comparison"]["reason"] == (
        "ndcg@10 0.4900 against 0.5000: worse by 0.0100, and 0.0000 is tolerated"
    )
    assert (refused["state"], queued(database_url)) == ("refused", [])
    tolerant = settings.model_copy(update={"promote_tolerance": 1.0})
    again = kept(uow, candidate_of(uow, store, tolerant))
    assert (again["version"], again["state"]) == (refused["version"], "ready")
    with uow() as tx:
        stored = tx.bundles.get(again["version"])
    assert (stored.state, stored.comparison) == (BundleState.READY, again["comparison"])
    assert queued(database_url) == [("promote", again["version"])]
