"""What was asked and answered: kept, so that it can be looked at and replayed."""

from __future__ import annotations

from collections.abc import Iterable

from service.clock import now
from service.domain.matching import MatchRun, Prediction
from service.domain.paging import Page, PageRequest
from service.domain.words import RunKind
from service.matchers import InForce
from service.security.actor import Actor
from service.security.permissions import About, Action, require, sight
from service.store.ids import new_id
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.answers import ENVELOPE, JSON

__all__ = ["get_run", "list_runs", "record_run", "run_company"]


def record_run(
    tx: UnitOfWork,
    actor: Actor,
    in_force: InForce,
    kind: RunKind,
    request: JSON,
    answer: JSON,
    company_id: str | None,
    predictions: Iterable[Prediction] = (),
    run_id: str = "",
) -> JSON:
    """Keep an answer; returns it with the run's id and what it was made with."""
    moment = now()
    envelope = (run_id or new_id("run"), kind.value, in_force.version, in_force.revision, moment.isoformat())
    whole = {**dict(zip(ENVELOPE, envelope, strict=True)), **answer}
    tx.match_runs.add(
        MatchRun(
            run_id=whole["run_id"],
            kind=kind,
            bundle_version=in_force.version,
            revision=in_force.revision,
            request=request,
            answer=whole,
            actor=actor.actor_id,
            company_id=company_id,
            at=moment,
            predictions=tuple(predictions),
        )
    )
    return whole


def run_company(actor: Actor, company_id: str | None, owner_id: str | None) -> str | None:
    """Whose run it is: the company that is named, the film's own, or the only one of the actor.

    None for who belongs to no company. Raises Invalid where it must be named and is not, NotFound for another's.
    """
    own = actor.companies()
    if company_id is None and (owner_id in own or not own):
        return owner_id if owner_id in own else None
    return actor.acting_for(company_id)


def list_runs(
    uow: UnitOfWorkFactory, actor: Actor, page: PageRequest, company_id: str | None
) -> Page[MatchRun]:
    """Without their answers, the latest first; of one company."""
    sight(actor, Action.READ, "match_run")
    company_id = actor.acting_for(company_id)
    with uow() as tx:
        return tx.match_runs.list(page, company_id)


def get_run(uow: UnitOfWorkFactory, actor: Actor, run_id: str) -> MatchRun:
    """With its answer. Raises NotFound."""
    with uow() as tx:
        run = tx.match_runs.get(run_id)
    # Who belongs to no company asks in person.
    asker = run.actor if run.company_id is None else None
    require(actor, Action.READ, "match_run", About(company=run.company_id, person=asker), run_id)
    return run
