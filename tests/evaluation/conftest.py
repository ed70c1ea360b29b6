"""The sample market and a model trained on it, once for all tests that look and do not touch."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from recommender.evaluation.ours import Window, rank_window
from recommender.market import Market, read_market
from recommender.matching.train import Fitted, fit
from recommender.space.cache import CachedEncoder, EmbeddingCache
from tests.hash_encoder import HashEncoder

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"


@pytest.fixture(scope="session")
def sample_market() -> Market:
    """The invented market of data/sample."""
    return read_market(SAMPLE)


@pytest.fixture(scope="session")
def embeddings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache folder that `sample_window` fills."""
    return tmp_path_factory.mktemp("embeddings")


@pytest.fixture(scope="session")
def sample_window(sample_market: Market, embeddings: Path) -> Window:
    """2022 of the sample market, ranked cold; its vectors have no meaning."""
    encoder = CachedEncoder(HashEncoder(), EmbeddingCache(embeddings))
    return rank_window(sample_market, date(2022, 1, 1), date(2023, 1, 1), encoder)


@pytest.fixture(scope="session")
def sample_fitted(sample_market: Market) -> Fitted:
    """The model that answers for 2022 of the sample market."""
    return fit(sample_market, date(2022, 1, 1), HashEncoder())
