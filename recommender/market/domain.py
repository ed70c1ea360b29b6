"""The words of the market as frozen dataclasses: what goes into a match and what comes out.

Unknown text is "", an unknown number is None, an unknown list is (). Tables of many films, distributors
and deals are frames (see tables.py); these classes are for one at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

__all__ = ["Comparable", "Deal", "Distributor", "Film", "Match", "Outlook", "Reason"]


@dataclass(frozen=True, slots=True)
class Film:
    """A film: a title, a synopsis, and whatever else is known.

    countries are ISO 3166-1 alpha-2, languages and synopsis_language ISO 639-1.
    """

    film_id: str
    title: str
    synopsis: str
    original_title: str = ""
    year: int | None = None
    synopsis_language: str = ""
    genres: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    directors: tuple[str, ...] = ()
    cast: tuple[str, ...] = ()
    production_companies: tuple[str, ...] = ()
    sales_agent: str = ""


@dataclass(frozen=True, slots=True)
class Distributor:
    """A company that releases films in one territory. brief: what it says it looks for."""

    distributor_id: str
    name: str
    territory: str
    kind: str
    aliases: tuple[str, ...] = ()
    brief: str = ""


@dataclass(frozen=True, slots=True)
class Deal:
    """A distributor brought a film to a territory on release_date, and how that went.

    gross is in `currency`; screens is the widest number the source counts. in_house: the distributor
    also produced the film. private: known to its two parties only; nothing that is shown may tell of it.
    """

    deal_id: str
    film_id: str
    distributor_id: str
    territory: str
    release_date: date
    sales_agent: str = ""
    role: str = "distributor"
    admissions: float | None = None
    gross: float | None = None
    currency: str = ""
    screens: float | None = None
    in_house: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Comparable:
    """A past release like the film asked about.

    similarity: cosine, -1..1. outcome_percentile: 0..1 among the releases of its territory and year,
    None where no outcome is known.
    """

    film_id: str
    title: str
    year: int | None
    distributor_id: str
    territory: str
    release_date: date
    similarity: float
    outcome_percentile: float | None


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a match's log-odds in words of the trade; below zero it speaks against the match.

    kind and facts: what text says in English, to be worded otherwise; see recommender/ranking/wording.py.
    """

    group: str
    text: str
    log_odds: float
    comparables: tuple[Comparable, ...] = ()
    kind: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Denied:
    """Why something is not offered to somebody. text: in English; kind and facts: the same, as JSON, as of a Reason."""

    kind: str
    text: str
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Outlook:
    """How comparable releases by the same distributor did against their territory's median.

    median_percentile and share_above_median are 0..1, None where no outcome is known.
    """

    releases: int
    median_percentile: float | None
    share_above_median: float | None


@dataclass(frozen=True, slots=True)
class Match:
    """A distributor ranked for a film.

    title: the film's. name: the distributor's. rank: 1 is best. probability: calibrated, 0..1.
    score: order only, of the first stage.
    Law: base_log_odds + sum(reason.log_odds for reason in reasons) == log_odds, and
    probability == 1 / (1 + exp(-log_odds)).
    """

    film_id: str
    title: str
    distributor_id: str
    name: str
    territory: str
    rank: int
    probability: float
    log_odds: float
    score: float
    base_log_odds: float
    reasons: tuple[Reason, ...]
    comparables: tuple[Comparable, ...]
    outlook: Outlook
