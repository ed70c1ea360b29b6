"""Who passed on what, as the last stage learns from it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from recommender.market.purchases import passes
from recommender.market.tables import Market
from recommender.ranking.choice import WORTH, Choices, Declines
from recommender.ranking.state import Asked, DayState

__all__ = ["counted", "declined_in"]


def declined_in(
    history: Market, state: DayState, films: Asked, asked: Choices, start: date, end: date
) -> Declines | None:
    """What the pool of a territory passed on in [start, end), see `counted`; None for nothing.

    state: the day `start`. films: all of the market's. asked: the window's queries in the territory.
    """
    said = counted(history, state, asked, start, end)
    if said.empty:
        return None
    rows, film = np.unique(said["film"].to_numpy(), return_inverse=True)
    signals = state.signals(films.take(rows), asked.territory)
    return Declines(asked.territory, signals.values, film, said["place"].to_numpy())


def counted(history: Market, state: DayState, asked: Choices, start: date, end: date) -> pd.DataFrame:
    """The passes that count. film: row of the market's films; place: of who passed, in the pool; int64, by both.

    A pass counts on a film that nobody of the pool had taken by `end`: where somebody did, that says already that
    nobody else would. Of each distributor's passes the latest count, as many as weigh no more than the purchases of
    an average one: so all together weigh no more than the purchases, and a flood of one company no more than any other
    company.
    """
    pool = state.taste(asked.territory).catalogue.distributors
    place = np.full(len(history.distributors), -1)
    place[pool] = np.arange(len(pool))

    def places(frame: pd.DataFrame) -> pd.DataFrame:
        film = history.film_ids.rows(frame["film_id"]).astype(np.int64)
        who = place[history.distributor_ids.rows(frame["distributor_id"])]
        return pd.DataFrame({"film": film, "place": who})[who >= 0]

    deals = history.deals
    gone = deals[(deals["territory"] == asked.territory) & (deals["release_date"] < pd.Timestamp(end))]
    said = places(passes(history, start, end))
    said = said[~said["film"].isin(places(gone)["film"])]
    most = int(asked.taken.any(axis=1).sum() / (WORTH * len(pool)))
    return said.groupby("place").tail(most).sort_values(["film", "place"], ignore_index=True)
