"""A recorded run asked once more: by the same bundle, as far as it is still there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from recommender.errors import BundleError
from service.domain.matching import MatchRun
from service.domain.words import RunKind
from service.errors import ServiceError, Unavailable
from service.matchers import InForce
from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWork
from service.usecases.answers import ENVELOPE, JSON
from service.usecases.comparables import comparables_of
from service.usecases.film_for_buyer import about_film
from service.usecases.films import readable_film
from service.usecases.matching import Desk, answer_of, question_of
from service.usecases.requests import from_json
from service.usecases.runs import get_run
from service.usecases.suggestions import SuggestionRequest, suggestions_of

__all__ = ["Replay", "replay"]


@dataclass(frozen=True, slots=True)
class Replay:
    """recorded: what was answered then. again: what is answered now, None where `reason` says why it cannot be.

    revision: of the data that is answered from now; films, rights and feedback may have changed since.
    """

    recorded: JSON
    again: JSON | None
    revision: int | None
    reason: str

    @property
    def is_same(self) -> bool | None:
        """Whether both are equal, None where nothing is answered now."""
        if self.again is None:
            return None
        return {name: part for name, part in self.recorded.items() if name not in ENVELOPE} == self.again


def replay(desk: Desk, actor: Actor, run_id: str) -> Replay:
    """What was answered, and what the same bundle answers now. Nothing is recorded. Raises NotFound.

    Takes seconds where another bundle is in force by now.
    """
    run = get_run(desk.uow, actor, run_id)
    try:
        in_force = desk.matchers.of_version(run.bundle_version)
        with desk.uow() as tx:
            again = _again(tx, in_force, actor, run, desk)
    except Unavailable:
        raise
    except (ServiceError, BundleError) as error:
        return Replay(run.answer, None, None, str(error))
    return Replay(run.answer, again, in_force.revision, "")


def _again(tx: UnitOfWork, in_force: InForce, actor: Actor, run: MatchRun, desk: Desk) -> JSON:
    kept: dict[str, Any] = run.request
    if run.kind is RunKind.SIMILAR:
        readable_film(tx, actor, kept["film_id"])
        return comparables_of(tx, in_force, actor, kept["film_id"], kept["k"])
    if run.kind is RunKind.SUGGEST:
        request = SuggestionRequest.of_json(kept)
        profile = tx.distributors.get(request.distributor_id)
        if request.film_id:
            return about_film(tx, in_force, profile, request.film_id, request.media_right)
        return suggestions_of(tx, in_force, profile, request, desk.settings)
    request_again = from_json(kept, run.company_id)
    return answer_of(in_force, question_of(tx, actor, request_again, desk.settings))
