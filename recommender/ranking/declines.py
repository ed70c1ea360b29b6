"""Who passed on what, as the last stage learns from it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.market.tables import Market
from recommender.ranking.choice import WORTH, Choices, Declines
from recommender.ranking.state import Asked, DayState

__all__ = ["declined_in"]


def declined_in(
    history: Market, state: DayState, films: Asked, asked: Choices, start: date, end: date
) -> Declines | None:
    """The passes of a territory's pool in [start, end); None where none teaches anything.

    asked: the window's queries there. A pass counts on a film with a synopsis that nobody of the pool had taken by
    `end`: where somebody did, that says already that nobody else would. The same pass twice counts once. Of each
    distributor's passes the latest count, as many as weigh no more than the purchases of an average one: so all
    together weigh no more than the purchases, and a flood of one company no more than any other company.
    """
    pool = state.taste(asked.territory).catalogue.distributors
    said = _passes(history, pool, asked.territory, start, end)
    most = int(asked.taken.any(axis=1).sum() / (WORTH * len(pool)))
    said = said.groupby("place", sort=False).tail(most).sort_values(["film", "place"])
    if said.empty:
        return None
    rows, film = np.unique(said["film"].to_numpy(), return_inverse=True)
    signals = state.signals(films.take(rows), asked.territory)
    return Declines(asked.territory, signals.values, film, said["place"].to_numpy())


def _passes(history: Market, pool: NDArray[np.int32], territory: str, start: date, end: date) -> pd.DataFrame:
    """film: row of the market's films, place: in the pool; int64 each, the earliest pass first."""
    declines, deals = history.declines, history.deals
    declines = declines[declines["declined_on"].between(pd.Timestamp(start), pd.Timestamp(end), "left")]
    place = np.full(len(history.distributors), -1)
    place[pool] = np.arange(len(pool))
    said = pd.DataFrame(
        {
            "film": history.film_ids.rows(declines["film_id"]).astype(np.int64),
            "place": place[history.distributor_ids.rows(declines["distributor_id"])],
            "day": declines["declined_on"].to_numpy(),
        }
    )
    gone = deals[(deals["territory"] == territory) & (deals["release_date"] < pd.Timestamp(end))]
    buyer = place[history.distributor_ids.rows(gone["distributor_id"])]
    taken = history.film_ids.rows(gone["film_id"])[buyer >= 0]
    described = (history.films["synopsis"] != "").to_numpy()[said["film"]]
    counted = said[(said["place"] >= 0) & described & ~said["film"].isin(taken)]
    return counted.sort_values(["day", "film", "place"]).drop_duplicates(["film", "place"], keep="last")
