"""What `serve` does in an empty installation, so that it answers without anything being set up first."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import Final

import structlog

from service.domain.paging import PageRequest
from service.security.actor import Actor
from service.security.identity import Passwords
from service.store.repositories.events import EventFilter
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import people
from service.usecases.events.planning import PlanRequest, request_plan
from service.usecases.events.sample import load_sample_event
from service.usecases.market_import import load_market
from service.usecases.sample_people import SampleSignIn, furnish
from service.usecases.training import request_first_bundle

__all__ = ["prepare", "sample_folder", "sample_people"]

_ACTOR = Actor.system("serve")
_AGENT_IN_EVENT: Final = "halcyon-doors"
"""company_id of the sample agent in the event's participants."""
_LOG = structlog.get_logger(__name__)


def prepare(uow: UnitOfWorkFactory, *, with_sample: bool) -> str | None:
    """Load the sample market if asked and there are no films; ask for a bundle if there is none.

    Returns the invitation of the first administrator while nobody can sign in. Of several replicas that start
    together each may do this: what one has done, the others find done.
    """
    if with_sample and _is_empty(uow):
        counts = load_market(uow, sample_folder(), _ACTOR)
        _LOG.info("sample_market_loaded", rows=counts.added)
    if not _is_empty(uow):
        request_first_bundle(uow, _ACTOR)
    return people.set_up(uow)


def sample_people(uow: UnitOfWorkFactory) -> tuple[SampleSignIn, ...]:
    """Three people of the sample market, with passwords that were never used before, and the organiser's event."""
    agent, distributor, organiser = furnish(uow, Passwords(), _ACTOR)
    with uow() as tx:
        has_event = bool(tx.events.list(PageRequest(1), EventFilter(organiser.company_id)).items)
    if not has_event:
        links = {_AGENT_IN_EVENT: agent.company_id}
        folder = sample_folder() / "event"
        name = organiser.company
        event = load_sample_event(uow, folder, _ACTOR, organiser.company_id, name=name, attending=links)
        request_plan(uow, _ACTOR, event.event_id, PlanRequest())
    return agent, distributor, organiser


def sample_folder() -> Path:
    """The invented market: in the checkout, or where the package was installed."""
    checkout = Path(__file__).resolve().parents[1] / "data" / "sample"
    installed = Path(sysconfig.get_path("data")) / "share" / "reelmatch" / "sample"
    return checkout if checkout.is_dir() else installed


def _is_empty(uow: UnitOfWorkFactory) -> bool:
    with uow() as tx:
        return not tx.films.list(PageRequest(size=1)).items
