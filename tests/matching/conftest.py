from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recommender.market import Market, read_market
from recommender.matching import BundleContents, Manifest, publish
from recommender.matching.matcher import Matcher
from recommender.matching.train import Trained, train
from recommender.space.index import VectorIndex
from tests.hash_encoder import HashEncoder
from tests.matching.sample import SAMPLE, published
from tests.matching.tasteful import matcher_of, packed_tastes

Publish = Callable[..., Manifest]


@pytest.fixture(scope="session")
def market() -> Market:
    """The sample market; read only."""
    return read_market(SAMPLE)


@pytest.fixture(scope="session")
def trained(market: Market) -> Trained:
    return train(market, None, HashEncoder())


@pytest.fixture(scope="session")
def matcher(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    """The sample market's."""
    return Matcher.load(published(tmp_path_factory.mktemp("bundles"), trained), encoder=HashEncoder())


@pytest.fixture
def contents(small_market: Market) -> BundleContents:
    """The small market, a few arrays of several types, and one vector per film."""
    vectors = np.random.default_rng(0).standard_normal((len(small_market.films), 4)).astype(np.float32)
    return BundleContents(
        tables={
            "films": small_market.films,
            "distributors": small_market.distributors,
            "deals": small_market.deals,
        },
        arrays={
            "lightfm": {"vectors": vectors[:3], "biases": np.arange(3, dtype=np.float32)},
            "signals": {
                "names": np.array(["recency", "très"]),
                "seed": np.array(7),
                "none": np.empty((0, 2)),
            },
        },
        documents={"model": {"weight": 0.3, "groups": ["genre", "pays ☀️"], "cut": None}},
        index=VectorIndex.build(vectors),
    )


@pytest.fixture(scope="session")
def tastes() -> Matcher:
    """The tasteful market, learnt from its deals before 2018; change nothing in it."""
    return matcher_of(packed_tastes())


@pytest.fixture
def bundles(tmp_path: Path) -> Path:
    return tmp_path / "bundles"


@pytest.fixture
def publish_year(bundles: Path, contents: BundleContents) -> Publish:
    """Publish `contents` as if it were trained on deals before a year."""

    def publish_it(year: int = 2018, **changes: Any) -> Manifest:
        settings: dict[str, Any] = {
            "until": date(year, 1, 1),
            "seed": 0,
            "encoder": "hash@1",
            "figures": {"ndcg@10": 0.5, "coverage@10": None},
            "now": datetime(2026, 11, 3, 12, 0, tzinfo=UTC),
        }
        return publish(changes.pop("bundles", bundles), contents, **{**settings, **changes})

    return publish_it
