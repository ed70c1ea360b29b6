"""Answers to render, as the matcher gives them."""

from __future__ import annotations

from datetime import date

from recommender.market.domain import Comparable, Match, Outlook, Reason

WINTER = Comparable("f02", "Winter Tenants", 2010, "fr-lumen", "FR", date(2011, 1, 12), 0.71, 0.82)
OATH = Comparable("f03", "The Beekeeper's Oath", None, "fr-lumen", "FR", date(2012, 9, 19), 0.64, None)

REASONS = (
    Reason("activity", "has had few releases of late", -0.2),
    Reason("genre", "has released 3 French dramas since 2009, two in its top quarter", 1.1, (WINTER, OATH)),
    Reason("people", "worked with this director before", 0.9, (WINTER,)),
)

OUTLOOK = Outlook(3, 0.71, 2 / 3)


def match(
    *,
    rank: int = 1,
    probability: float = 0.31,
    name: str = "Lumen Films",
    distributor_id: str = "fr-lumen",
    title: str = "Letters from the Tide",
    film_id: str = "f12",
    reasons: tuple[Reason, ...] = REASONS,
    comparables: tuple[Comparable, ...] = (WINTER, OATH),
    outlook: Outlook = OUTLOOK,
) -> Match:
    """A match of f12 for fr-lumen, with what a test changes."""
    return Match(
        film_id=film_id,
        title=title,
        distributor_id=distributor_id,
        name=name,
        territory="FR",
        rank=rank,
        probability=probability,
        log_odds=-0.8,
        score=1.5,
        base_log_odds=-2.6,
        reasons=reasons,
        comparables=comparables,
        outlook=outlook,
    )
