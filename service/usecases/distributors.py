"""Distributor profiles: a company in one territory, what it looks for, and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from recommender.market.domain import Distributor
from service.domain.accounts import Company
from service.domain.catalogue import DistributorProfile
from service.domain.paging import Page, PageRequest
from service.domain.words import CompanyKind
from service.errors import Invalid
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import About, Action, may, require, require_allowed, sight
from service.store.ids import new_id
from service.store.repositories.distributors import DistributorFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record

__all__ = [
    "SeenProfile",
    "changed_profile",
    "create_distributor",
    "delete_distributor",
    "get_distributor",
    "list_distributors",
    "list_territories",
    "own_profile",
    "own_profiles",
    "update_distributor",
]

_OF_DISTRIBUTOR: Final = frozenset(Distributor.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class SeenProfile:
    """A profile as the actor may see it; is_whole: whether brief, limits and events are shown or left empty."""

    profile: DistributorProfile
    is_whole: bool


def list_distributors(
    uow: UnitOfWorkFactory, actor: Actor, page: PageRequest, where: DistributorFilter
) -> Page[SeenProfile]:
    """In the order they were added."""
    sight(actor, Action.READ, "distributor")
    with uow() as tx:
        found = tx.distributors.list(page, where)
    return Page(tuple(_seen(profile, actor) for profile in found.items), found.next_after)


def list_territories(uow: UnitOfWorkFactory, actor: Actor) -> tuple[str, ...]:
    """Those in which any distributor works, in order."""
    sight(actor, Action.READ, "distributor")
    with uow() as tx:
        return tx.distributors.territories()


def get_distributor(uow: UnitOfWorkFactory, actor: Actor, distributor_id: str) -> SeenProfile:
    """Raises NotFound."""
    sight(actor, Action.READ, "distributor")
    with uow() as tx:
        return _seen(tx.distributors.get(distributor_id), actor)


def own_profiles(uow: UnitOfWorkFactory, actor: Actor) -> tuple[DistributorProfile, ...]:
    """All profiles of the actor's own companies, by company and territory."""
    with uow() as tx:
        return tuple(
            profile
            for company_id in sorted(actor.companies(CompanyKind.DISTRIBUTOR))
            for profile in tx.distributors.of_company(company_id)
        )


def own_profile(tx: UnitOfWork, actor: Actor, distributor_id: str) -> DistributorProfile:
    """A profile whose suggestions the actor may see: those of its own companies. Raises NotFound."""
    profile = tx.distributors.get(distributor_id)
    require(actor, Action.READ, "suggestion", _about(profile.company_id), distributor_id)
    return profile


def changed_profile(profile: DistributorProfile, changes: Mapping[str, Any]) -> DistributorProfile:
    """The profile with some fields changed, by their names in Distributor and DistributorProfile."""
    inner = {name: value for name, value in changes.items() if name in _OF_DISTRIBUTOR}
    outer = {name: value for name, value in changes.items() if name not in _OF_DISTRIBUTOR}
    return replace(profile, distributor=replace(profile.distributor, **inner), **outer)


def create_distributor(uow: UnitOfWorkFactory, actor: Actor, profile: DistributorProfile) -> SeenProfile:
    """Add a profile of a company, the actor's only distributor where company_id is "".

    Its name is the company's where it is "". Raises Conflict when the company has one in the territory.
    """
    sight(actor, Action.WRITE, "distributor")
    company_id = profile.company_id or actor.acting_for(None, CompanyKind.DISTRIBUTOR)
    require_allowed(actor, Action.WRITE, "distributor", _about(company_id))
    with uow() as tx:
        company = _required_distributor(tx, company_id)
        distributor = replace(
            profile.distributor,
            distributor_id=profile.distributor_id or new_id("distributor"),
            name=profile.distributor.name or company.name,
        )
        stored = tx.distributors.add(replace(profile, distributor=distributor, company_id=company_id))
        _record(tx, actor, "distributor.create", stored, after=stored)
        tx.commit()
    return _seen(stored, actor)


def update_distributor(
    uow: UnitOfWorkFactory,
    actor: Actor,
    distributor_id: str,
    changes: Mapping[str, Any],
    expected: int | None,
) -> SeenProfile:
    """Change some fields, by their names in Distributor and DistributorProfile; never the territory."""
    with uow() as tx:
        before = tx.distributors.get(distributor_id)
        require(actor, Action.WRITE, "distributor", _about(before.company_id), distributor_id)
        after = tx.distributors.update(changed_profile(before, changes), expected)
        _record(tx, actor, "distributor.update", after, before=before, after=after)
        tx.commit()
    return _seen(after, actor)


def delete_distributor(
    uow: UnitOfWorkFactory, actor: Actor, distributor_id: str, expected: int | None
) -> None:
    """With its feedback. Raises Conflict while it has deals."""
    with uow() as tx:
        before = tx.distributors.get(distributor_id)
        require(actor, Action.DELETE, "distributor", _about(before.company_id), distributor_id)
        tx.distributors.delete(distributor_id, expected)
        _record(tx, actor, "distributor.delete", before, before=before)
        tx.commit()


def _about(company_id: str) -> About:
    return About(buyers=frozenset({company_id}))


def _seen(profile: DistributorProfile, actor: Actor) -> SeenProfile:
    """Brief, limits and events are read by their own company and administrators."""
    if may(actor, Action.READ, "brief", _about(profile.company_id)):
        return SeenProfile(profile, is_whole=True)
    bare = replace(
        profile,
        distributor=replace(profile.distributor, brief=""),
        budget_min_usd=None,
        budget_max_usd=None,
        genres_never=(),
        attending=(),
    )
    return SeenProfile(bare, is_whole=False)


def _required_distributor(tx: UnitOfWork, company_id: str) -> Company:
    company = tx.companies.get(company_id)
    if CompanyKind.DISTRIBUTOR not in company.kinds:
        raise Invalid.field(
            "company_id",
            phrase("{name} is no distributor", name=company.name),
            "Ask an administrator to add `distributor` to its kinds",
        )
    return company


def _record(tx: UnitOfWork, actor: Actor, action: str, profile: DistributorProfile, **sides: Any) -> None:
    record(tx, actor, action, "distributor", profile.distributor_id, company_id=profile.company_id, **sides)
