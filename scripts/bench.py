"""Speed and memory as ratios, each against a limit measured in the same run: `make bench`.

Needs the deals in ../shared/market for figures that mean something; on data/sample, where a fit takes
milliseconds, the ratios are printed but not judged.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from recommender.market import Market, read_market
from recommender.matching import publish
from recommender.matching.matcher import Matcher
from recommender.matching.train import Trained, train
from recommender.ranking import rerank
from recommender.ranking.fit import LightFMRepresentations, fit_lightfm
from recommender.space import CachedEncoder, EmbeddingCache, SentenceTransformerEncoder, VectorIndex
from recommender.space.text import brief_texts, film_texts
from scripts.peak_memory import peak_gb

ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT.parent / "shared" / "market"
ROUNDS = 7
TEXTS = 400
NEIGHBOURS = 200


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured ratio or size beside its limit; `at_least` tells on which side of it is good."""

    what: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the limit is kept."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def main() -> int:
    """Measure, print a table, and fail where the real deals miss a limit."""
    real = REAL.is_dir()
    folder = REAL if real else ROOT / "data" / "sample"
    market = read_market(folder)
    encoder = CachedEncoder(SentenceTransformerEncoder(), EmbeddingCache(), progress=True)
    encoder.encode(film_texts(market.films))
    encoder.encode(brief_texts(market.distributors))
    trained, training = _training(market, encoder)
    figures = [*training, _matching(trained, encoder, market), _embedding(market)]
    print(f"\n{folder.name}: {len(market.films)} films, {len(market.deals)} deals")
    for figure in figures:
        sign = ">=" if figure.at_least else "<="
        verdict = ("kept" if figure.kept else "MISSED") if real else "not judged on the sample"
        print(f"{figure.what:74} {figure.value:6.2f}  {sign} {figure.limit:4.1f}  {verdict}")
    return int(real and not all(figure.kept for figure in figures))


def _training(market: Market, encoder: CachedEncoder) -> tuple[Trained, list[Figure]]:
    fits: list[float] = []

    def timed(*args: Any, **kwargs: Any) -> LightFMRepresentations:
        start = time.perf_counter()
        learnt = fit_lightfm(*args, **kwargs)
        fits.append(time.perf_counter() - start)
        return learnt

    start = time.perf_counter()
    with patch.object(rerank, "fit_lightfm", timed):
        trained = train(market, None, encoder, progress=True)
    whole = time.perf_counter() - start
    # As many fits run at once as there are cores.
    side_by_side = sum(fits) / (os.cpu_count() or 1)
    return trained, [
        Figure(f"training / the {len(fits)} LightFM fits in it, side by side", whole / side_by_side, 5.0),
        Figure("peak memory of training, GB", peak_gb(), 3.0),
    ]


def _matching(trained: Trained, encoder: CachedEncoder, market: Market) -> Figure:
    with tempfile.TemporaryDirectory() as bundles:
        publish(
            Path(bundles),
            trained.contents,
            until=trained.until,
            seed=0,
            encoder=encoder.fingerprint,
            figures=trained.figures,
        )
        matcher = Matcher.load(Path(bundles))
    territory = market.deals["territory"].value_counts().index[0]
    elsewhere = set(market.deals["film_id"][market.deals["territory"] == territory])
    films = [film for film in market.films["film_id"] if film not in elsewhere][:ROUNDS]
    matcher.match_film(films[0], territory)
    vectors = np.random.default_rng(0).normal(size=(len(market.films), trained.contents.index.dimension))
    matrix = vectors.astype(np.float32)
    index = VectorIndex.build(matrix)
    ratios = [
        _seconds(lambda film=film: matcher.match_film(film, territory))  # type: ignore[misc]
        / _seconds(lambda row=row: (index.search(matrix[row : row + 1], NEIGHBOURS), matrix @ matrix[row]))  # type: ignore[misc]
        for row, film in enumerate(films)
    ]
    return Figure(
        "match_film of a stored film / FAISS search + matrix product", statistics.median(ratios), 3.0
    )


def _embedding(market: Market) -> Figure:
    from sentence_transformers import SentenceTransformer

    from recommender.space.model_files import model_folder

    texts = sorted((text for text in film_texts(market.films) if text), key=len)
    texts = texts[:: max(len(texts) // TEXTS, 1)][:TEXTS]
    plain = SentenceTransformer(str(model_folder(None)[1]), device="cpu", local_files_only=True)
    ours = SentenceTransformerEncoder()
    ours.encode(texts[:8])
    plain.encode(texts[:8], show_progress_bar=False)
    ratios = [
        _seconds(lambda: plain.encode(texts, show_progress_bar=False, normalize_embeddings=True))
        / _seconds(lambda: ours.encode(texts))
        for _ in range(3)
    ]
    return Figure(
        "embedding: speed / SentenceTransformer.encode", statistics.median(ratios), 0.9, at_least=True
    )


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
