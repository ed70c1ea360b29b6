"""What a Matcher answers with, beside the Match itself."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.market.domain import Comparable, Match

__all__ = ["Matches", "SimilarFilm"]


@dataclass(frozen=True, slots=True)
class Matches:
    """The best of `eligible` distributors. sold: "", or who has the film there already; then nobody is asked."""

    matches: tuple[Match, ...]
    eligible: int
    sold: str = ""


@dataclass(frozen=True, slots=True)
class SimilarFilm:
    """A film near another, with its known deals, latest first. similarity: cosine in the joint space."""

    film_id: str
    title: str
    year: int | None
    similarity: float
    deals: tuple[Comparable, ...]
