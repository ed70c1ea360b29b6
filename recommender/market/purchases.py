"""Who bought which film: the deals that count as a purchase, and what a past window would have asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import pandas as pd

from recommender.market.columns import INDEPENDENT
from recommender.market.tables import Market

__all__ = ["buyer_deals", "earlier_deals", "passes", "past_purchases", "queries"]

PAIR: Final = ["film_id", "territory"]
TRIPLE: Final = ["film_id", "territory", "distributor_id"]

MANY_WITHOUT: Final = 50
OFTEN: Final = 0.1
"""A register that named importers in a tenth of its deals and then in none of 50 has stopped naming them: by chance
that happens once in 200 times."""


def queries(market: Market, start: date, end: date, territories: Sequence[str] = ()) -> pd.DataFrame:
    """The true buyers of every (film, territory) released in [start, end), one row each, in deal order.

    A buyer is an independent company that did not produce the film; where a film's territory names importers,
    they are the buyers. Films without a synopsis are not asked about. `territories`: only these; empty = all.

    Returns film_id, territory, distributor_id and foreign (bool: the territory is not among the film's
    countries). Pairs of film_id and territory repeat where several companies bought the film.
    """
    deals = market.deals
    window = buyer_deals(
        deals[(deals.release_date >= pd.Timestamp(start)) & (deals.release_date < pd.Timestamp(end))]
    )
    independent = market.distributors.distributor_id[market.distributors.kind == INDEPENDENT]
    described = market.films[market.films.synopsis != ""]
    asked = (
        window.distributor_id.isin(independent) & window.film_id.isin(described.film_id) & ~window.in_house
    )
    if territories:
        asked &= window.territory.isin(territories)
    found = window.loc[asked, TRIPLE].drop_duplicates(ignore_index=True)
    countries = dict(zip(described.film_id, described.countries, strict=True))
    foreign = [
        territory not in countries[film]
        for film, territory in zip(found.film_id, found.territory, strict=True)
    ]
    return found.assign(foreign=pd.Series(foreign, dtype=bool))


def passes(market: Market, start: date, end: date) -> pd.DataFrame:
    """Who passed on which film in [start, end), one row each pair, the latest pass last.

    Films without a synopsis are left out, as in `queries`. Returns film_id, territory and distributor_id.
    """
    days = market.declines["declined_on"]
    said = market.declines[days.between(pd.Timestamp(start), pd.Timestamp(end), inclusive="left")]
    described = market.films["film_id"][market.films["synopsis"] != ""]
    said = said[said["film_id"].isin(described)].merge(market.distributors[["distributor_id", "territory"]])
    said = said.sort_values(["declined_on", "film_id", "distributor_id"])
    return said[TRIPLE].drop_duplicates(keep="last", ignore_index=True)


def buyer_deals(deals: pd.DataFrame) -> pd.DataFrame:
    """`deals` without those of companies that only released what an importer had bought for the territory."""
    imported = deals.role == "importer"
    pairs = pd.MultiIndex.from_frame(deals[PAIR])
    return deals[imported | ~pairs.isin(pairs[imported])]


def past_purchases(deals: pd.DataFrame) -> pd.DataFrame:
    """Of all deals before a day, the purchases as the registers tell them by then.

    Where a territory's register named importers and has stopped, its distributors are the buyers from now on, so
    theirs are the past deals to learn from. Korea of 2013 to 2015, its importers taken out of the year before and
    the year asked about: NDCG@10 0.357 with the importers of old, 0.389 with the distributors.
    """
    stopped = [name for name, local in deals.groupby("territory") if _stopped_naming_importers(local)]
    return buyer_deals(deals[~((deals["role"] == "importer") & deals["territory"].isin(stopped))])


def _stopped_naming_importers(deals: pd.DataFrame) -> bool:
    """deals: of one territory."""
    imported = deals["role"] == "importer"
    if not imported.any():
        return False
    since = deals["release_date"] > deals["release_date"][imported].max()
    return bool(since.sum() >= MANY_WITHOUT and imported[~since].mean() >= OFTEN)


def earlier_deals(market: Market, asked: pd.DataFrame, start: date) -> pd.DataFrame:
    """Mode earlier: what was known elsewhere about each queried film when its query's release came.

    `asked` are queries of a window that begins at `start`; a query's date is the first release date among its
    true buyers. Returns the rows of `market.deals` for the same film in other territories, released before
    that date, with the extra column asked_territory naming the query they belong to.
    """
    deals = market.deals
    released = deals[deals.release_date >= pd.Timestamp(start)].merge(asked[TRIPLE], on=TRIPLE)
    dates = released.groupby(PAIR, as_index=False).release_date.min()
    dates = dates.rename(columns={"territory": "asked_territory", "release_date": "asked_on"})
    known = deals.merge(dates, on="film_id")
    earlier = (known.territory != known.asked_territory) & (known.release_date < known.asked_on)
    return known[earlier].drop(columns="asked_on").reset_index(drop=True)
