"""The tasteful market as a bundle, changes to it, and everything a matcher can be asked about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from recommender.market.domain import Film
from recommender.matching import Bundle, BundleContents, Manifest
from recommender.matching.bundle import FORMAT
from recommender.matching.changes import Changes
from recommender.matching.matcher import Matcher
from recommender.matching.packing import pack
from tests.tastes import TERRITORIES, UNTIL, WordEncoder, deal, fitted_tastes, frames

FILMS = ("drama-2019-0", "western-2018-1", "horror-2019-0", "musical-2019-0")
LISTS = ("genres", "countries", "directors", "cast")


def packed_tastes() -> BundleContents:
    fitted = fitted_tastes()
    return pack(fitted.market, fitted.model, fitted.films)


def matcher_of(contents: BundleContents) -> Matcher:
    manifest = Manifest("20180101-0123456789", FORMAT, "", UNTIL, 0, WordEncoder.fingerprint, {}, {}, {})
    return Matcher(Bundle(manifest, contents), WordEncoder)


def film_row(film_id: str, synopsis: str, **values: str) -> dict[str, str]:
    return {"film_id": film_id, "title": film_id.title(), "synopsis": synopsis, "year": "2019", **values}


MIXED = film_row("mixed", "grief duel scream cake", countries="FR")
"""A film that nobody is sure to take."""


def stored_film(stored: str, **values: str) -> dict[str, str]:
    """A film of the market with other values."""
    films = frames()["films"]
    row: dict[str, str] = films[films["film_id"] == stored].iloc[0].to_dict()
    return {**row, **values}


def distributor_row(distributor_id: str, brief: str = "", **values: str) -> dict[str, str]:
    territory = distributor_id[:2].upper()
    row = {"distributor_id": distributor_id, "name": distributor_id.title(), "territory": territory}
    return {**row, "kind": "independent", "brief": brief, **values}


def changes(
    films: list[dict[str, str]] | None = None,
    distributors: list[dict[str, str]] | None = None,
    deals: list[dict[str, str]] | None = None,
    **removed: Any,
) -> Changes:
    """Changes from rows of text, with the vectors of the market's encoder."""
    encode = WordEncoder().encode
    return Changes.of(
        films=pd.DataFrame(films) if films else None,
        synopses=encode([row["synopsis"] for row in films]) if films else None,
        distributors=pd.DataFrame(distributors) if distributors else None,
        briefs=encode([row["brief"] for row in distributors]) if distributors else None,
        deals=pd.DataFrame(deals) if deals else None,
        **removed,
    )


def signed(film_id: str, distributor_id: str, day: str = "2019-05-01", **values: Any) -> dict[str, str]:
    """A deal of which nothing but its date is known."""
    return deal(film_id, distributor_id, day, **{"admissions": "", "gross": "", "screens": "", **values})


def film_of(row: dict[str, str]) -> Film:
    """A row of text as a film to be described."""
    lists = {name: tuple(row[name].split("|")) for name in LISTS if row.get(name)}
    year = int(row["year"]) if row["year"] else None
    film = Film(row["film_id"], row["title"], row["synopsis"], year=year)
    return replace(film, **lists)  # type: ignore[arg-type]


def answers(matcher: Matcher) -> dict[str, object]:
    """What a matcher says of some films, of all changed ones and to some distributors, to the last bit."""
    changed = matcher.changes
    films = [film for film in FILMS if film not in changed.films.removed | {*changed.films.ids}]
    films += changed.films.ids
    told: dict[str, object] = {}
    for territory in TERRITORIES:
        told[f"described in {territory}"] = matcher.match_film(film_of(MIXED), territory, k=100)
        told |= {f"{film} in {territory}": matcher.match_film(film, territory, k=100) for film in films}
        told[f"all in {territory}"] = matcher.match_films(films, territory, k=2)
        ids, chances = matcher.probabilities(films, territory)
        told[f"chances in {territory}"] = (ids, chances.tolist())
    for company in {"fr-western", "fr-novice", "us-drama"} - changed.distributors.removed:
        told[company] = matcher.suggest_films(company, k=30, since=date(2017, 1, 1))
    return told | {f"like {film}": matcher.similar_films(film, k=20) for film in films}


def by_company(matcher: Matcher, film: Film | str, territory: str) -> dict[str, float]:
    found = matcher.match_film(film, territory, k=1000).matches
    return {match.distributor_id: match.probability for match in found}


def chances_of(matcher: Matcher, films: tuple[str, ...], territory: str) -> np.ndarray:
    return matcher.probabilities(films, territory)[1]
