"""Deals, their outcomes, and the terms that only the two parties see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from service.domain.catalogue import DistributorProfile
from service.domain.deals import DealRecord, DealTerms
from service.domain.paging import Page, PageRequest
from service.domain.words import CompanyKind, Role
from service.errors import Forbidden, Invalid, NotFound
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import About, Action, may, require, require_allowed, sight
from service.store.ids import new_id
from service.store.repositories.deals import DealFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.deal_sales import Sale, change_sales, record_sales, sales_of
from service.usecases.films import readable_film
from service.usecases.rights_clashes import refuse_clashes, refuse_sold_elsewhere

__all__ = [
    "SeenDeal",
    "SeenTerms",
    "create_deal",
    "delete_deal",
    "get_deal",
    "get_terms",
    "list_deals",
    "set_terms",
    "update_deal",
]


@dataclass(frozen=True, slots=True)
class SeenDeal:
    """A deal as the actor may see it, without what is only for its parties where the actor is none.

    outcome_shown: whether admissions, gross and screens are shown or left empty.
    """

    deal: DealRecord
    is_party: bool
    outcome_shown: bool


@dataclass(frozen=True, slots=True)
class SeenTerms:
    """The terms of a deal, and the deal's version, which counts their changes too."""

    terms: DealTerms
    version: int


def list_deals(uow: UnitOfWorkFactory, actor: Actor, page: PageRequest, where: DealFilter) -> Page[SeenDeal]:
    """Public deals and the actor's own, in the order they were added; a page may be shorter than asked for."""
    seen = sight(actor, Action.READ, "deal")
    by = None if seen.everything else seen.sellers | seen.buyers
    with uow() as tx:
        found = tx.deals.list(page, replace(where, seen_by=by))
        profiles = tx.distributors.find({deal.distributor_id for deal in found.items})
    pairs = [(deal, _about(deal, profiles[deal.distributor_id])) for deal in found.items]
    return Page(
        tuple(_seen(actor, deal, about) for deal, about in pairs if seen.covers(about)), found.next_after
    )


def get_deal(uow: UnitOfWorkFactory, actor: Actor, deal_id: str) -> SeenDeal:
    """Raises NotFound."""
    with uow() as tx:
        deal, about = _found(tx, deal_id)
    require(actor, Action.READ, "deal", about, deal_id)
    return _seen(actor, deal, about)


def create_deal(
    uow: UnitOfWorkFactory,
    actor: Actor,
    deal: DealRecord,
    terms: DealTerms | None = None,
    sale: Sale | None = None,
) -> SeenDeal:
    """Record a deal, private until it is announced (is_public).

    An agent records what it sold; a distributor what it bought, without an agent of this service; an administrator
    public reference data. agent_id None: the film's agent where the actor is of it. What an agent's deal does not
    record with `sale` counts as sold exclusively all the same. Raises RightsConflict outside of the rights held, or
    where it meets another sale.
    """
    with uow() as tx:
        film = readable_film(tx, actor, deal.film_id)
        profile = _profile(tx, deal.distributor_id)
        selling = actor.companies(CompanyKind.SALES_AGENT)
        agent_id = deal.agent_id or (film.owner_id if film.owner_id in selling else None)
        fresh = replace(deal, deal_id=deal.deal_id or new_id("deal"), agent_id=agent_id)
        about = _about(fresh, profile)
        require_allowed(actor, Action.WRITE, "deal", about)
        _require_agent(actor, agent_id)
        sales = () if sale is None else sales_of(fresh, profile, sale)
        # Before the deal is there, which would itself sell what is to be recorded of it.
        refuse_clashes(tx, actor, sales)
        stored = tx.deals.add(fresh, terms)
        _record(tx, actor, "deal.create", stored, about, after=stored)
        if terms is not None:
            _record(tx, actor, "deal.terms", stored, about, noun="deal_terms", after=terms)
        record_sales(tx, actor, sales)
        refuse_sold_elsewhere(tx, actor, stored)
        tx.commit()
    return _seen(actor, stored, about)


