from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

import numpy as np
import pytest

from recommender.market import Market
from recommender.market.eligibility import DistributorFacts
from recommender.matching.train import Fitted
from recommender.ranking.catalogue import Catalogue, Releases
from recommender.ranking.state import DayState, FilmSpace
from recommender.space.text import brief_texts, film_texts
from recommender.space.vectors import FilmVectors
from tests.hash_encoder import HashEncoder
from tests.tastes import fitted_tastes

DayOf: TypeAlias = Callable[[Market, date], DayState]
CatalogueOf: TypeAlias = Callable[[Market, date, str], Catalogue]


@pytest.fixture(scope="session")
def fitted() -> Fitted:
    """Fitted on the tasteful market's deals before 2018; read only."""
    return fitted_tastes()


@pytest.fixture(scope="session")
def day_of() -> DayOf:
    """The state of a market on a day, with one LightFM model a territory."""

    def build(market: Market, moment: date) -> DayState:
        encoder = HashEncoder()
        synopses = encoder.encode(film_texts(market.films))
        space = FilmSpace.learn(market, synopses, moment, seed=0)
        films = space.asked(
            FilmVectors.of(market.films, synopses, space.metadata), np.arange(len(market.films))
        )
        briefs = encoder.encode(brief_texts(market.distributors))
        return DayState.of(market, moment, space, films, briefs, seeds=(0,))

    return build


@pytest.fixture(scope="session")
def catalogue_of() -> CatalogueOf:
    """A territory's catalogue on a day; no distributor's brief has a vector."""

    def build(market: Market, moment: date, territory: str) -> Catalogue:
        facts = DistributorFacts.from_market(market.before(moment))
        briefs = np.zeros((len(market.distributors), 4), dtype=np.float32)
        return Catalogue.of(facts, Releases.before(market, moment), territory, moment, briefs)

    return build
