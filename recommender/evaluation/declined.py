"""How high those stood who passed on a film, beside those who took one."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.evaluation.runs import QUERY

__all__ = ["standings"]


def standings(run: pd.DataFrame, pairs: pd.DataFrame) -> NDArray[np.float64]:
    """How high each of `pairs` stands among the candidates of its film and territory; those not ranked are left out.

    run: as in runs.RUN_COLUMNS. pairs: film_id, territory, distributor_id. Returns the share of the pool below each,
    counting half of itself: 0.5 is chance, and near 1 the first of a large pool.
    """
    size = run.groupby(QUERY)["rank"].transform("size")
    height = run.assign(height=(size - run["rank"] + 0.5) / size)
    found = height.merge(pairs[[*QUERY, "distributor_id"]].drop_duplicates(), on=[*QUERY, "distributor_id"])
    return np.asarray(found["height"], dtype=np.float64)