def update_deal(
    uow: UnitOfWorkFactory, actor: Actor, deal_id: str, changes: Mapping[str, Any], expected: int | None
) -> SeenDeal:
    """Change some fields, never the film and the parties; what is recorded as sold moves with the licence period.

    Raises PreconditionFailed; RightsConflict that names what is in the way; Forbidden for a buyer that changes what an
    agent's deal sells.
    """
    with uow() as tx:
        before, about = _found(tx, deal_id, alone=True)
        require(actor, Action.WRITE, "deal", about, deal_id)
        after = tx.deals.update(replace(before, **changes), expected)
        _record(tx, actor, "deal.update", after, about, before=before, after=after)
        change_sales(tx, actor, before, after)
        tx.commit()
    return _seen(actor, after, replace(about, is_open=after.is_public))


def delete_deal(uow: UnitOfWorkFactory, actor: Actor, deal_id: str, expected: int | None) -> None:
    """With its terms. Raises Conflict while sold rights name it."""
    with uow() as tx:
        before, about = _found(tx, deal_id)
        require(actor, Action.DELETE, "deal", about, deal_id)
        tx.deals.delete(deal_id, expected)
        _record(tx, actor, "deal.delete", before, about, before=before)
        tx.commit()


def get_terms(uow: UnitOfWorkFactory, actor: Actor, deal_id: str) -> SeenTerms:
    """Empty where none are recorded. Raises NotFound for everybody but the two parties."""
    with uow() as tx:
        deal, about = _found(tx, deal_id)
        require(actor, Action.READ, "deal_terms", about, deal_id)
        return SeenTerms(tx.deals.terms(deal_id) or DealTerms(), deal.version)


def set_terms(
    uow: UnitOfWorkFactory, actor: Actor, deal_id: str, terms: DealTerms, expected: int | None
) -> SeenTerms:
    """Replace the terms; expected: the deal's version. Raises NotFound for everybody but the two parties."""
    with uow() as tx:
        deal, about = _found(tx, deal_id)
        require(actor, Action.WRITE, "deal_terms", about, deal_id)
        before = tx.deals.terms(deal_id)
        after = tx.deals.update(deal, expected)
        tx.deals.set_terms(deal_id, None if terms == DealTerms() else terms)
        _record(tx, actor, "deal.terms", deal, about, noun="deal_terms", before=before, after=terms)
        tx.commit()
    return SeenTerms(terms, after.version)


def _require_agent(actor: Actor, agent_id: str | None) -> None:
    """A deal binds its agent's rights, so nobody else may record that it sold."""
    if agent_id is not None and agent_id not in actor.companies(CompanyKind.SALES_AGENT, Role.MEMBER):
        raise Forbidden(
            "only the sales agent records the deals it makes here",
            "Ask it to, or leave agent_id out and write its name as sales_agent",
        )


def _profile(tx: UnitOfWork, distributor_id: str) -> DistributorProfile:
    found = tx.distributors.find([distributor_id]).get(distributor_id)
    if found is None:
        raise Invalid.field(
            "distributor_id",
            phrase("no distributor has the id {id!r}", id=distributor_id),
            "Look it up in the list of distributors",
        )
    return found


def _found(tx: UnitOfWork, deal_id: str, *, alone: bool = False) -> tuple[DealRecord, About]:
    deal = tx.deals.find([deal_id], alone=alone).get(deal_id)
    if deal is None:
        raise NotFound("deal", deal_id)
    return deal, _about(deal, tx.distributors.get(deal.distributor_id))


def _about(deal: DealRecord, profile: DistributorProfile) -> About:
    return About(seller=deal.agent_id, buyers=frozenset({profile.company_id}), is_open=deal.is_public)


def _seen(actor: Actor, deal: DealRecord, about: About) -> SeenDeal:
    is_party = may(actor, Action.READ, "deal_terms", about)
    outcome = may(
        actor, Action.READ, "outcome", replace(about, is_open=deal.is_public and deal.outcome_public)
    )
    if not is_party:
        deal = replace(deal, window=None, signed_on=None)
    if not outcome:
        deal = replace(deal, admissions=None, gross=None, screens=None)
    return SeenDeal(deal, is_party, outcome)


def _record(
    tx: UnitOfWork,
    actor: Actor,
    action: str,
    deal: DealRecord,
    about: About,
    *,
    noun: str = "deal",
    **sides: Any,
) -> None:
    """In the trail of the company that did it; of both, where one person is in both."""
    own = sorted(actor.companies() & {about.seller, *about.buyers})
    for company_id in own or (deal.agent_id,):
        record(tx, actor, action, noun, deal.deal_id, company_id=company_id, **sides)
