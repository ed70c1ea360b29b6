"""Why a film is worth talking about, to each side in its own words.

The seller reads what speaks for the buyer; the buyer reads which of its own releases the film is like.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.market.domain import Match, Reason
from recommender.matching.answers import Matches
from recommender.meetings.domain import Event, Meeting
from recommender.meetings.value import Background, Profile

__all__ = ["Matching", "Shared", "TalkingPoint", "meeting_talks", "talking_points"]

REASONS: Final = 2
TITLES: Final = 2

_SHARED: Final = {
    "likeness": "close to",
    "genres": "the genres of",
    "countries": "the countries of",
    "languages": "the languages of",
    "people": "director or cast of",
    "companies": "a production company of",
    "sales agent": "the sales agent of",
}
"""Group of a reason -> what the film has in common with the buyer's own releases."""


class Matching(Protocol):
    """Whatever ranks the distributors of a territory with reasons; a Matcher does."""

    def probabilities(
        self, film_ids: Sequence[str], territory: str
    ) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """The distributors that may be asked in a territory, and float64 (films, n)."""

    def match_film(
        self, film: str, territory: str, k: int = 10, no_go: frozenset[str] = frozenset()
    ) -> Matches:
        """The k likeliest of them for a film, without those of `no_go`."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What a film has in common with releases of the buyer's own. group: of the reason. releases: title and year."""

    group: str
    releases: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        return f"{_SHARED[self.group]} your " + " and ".join(
            f"{title} ({year})" for title, year in self.releases
        )


@dataclass(frozen=True, slots=True)
class TalkingPoint:
    """A film for a buyer, with what speaks for it, the strongest first. probability: 0..1.

    reasons: for the seller. shared: for the buyer, what the film has in common with which of its own releases.
    did_better: than this share of the territory's year did the buyer's releases like it (median), None unknown.
    """

    film_id: str
    title: str
    distributor_id: str
    name: str
    probability: float
    reasons: tuple[Reason, ...]
    shared: tuple[Shared, ...]
    did_better: float | None

    @property
    def for_seller(self) -> tuple[str, ...]:
        """In English, as the seller would say it."""
        said = [reason.text for reason in self.reasons]
        if self.did_better is not None:
            said.append(f"its releases like this film {self._did()}")
        return (f"{self.name}: {said[0]}", *said[1:]) if said else ()

    @property
    def for_buyer(self) -> tuple[str, ...]:
        """In English, as the buyer would say it."""
        own = tuple(str(one) for one in self.shared)
        return own if self.did_better is None else (*own, f"your releases like this film {self._did()}")

    def _did(self) -> str:
        return f"did better than {self.did_better:.0%} of the territory's year".replace("%", " %")


def talking_points(
    matching: Matching, wanted: Iterable[tuple[str, Profile]]
) -> dict[tuple[str, str], TalkingPoint]:
    """(film_id, distributor_id) -> what to say, for the wanted films and companies.

    Films sold in a territory and companies that are not ranked there are left out. Each film is asked about
    once for a territory.
    """
    asked: dict[tuple[str, str], set[str]] = {}
    for film_id, profile in wanted:
        asked.setdefault((film_id, profile.territory), set()).add(profile.distributor_id)
    points: dict[tuple[str, str], TalkingPoint] = {}
    pools: dict[str, frozenset[str]] = {}
    for (film_id, territory), companies in asked.items():
        if territory not in pools:
            pools[territory] = frozenset(matching.probabilities([film_id], territory)[0])
        others = pools[territory] - companies
        for match in matching.match_film(film_id, territory, k=len(companies), no_go=others).matches:
            points[film_id, match.distributor_id] = _point(match)
    return points


def meeting_talks(
    matching: Matching, event: Event, background: Background, meetings: Iterable[Meeting]
) -> Iterator[tuple[Meeting, TalkingPoint]]:
    """The talking points of the films of each meeting, in their order."""
    companies = {person.participant_id: person.company_id for person in event.participants}
    wanted = [
        (meeting, film, profile)
        for meeting in meetings
        for film in meeting.films
        for profile in background.profiles.get(companies[meeting.buyer_id], ())
        if film in background.films
    ]
    points = talking_points(matching, [(film, profile) for _, film, profile in wanted])
    for meeting, film, profile in wanted:
        if (film, profile.distributor_id) in points:
            yield meeting, points[film, profile.distributor_id]


def _point(match: Match) -> TalkingPoint:
    speaking = [reason for reason in match.reasons if reason.log_odds > 0]
    speaking.sort(key=lambda reason: -reason.log_odds)
    shared = [one for reason in speaking if (one := _shared(reason))]
    return TalkingPoint(
        match.film_id,
        match.title,
        match.distributor_id,
        match.name,
        match.probability,
        tuple(speaking[:REASONS]),
        tuple(shared[:REASONS]),
        match.outlook.median_percentile,
    )


def _shared(reason: Reason) -> Shared | None:
    """What a reason says of the buyer's own releases; None where it names none."""
    past = tuple((one.title, one.year or one.release_date.year) for one in reason.comparables[:TITLES])
    return Shared(reason.group, past) if past and reason.group in _SHARED else None
