from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from recommender.market.domain import Comparable, Denied, Match, Outlook, Reason
from recommender.matching.answers import Matches
from recommender.meetings.talk import talking_points
from recommender.meetings.value import Profile

TENANTS = Comparable("f02", "Winter Tenants", 2010, "fr-lumen", "FR", date(2011, 1, 12), 0.7, 0.8)
OATH = Comparable("f03", "The Oath", None, "fr-lumen", "FR", date(2012, 9, 19), 0.6, None)
REASONS = (
    Reason("genres", "Drama 3 (60 %)", 0.4, (TENANTS, OATH)),
    Reason("activity", "2 releases in the last two years", 0.9),
    Reason("people", "past releases: 2 with Ines Vidal", 1.1, (TENANTS,)),
    Reason("size", "its releases are small", -2.0, (TENANTS,)),
)


UNKNOWN = Outlook(0, None, None)


class Territory:
    """FR with three distributors; remembers what it was asked."""

    def __init__(self, outlook: Outlook = UNKNOWN) -> None:
        self.asked: list[tuple[str, int, frozenset[str]]] = []
        self._outlook = outlook

    def probabilities(
        self, film_ids: Sequence[str], territory: str
    ) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        return ("fr-lumen", "fr-comet", "fr-titan"), np.full((len(film_ids), 3), 0.2)

    def match_film(
        self, film: str, territory: str, k: int = 10, no_go: frozenset[str] = frozenset()
    ) -> Matches:
        self.asked.append((film, k, no_go))
        if film == "sold":
            return Matches((), 0, Denied("film_sold", "sold"))
        left = [name for name in ("fr-lumen", "fr-comet", "fr-titan") if name not in no_go]
        matches = tuple(
            Match(
                film,
                "Tide",
                name,
                name.title(),
                territory,
                1,
                0.2,
                -1.4,
                1.0,
                -1.8,
                REASONS,
                (),
                self._outlook,
            )
            for name in left[:k]
        )
        return Matches(matches, len(left))


LUMEN, COMET = Profile("fr-lumen", "FR"), Profile("fr-comet", "FR")


def test_each_side_reads_its_own_words_the_strongest_first() -> None:
    point = talking_points(Territory(), [("f12", LUMEN)])["f12", "fr-lumen"]
    assert (point.title, point.probability) == ("Tide", 0.2)
    assert point.for_seller == (
        "Fr-Lumen: past releases: 2 with Ines Vidal",
        "2 releases in the last two years",
    )
    assert point.for_buyer == (
        "director or cast of your Winter Tenants (2010)",
        "the genres of your Winter Tenants (2010) and The Oath (2012)",
    )


def test_an_outlook_is_told_to_both() -> None:
    point = talking_points(Territory(Outlook(3, 0.71, 0.6)), [("f12", LUMEN)])["f12", "fr-lumen"]
    assert point.for_seller[-1] == "its releases like this film did better than 71 % of the territory's year"
    assert point.for_buyer[-1] == "your releases like this film did better than 71 % of the territory's year"


def test_a_film_is_asked_about_once_in_a_territory_and_only_for_those_wanted() -> None:
    territory = Territory()
    points = talking_points(territory, [("f12", LUMEN), ("f12", COMET), ("f12", LUMEN)])
    assert set(points) == {("f12", "fr-lumen"), ("f12", "fr-comet")}
    assert territory.asked == [("f12", 2, frozenset({"fr-titan"}))]


def test_a_sold_film_and_a_company_that_is_not_ranked_are_left_out() -> None:
    wanted = [("sold", LUMEN), ("f12", Profile("fr-nobody", "FR"))]
    assert talking_points(Territory(), wanted) == {}
