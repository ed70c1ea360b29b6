"""What a Matcher answers with, beside the Match itself."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.market.domain import Comparable, Denied, Match

__all__ = ["Excluded", "Matches", "SimilarFilm"]


@dataclass(frozen=True, slots=True)
class Excluded:
    """A distributor that was not to be asked, and why."""

    distributor_id: str
    name: str
    reason: Denied


@dataclass(frozen=True, slots=True)
class Matches:
    """The best of `eligible` distributors.

    sold: why nobody there is asked, None where somebody is: the film was sold. excluded: those who would have been
    among the first k, had they been allowed; likeliest first.
    """

    matches: tuple[Match, ...]
    eligible: int
    sold: Denied | None = None
    excluded: tuple[Excluded, ...] = ()


@dataclass(frozen=True, slots=True)
class SimilarFilm:
    """A film near another, with its public deals, latest first. similarity: cosine in the joint space."""

    film_id: str
    title: str
    year: int | None
    similarity: float
    deals: tuple[Comparable, ...]
