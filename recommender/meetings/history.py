"""What past meetings and dealings change in the value of a meeting.

    own value = (share of an average partner + wish) * past * reliability of the partner

past is the product of the factors below, each kind once for a pair. They are conventions, not fitted: no market
publishes what became of its meetings. A pair that knows each other gains less from an introduction; competitors
gain nothing; who was interested last time gains more. reliability = (kept + 2) / (kept + missed + 2), where missed
are the meetings to which somebody did not come and kept those to which he did: Laplace's rule of succession with
two meetings kept in advance, so that a newcomer has 1 and one no-show does not end it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.meetings.domain import Event, PastKind

__all__ = ["BOTH", "OWN", "History"]

BOTH: Final[Mapping[PastKind, float]] = {
    "met_before": 0.5,
    "met_this_year": 0.25,
    "in_business": 0.5,
    "competitor": 0.0,
}
"""What the own values of both are multiplied by."""
OWN: Final[Mapping[PastKind, float]] = {"interested": 1.5, "not_interested": 0.25}
"""What the own value of who said so is multiplied by."""
CAME: Final = ("met_before", "met_this_year", "interested", "not_interested")
ADVANCE: Final = 2
"""Meetings that everybody is taken to have kept."""


@dataclass(frozen=True)
class History:
    """What is known of the past of an event's participants. both, own: pairs with a kind, own as who said it."""

    both: frozenset[tuple[str, str, PastKind]]
    own: frozenset[tuple[str, str, PastKind]]
    reliability: Mapping[str, float]

    @classmethod
    def of(cls, event: Event) -> History:
        """Of an event's `history` and `elsewhere`, and of its wishes that say `met_before`."""
        rows = [(past.participant_id, past.other_id, past.kind) for past in event.history]
        rows += [(w.participant_id, w.other_id, w.kind) for w in event.wishes if w.kind == "met_before"]
        sellers = {person.participant_id for person in event.participants if person.side == "seller"}
        pairs = [((one, other) if one in sellers else (other, one), kind) for one, other, kind in rows]
        missed = Counter(one for one, _, kind in rows if kind == "no_show")
        # One meeting with what both say of it is one that was kept.
        kept = Counter(name for pair in {pair for pair, kind in pairs if kind in CAME} for name in pair)
        for name, (came, stayed_away) in event.elsewhere.items():
            kept[name] += came
            missed[name] += stayed_away
        return cls(
            frozenset((*pair, kind) for pair, kind in pairs if kind in BOTH),
            frozenset(row for row in rows if row[2] in OWN),
            {
                name: (kept[name] + ADVANCE) / (kept[name] + times + ADVANCE)
                for name, times in missed.items()
                if times
            },
        )

    def apply(
        self,
        own_seller: NDArray[np.float64],
        own_buyer: NDArray[np.float64],
        sellers: Mapping[str, int],
        buyers: Mapping[str, int],
    ) -> None:
        """Multiply own values, float64 (sellers, buyers), in place. sellers, buyers: participant -> row, column."""
        for seller, buyer, kind in self.both:
            for own in (own_seller, own_buyer):
                own[sellers[seller], buyers[buyer]] *= BOTH[kind]
        for one, other, kind in self.own:
            if one in sellers:
                own_seller[sellers[one], buyers[other]] *= OWN[kind]
            else:
                own_buyer[sellers[other], buyers[one]] *= OWN[kind]
        for name, share in self.reliability.items():
            if name in sellers:
                own_buyer[sellers[name]] *= share
            else:
                own_seller[:, buyers[name]] *= share
