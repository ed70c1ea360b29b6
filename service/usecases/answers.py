"""What matching answers, as JSON: what is sent, what is kept, and what a replay compares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from recommender.market.domain import Comparable, Denied, Match, Reason
from recommender.matching.answers import Matches, SimilarFilm
from service.domain.matching import Prediction

__all__ = ["ENVELOPE", "JSON", "match_json", "nobody_json", "predictions_of", "ranked_json", "similar_json"]

JSON: TypeAlias = dict[str, Any]

ENVELOPE: Final = ("run_id", "kind", "bundle_version", "revision", "at")
"""What every answer begins with: the run it is kept as, and what it was made with."""


def ranked_json(found: Matches, *, explain: bool, least: float) -> JSON:
    """What a matcher answers for one territory. least: probability of a match that is shown."""
    if found.sold:
        return nobody_json(found.sold)
    return {
        "unavailable": "",
        "eligible": found.eligible,
        "matches": [
            match_json(match, explain=explain) for match in found.matches if match.probability >= least
        ],
        "excluded": [
            {
                "distributor_id": one.distributor_id,
                "name": one.name,
                "reason": one.reason.text,
                "why": _why(one.reason),
            }
            for one in found.excluded
        ],
    }


def nobody_json(why: Denied) -> JSON:
    """The same where nobody may be asked, and why, as a text and as a fact."""
    return {"unavailable": why.text, "eligible": 0, "matches": [], "excluded": [], "why": _why(why)}


def match_json(match: Match, *, explain: bool) -> JSON:
    """One match; without its reasons unless they are asked for."""
    plain = {
        "rank": match.rank,
        "film_id": match.film_id or None,
        "title": match.title,
        "distributor_id": match.distributor_id,
        "name": match.name,
        "territory": match.territory,
        "probability": match.probability,
    }
    if not explain:
        return plain
    outlook = match.outlook
    return plain | {
        "log_odds": match.log_odds,
        "base_log_odds": match.base_log_odds,
        "reasons": [_reason(reason) for reason in match.reasons],
        "comparables": [_comparable(past) for past in match.comparables],
        "outlook": {
            "releases": outlook.releases,
            "median_percentile": outlook.median_percentile,
            "share_above_median": outlook.share_above_median,
        },
    }


def similar_json(films: Iterable[SimilarFilm]) -> list[JSON]:
    """Films like a film, each with its public deals."""
    return [
        {
            "film_id": film.film_id,
            "title": film.title,
            "year": film.year,
            "similarity": film.similarity,
            "deals": [_comparable(deal) for deal in film.deals],
        }
        for film in films
    ]


def predictions_of(matches: Sequence[Mapping[str, Any]]) -> Iterator[Prediction]:
    """The probabilities in an answer; those of films that are not stored will never have an outcome."""
    for match in matches:
        if match["film_id"]:
            yield Prediction(match["film_id"], match["distributor_id"], match["probability"])


def _why(denied: Denied) -> JSON:
    return {"kind": denied.kind, "facts": denied.facts}


def _reason(reason: Reason) -> JSON:
    return {
        "group": reason.group,
        "text": reason.text,
        "kind": reason.kind,
        "facts": reason.facts,
        "log_odds": reason.log_odds,
        "comparables": [_comparable(past) for past in reason.comparables],
    }


def _comparable(past: Comparable) -> JSON:
    return {
        "film_id": past.film_id,
        "title": past.title,
        "year": past.year,
        "distributor_id": past.distributor_id,
        "territory": past.territory,
        "release_date": past.release_date.isoformat(),
        "similarity": past.similarity,
        "outcome_percentile": past.outcome_percentile,
    }
