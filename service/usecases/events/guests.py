"""Buyers without a profile on this service, valued by what they say: their territories and their brief.

Each counts as a distributor with that brief and no deals in each of its territories. The chances of all others stay
what they are: a guest's own are measured against theirs, as if it were the only one that came on top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import QueryError
from recommender.market.columns import INDEPENDENT
from recommender.market.domain import Distributor
from recommender.matching.matcher import Matcher
from recommender.meetings.value import Chances
from service.domain.events import Participant

__all__ = ["Guests", "guests_of"]


def guests_of(participants: Sequence[Participant]) -> dict[str, tuple[Distributor, ...]]:
    """participant_id -> what a buyer would be in each of its territories; who names none is not known."""
    return {
        one.participant_id: tuple(
            Distributor(
                f"guest {one.participant_id} {territory}", one.name, territory, INDEPENDENT, (), one.brief
            )
            for territory in one.territories
        )
        for one in participants
        if one.side == "buyer" and one.territories
    }


@dataclass(frozen=True, eq=False, slots=True)
class Guests:
    """A matcher's chances with those of guests beside them."""

    matcher: Matcher
    extended: Matcher
    ids: frozenset[str]

    @classmethod
    def beside(cls, matcher: Matcher, guests: Mapping[str, Sequence[Distributor]]) -> Chances:
        """The matcher itself where there are no guests. Raises BundleError for an encoder not the bundle's."""
        described = [one for each in guests.values() for one in each]
        if not described:
            return matcher
        ids = frozenset(one.distributor_id for one in described)
        return cls(matcher, matcher.with_profile(*described), ids)

    def probabilities(
        self, film_ids: Sequence[str], territory: str
    ) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """As Matcher.probabilities; nobody where no distributor is known, of whom guests could be one more."""
        try:
            known, found = self.matcher.probabilities(film_ids, territory)
        except QueryError:
            return (), np.zeros((len(film_ids), 0))
        everybody, together = self.extended.probabilities(film_ids, territory)
        is_guest = np.array([key in self.ids for key in everybody], dtype=np.bool_)
        beside = together[:, ~is_guest].sum(axis=1)
        alone = np.divide(found.sum(axis=1), beside, out=np.ones(len(film_ids)), where=beside > 0)
        theirs = np.minimum(together[:, is_guest] * alone[:, np.newaxis], 1.0)
        names = tuple(key for key in everybody if key in self.ids)
        return (*known, *names), np.hstack([found, theirs])
