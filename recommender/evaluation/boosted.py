"""LambdaMART in the place of our last stage: it learns from the same past years and sees the same signals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.evaluation.baselines.lambdamart import PairTable, lambdamart
from recommender.evaluation.runs import to_run
from recommender.market.tables import Market
from recommender.matching.train import Fitted
from recommender.ranking.choice import Choices
from recommender.ranking.rerank import standardised
from recommender.ranking.rolling import asked_in, offers

__all__ = ["boosted_run"]


def boosted_run(
    fitted: Fitted, market: Market, start: date, end: date, territories: Sequence[str]
) -> pd.DataFrame:
    """The run of LambdaMART, trained on the cold choices of `fitted.windows`, for the queries of [start, end).

    Each signal is given raw and standardised within the query, as the last stage has it: trees cannot compare
    candidates by themselves. A query whose buyer is not in the pool teaches nothing and is left out.
    """
    blocks, tables = [], []
    for offer in offers(market, start, end, territories):
        catalogue = fitted.model.state.taste(offer.territory).catalogue
        if len(catalogue):
            blocks.append(asked_in(fitted.model.state, fitted.films, offer)[0])
            tables.append(_pairs(market, offer.territory, offer.films, catalogue.distributors))
    past = [choices.answered() for window in fitted.windows for choices in window.cold]
    scores = lambdamart(_pair_table(past), _pair_table(blocks))
    return to_run(pd.concat(tables, ignore_index=True).assign(score=scores))


def _pair_table(blocks: Sequence[Choices]) -> PairTable:
    rows = sum(block.taken.size for block in blocks)
    signals = blocks[0].signals.shape[-1]
    features = np.empty((rows, 2 * signals), dtype=np.float32)
    sizes: list[int] = []
    filled = 0
    for block in blocks:
        part = slice(filled, filled + block.taken.size)
        features[part, :signals] = block.signals.reshape(-1, signals)
        features[part, signals:] = standardised(block.signals).reshape(-1, signals)
        sizes += [block.taken.shape[1]] * len(block.taken)
        filled = part.stop
    names = tuple(f"{kind} {number}" for kind in ("raw", "standardised") for number in range(signals))
    query = np.repeat(np.arange(len(sizes)), sizes)
    label = np.concatenate([block.taken.ravel() for block in blocks]).astype(np.float32)
    return PairTable(features, names, query, label)


def _pairs(
    market: Market, territory: str, films: NDArray[np.int64], distributors: NDArray[np.int32]
) -> pd.DataFrame:
    film_ids = market.films["film_id"].to_numpy()[films]
    distributor_ids = market.distributors["distributor_id"].to_numpy()[distributors]
    return pd.DataFrame(
        {
            "film_id": np.repeat(film_ids, len(distributor_ids)),
            "territory": territory,
            "distributor_id": np.tile(distributor_ids, len(film_ids)),
        }
    )
