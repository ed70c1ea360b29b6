"""A question answered: who is likeliest, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.market.domain import Match, Outlook
from recommender.matching.known import Known
from recommender.matching.questions import Question
from recommender.ranking.explain import Explanation
from recommender.ranking.facts import CatalogueFacts
from recommender.ranking.probability import log_odds

__all__ = ["Teller"]


@dataclass(frozen=True, eq=False)
class _Counted:
    """A territory's facts. places: int64 (m,), where the day's released films have those of its catalogue."""

    facts: CatalogueFacts
    places: NDArray[np.int64]


class Teller:
    """Tells the answers of what is known. Keeps what was counted of each territory."""

    def __init__(self, known: Known, before: Teller | None = None) -> None:
        """before: one of the same bundle; its counts that still hold are taken over."""
        self._known = known
        self._counted: dict[str, _Counted] = before._counted.copy() if before else {}

    def order(self, question: Question) -> NDArray[np.int64]:
        """Places of the pool, likeliest first; equals by distributor id."""
        ids = self._known.records.distributor_ids[question.scored.signals.distributors]
        return np.lexsort((ids, -question.chances))

    def explanation(self, question: Question) -> Explanation:
        """What the reasons are written from."""
        known, state, scored = self._known, self._known.shown.state, question.scored
        counted = self._counts(question.territory)
        return Explanation(
            records=known.records,
            space=state.space.metadata,
            film=question.film,
            facts=counted.facts,
            signals=scored.signals,
            parts=scored.stage.parts(scored.signals.values)[0],
            near=question.near.columns(counted.places),
            mean_size=state.taste(question.territory).size,
            synopsis=question.asked.vectors.synopsis[0],
            buyers=question.buyers,
        )

    def match(self, question: Question, why: Explanation | None, place: int, rank: int) -> Match:
        """The distributor at a place of the pool. why: `explanation` of the question; None leaves the reasons out."""
        records, signals = self._known.records, question.scored.signals
        distributor = signals.distributors[place]
        odds = float(log_odds(question.chances[place]))
        reasons = why.reasons(place) if why else ()
        return Match(
            film_id=question.film.film_id,
            title=question.film.title,
            distributor_id=records.distributor_ids[distributor],
            name=records.names[distributor],
            territory=records.territories[distributor],
            rank=rank,
            probability=float(question.chances[place]),
            log_odds=odds,
            score=float(signals.values[0, place, signals.names.index("pattern_here")]),
            base_log_odds=odds - sum(reason.log_odds for reason in reasons),
            reasons=reasons,
            comparables=why.comparables(place) if why else (),
            outlook=why.outlook(place) if why else Outlook(0, None, None),
        )

    def _counts(self, territory: str) -> _Counted:
        state = self._known.shown.state
        catalogue = state.taste(territory).catalogue
        counted = self._counted.get(territory)
        if counted is None or counted.facts.catalogue is not catalogue:
            facts = CatalogueFacts.of(catalogue, self._known.films.learnt.vectors)
            counted = _Counted(facts, np.searchsorted(state.world.films, catalogue.releases.films))
            self._counted[territory] = counted
        return counted
