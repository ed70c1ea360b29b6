"""An invented market whose distributors have clear tastes, and a text encoder that counts words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.market import Market, market_from_frames
from recommender.matching.train import Fitted, fit

UNTIL = date(2018, 1, 1)
TERRITORIES = ("FR", "KR", "US")
WORDS = {
    "Drama": "grief letters widow silence winter farm",
    "Comedy": "wedding cake pranks cousins holiday bet",
    "Horror": "cellar ritual scream fog candle grave",
    "Western": "sheriff prairie horses duel saloon dust",
    "Musical": "stage songs orchestra dancers opening encore",
    "Crime": "heist detective alibi bribe warehouse informer",
    "War": "trench soldiers retreat bunker armistice medic",
    "Family": "puppy treehouse kite grandmother picnic magic",
}
"""Genre -> what its synopses talk about. In every territory one distributor takes nearly all of a genre."""


class WordEncoder:
    """A TextEncoder: every word is one of 48 directions, so that texts that share words are alike."""

    dimension = 48
    fingerprint = "words@1"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in text.lower().split():
                vector[crc32(word.encode()) % self.dimension] += 1.0
            vector /= np.linalg.norm(vector) or 1.0
        return vectors


def taste_of(distributor_id: str) -> str:
    """The genre that a distributor of the market takes: "fr-horror" -> "Horror"."""
    return distributor_id.split("-")[1].title()


def frames() -> dict[str, pd.DataFrame]:
    """The tables as rows of text.

    2 films of each genre in each year from 2010 to 2018 and one of each for 2019 without a deal; deals in all
    three territories, every seventh with the distributor of the next genre. Besides: fr-novice has a brief about
    westerns and no deal, kr-late has no deal before 2018, us-giant is a major and us-asleep last released in
    2010.
    """
    films = [_film(year, genre, number) for year in range(2010, 2020) for genre in WORDS for number in (0, 1)]
    films = [film for film in films if film["year"] != "2019" or film["film_id"].endswith("-0")]
    return {
        "films": pd.DataFrame(films),
        "distributors": pd.DataFrame(list(_distributors())),
        "deals": pd.DataFrame(list(_deals(films))),
    }


def tasteful_market(**changed: pd.DataFrame) -> Market:
    """The market of `frames`, with some tables changed."""
    return market_from_frames(**(frames() | changed))


@cache
def fitted_tastes() -> Fitted:
    """Fitted on the market's deals before UNTIL, once for all tests of a run: change nothing in it."""
    return fit(tasteful_market(), UNTIL, WordEncoder())


@cache
def fitted_with_passes() -> Fitted:
    """As `fitted_tastes`, of a market whose distributors passed each year on the later films of every genre.

    Besides they pass on everything on and after UNTIL. Change nothing in it.
    """
    tables = frames()
    local = tables["distributors"]["distributor_id"]
    films = tables["films"].query("year >= '2018'")["film_id"]
    days = [f"{year}-05-01" for year in range(2013, 2018)]
    rows = [(film, who, day) for film in films for who in local for day in days]
    rows += [(film, who, UNTIL.isoformat()) for film in tables["films"]["film_id"] for who in local]
    declines = pd.DataFrame(rows, columns=["film_id", "distributor_id", "declined_on"])
    return fit(tasteful_market(declines=declines), UNTIL, WordEncoder())


def _film(year: int, genre: str, number: int) -> dict[str, str]:
    film_id = f"{genre.lower()}-{year}-{number}"
    generator = np.random.default_rng(crc32(film_id.encode()))
    words = generator.choice(WORDS[genre].split(), 4, replace=False)
    anything = generator.choice(" ".join(WORDS.values()).split(), 2, replace=False)
    return {
        "film_id": film_id,
        "title": film_id.title(),
        "year": str(year),
        "genres": genre,
        "countries": ("FR", "US", "IT")[generator.integers(3)],
        "directors": f"{genre} Hand {number}",
        "cast": f"Star {generator.integers(30)}",
        "synopsis": " ".join([*words, *anything]),
    }


def _distributors() -> Iterator[dict[str, str]]:
    for territory in TERRITORIES:
        for genre in WORDS:
            yield _distributor(f"{territory.lower()}-{genre.lower()}")
    yield _distributor("fr-novice", brief=WORDS["Western"])
    yield _distributor("kr-late")
    yield _distributor("us-giant", kind="major")
    yield _distributor("us-asleep")


def _distributor(distributor_id: str, kind: str = "independent", brief: str = "") -> dict[str, str]:
    territory = distributor_id[:2].upper()
    return {
        "distributor_id": distributor_id,
        "name": distributor_id.title(),
        "territory": territory,
        "kind": kind,
        "brief": brief,
    }


def _deals(films: Sequence[dict[str, str]]) -> Iterator[dict[str, str]]:
    genres = list(WORDS)
    for place, film in enumerate(film for film in films if film["year"] != "2019"):
        for territory, month in zip(TERRITORIES, ("02", "11", "06"), strict=True):
            day = f"{film['year']}-{month}-{place % 28 + 1:02}"
            taste = genres.index(film["genres"]) + (place % 7 == 3)
            yield deal(film["film_id"], f"{territory.lower()}-{genres[taste % len(genres)].lower()}", day)
    yield deal("horror-2010-0", "us-asleep", "2010-06-30")
    yield deal("drama-2015-0", "us-giant", "2015-06-30")
    yield deal("war-2017-0", "kr-late", "2018-01-01")


def deal(film_id: str, distributor_id: str, day: str, **change: Any) -> dict[str, str]:
    """A row of the deals table, with an outcome that follows from its id."""
    deal_id = f"{film_id}/{distributor_id}"
    people = 1000 + crc32(deal_id.encode()) % 100_000
    row = {
        "deal_id": deal_id,
        "film_id": film_id,
        "distributor_id": distributor_id,
        "territory": distributor_id[:2].upper(),
        "release_date": day,
        "admissions": str(people) if distributor_id.startswith("fr") else "",
        "gross": str(people * 7) if distributor_id.startswith("us") else "",
        "screens": str(10 + people % 300),
    }
    return row | {name: str(value) for name, value in change.items()}
