from __future__ import annotations

from pathlib import Path

import pytest

from recommender.space.cache import EmbeddingCache
from recommender.space.encoder import SentenceTransformerEncoder


@pytest.fixture
def cache(tmp_path: Path) -> EmbeddingCache:
    return EmbeddingCache(tmp_path)


@pytest.fixture(scope="session")
def encoder() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder()
