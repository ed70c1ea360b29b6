"""How good is it: what everybody sees of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from service.domain.bundles import BundleRecord
from service.domain.matching import MatchRun, Prediction
from service.domain.words import RunKind
from service.store.unit_of_work import UnitOfWork
from tests.service import make
from tests.service.world import World

BEFORE = {"ndcg@10": 0.5, "territories": {"FR": {"queries": 40.0, "ndcg@10": 0.5}}}
NEW = {
    "ndcg@10": 0.6,
    "recall@10": 0.75,
    "queries": 50.0,
    "expected_deals": 48.2,
    "actual_deals": 50.0,
    "territories": {"FR": {"queries": 40.0, "ndcg@10": 0.62}, "US": {"queries": 10.0, "ndcg@10": 0.52}},
    "reach": [
        {"band": "0", "ranked": 10, "shown": 1, "places": 10, "deals": 5},
        {"band": "32+", "ranked": 4, "shown": 4, "places": 90, "deals": 45},
    ],
    "reliability": [
        {"said": 0.01, "happened": 0.02, "pairs": 500},
        {"said": 0.2, "happened": 0.25, "pairs": 100},
    ],
    "baselines": {
        "popularity": {
            "ndcg@10": 0.31,
            "territories": {
                "FR": {"queries": 40.0, "ndcg@10": 0.3},
                "US": {"queries": 10.0, "ndcg@10": 0.33},
            },
        }
    },
}
COMPARISON: dict[str, object] = {
    "from": "2025-11-01",
    "until": "2026-11-01",
    "verdict": "not_worse",
    "new": NEW,
    "in_force": BEFORE,
}


def in_force(tx: UnitOfWork, comparison: dict[str, object] | None) -> None:
    tx.bundles.add(
        BundleRecord(
            "20261101-0123456789", {"until": "2026-11-01"}, {"ndcg_10": 0.58}, 1, comparison=comparison
        )
    )
    tx.bundles.promote("20261101-0123456789", 0, "test", make.NOON)


@pytest.fixture
def reader(world: World) -> TestClient:
    return world.sign_in("alba-viewer")


def test_before_the_first_bundle_it_says_what_is_missing_and_what_is_not_known(reader: TestClient) -> None:
    page = reader.get("/how-good").text
    assert "Nothing can be measured yet" in page
    assert "What is not known" in page


def test_everybody_sees_territories_beside_baselines_and_the_bundle_before(
    world: World, reader: TestClient
) -> None:
    with world.uow() as tx:
        in_force(tx, COMPARISON)
        tx.commit()
    page = reader.get("/how-good").text
    for text in ("1 Nov 2026", "0.620", "0.300", "the bundle before: 0.500", "France", "United States"):
        assert text in page, text
    assert page.index("France") < page.index("United States")
    assert page.count("<svg") == 3
    assert "Who buys most" in page
    assert "75%" in page
    assert world.sign_in("nobody").get("/how-good").status_code == 200


def test_a_bundle_that_was_not_compared_says_so(world: World, reader: TestClient) -> None:
    with world.uow() as tx:
        in_force(tx, None)
        tx.commit()
    page = reader.get("/how-good").text
    assert "not measured by territory" in page
    assert "0.580" in page
    assert "<svg" not in page


def test_figures_of_an_older_training_are_shown_as_far_as_they_go(world: World, reader: TestClient) -> None:
    old = {name: NEW[name] for name in ("ndcg@10", "recall@10", "queries", "expected_deals", "actual_deals")}
    with world.uow() as tx:
        in_force(tx, {**COMPARISON, "new": old, "in_force": None})
        tx.commit()
    page = reader.get("/how-good").text
    assert "0.600" in page
    assert "no bundle before it was measured" in page


def test_its_own_probabilities_are_drawn_once_enough_came_true(world: World, reader: TestClient) -> None:
    with world.uow() as tx:
        in_force(tx, None)
        settle(tx, 19)
        tx.commit()
    page = reader.get("/how-good").text
    assert "38 probabilities were shown so far" in page
    assert "a deal was announced later" not in page
    assert "Not enough yet: how many came true is told once 20 did." in page
    with world.uow() as tx:
        settle(tx, 1, first=19)
        tx.commit()
    page = reader.get("/how-good").text
    assert "20 came true" in page
    assert "Not enough yet" not in page
    assert page.count("<svg") == 1


def test_a_deal_that_is_not_announced_moves_nothing_on_the_page(world: World, reader: TestClient) -> None:
    def page_after(count: int, first: int, *, is_public: bool) -> str:
        with world.uow() as tx:
            settle(tx, count, first, is_public=is_public)
            tx.commit()
        return reader.get("/how-good").text.replace("42 probabilities", "40 probabilities")

    with world.uow() as tx:
        in_force(tx, None)
        tx.commit()
    before = page_after(20, 0, is_public=True)
    assert "20 came true" in before
    assert page_after(1, 20, is_public=False) == before


def settle(tx: UnitOfWork, count: int, first: int = 0, *, is_public: bool = True) -> None:
    """Two distributors named for each film; lumen-fr takes it, as was said with 0.6."""
    earlier = datetime.now(UTC) - timedelta(hours=1)
    run = MatchRun("", RunKind.MATCH, "20261101-0123456789", 1, {}, {}, "alba-owner", "alba", earlier)
    if not first:
        tx.distributors.add(make.profile("harbor-fr", "harbor", "FR"))
    for number in range(first, first + count):
        tx.films.add(make.film(f"film-{number}", year=2026))
        shown = (
            Prediction(f"film-{number}", "lumen-fr", 0.6),
            Prediction(f"film-{number}", "harbor-fr", 0.1),
        )
        tx.match_runs.add(replace(run, run_id=f"run-{number}", predictions=shown))
        later = (datetime.now(UTC) + timedelta(days=9)).date()
        tx.deals.add(make.deal(f"film-{number}", "lumen-fr", release_date=later, is_public=is_public))


def test_how_high_those_stood_who_passed_is_told_where_it_is_known(world: World, reader: TestClient) -> None:
    passes = {"passes": 240, "standing_passed": 0.55, "standing_taken": 0.91}
    with world.uow() as tx:
        in_force(tx, {**COMPARISON, "new": {**NEW, **passes}})
        tx.commit()
    page = reader.get("/how-good").text
    assert "Nor did training see 240 passes on films." in page
    assert "stood above 55% of its candidates on average, who took one above 91%" in page
