"""Rights: what an agent holds and what it sold."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Any

from service.clock import today
from service.domain.paging import Page, PageRequest
from service.domain.rights import RightsGrant, Window
from service.domain.territory_groups import expand
from service.domain.words import CompanyKind, Direction, GrantStatus, MediaRight
from service.errors import Forbidden, Invalid, NotFound, PreconditionFailed
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import About, Action, require, require_allowed, sight
from service.store.constraints import RULES
from service.store.ids import new_id
from service.store.repositories.rights import GrantFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.films import readable_film
from service.usecases.rights_clashes import refuse_clashes, rights_about
from service.usecases.rights_trail import record_alike

__all__ = [
    "NewGrants",
    "change_grants",
    "confirm_grants",
    "delete_grant",
    "delete_grants",
    "get_grant",
    "list_grants",
    "record_grants",
    "update_grant",
]


@dataclass(frozen=True, slots=True)
class NewGrants:
    """The same right in several places and uses: one grant for each territory and media right.

    territories: countries and groups. company_id: the agent, None for the actor's only one. confirmed_on: None
    for today. The rest is as in RightsGrant.
    """

    direction: Direction
    film_id: str
    territories: Sequence[str]
    media_rights: Sequence[MediaRight]
    window: Window
    exclusive: bool = True
    company_id: str | None = None
    licensee_id: str | None = None
    languages: tuple[str, ...] = ()
    holdback_until: date | None = None
    status: GrantStatus = GrantStatus.ACTIVE
    confirmed_on: date | None = None
    deal_id: str | None = None
    note: str = ""

    def grants(self, company_id: str) -> tuple[RightsGrant, ...]:
        """The grants, with new ids. Raises Invalid for a place that is none."""
        return tuple(
            RightsGrant(
                grant_id=new_id("grant"),
                direction=self.direction,
                film_id=self.film_id,
                company_id=company_id,
                territory=territory,
                media_right=right,
                window=self.window,
                exclusive=self.exclusive,
                status=self.status,
                licensee_id=self.licensee_id,
                languages=self.languages,
                holdback_until=self.holdback_until,
                confirmed_on=self.confirmed_on or today(),
                deal_id=self.deal_id,
                note=self.note,
            )
            for territory, right in product(expand(self.territories), dict.fromkeys(self.media_rights))
        )


def list_grants(
    uow: UnitOfWorkFactory, actor: Actor, page: PageRequest, where: GrantFilter
) -> Page[RightsGrant]:
    """Those the actor may see, in the order they were added; a page may be shorter than asked for."""
    seen = sight(actor, Action.READ, "rights")
    parties = None if seen.everything or seen.open else seen.sellers | seen.buyers
    with uow() as tx:
        found = tx.rights.list(page, replace(where, party_ids=parties))
    shown = (_seen(actor, grant) for grant in found.items if seen.covers(rights_about(grant)))
    return replace(found, items=tuple(shown))


def get_grant(uow: UnitOfWorkFactory, actor: Actor, grant_id: str) -> RightsGrant:
    """Raises NotFound."""
    with uow() as tx:
        grant = tx.rights.get(grant_id)
    require(actor, Action.READ, "rights", rights_about(grant), grant_id)
    return _seen(actor, grant)


def record_grants(uow: UnitOfWorkFactory, actor: Actor, wanted: NewGrants) -> tuple[RightsGrant, ...]:
    """Record rights held or sold, all or none.

    Raises RightsConflict that names the grant in the way and what to change.
    """
    sight(actor, Action.WRITE, "rights")
    company_id = actor.acting_for(wanted.company_id, CompanyKind.SALES_AGENT)
    require_allowed(actor, Action.WRITE, "rights", About(seller=company_id))
    grants = wanted.grants(company_id)
    with uow() as tx:
        _require_film(tx, actor, wanted.film_id, company_id)
        for grant in grants[:1]:
            _check_parties(tx, grant)
        refuse_clashes(tx, actor, grants)
        tx.rights.upsert_many(grants)
        record_alike(tx, actor, "rights.create", after=grants)
        stored = tx.rights.find([grant.grant_id for grant in grants])
        tx.commit()
    return tuple(stored[grant.grant_id] for grant in grants)


def update_grant(
    uow: UnitOfWorkFactory, actor: Actor, grant_id: str, changes: Mapping[str, Any], expected: int | None
) -> RightsGrant:
    """Change some fields. Raises PreconditionFailed, and RightsConflict that names the grant in the way."""
    with uow() as tx:
        before = _allowed(actor, Action.WRITE, grant_id, tx.rights.get(grant_id))
        wanted = replace(before, **changes)
        _check_parties(tx, wanted)
        refuse_clashes(tx, actor, [wanted])
        after = tx.rights.update(wanted, expected)
        _record(tx, actor, "rights.update", before, before=before, after=after)
        tx.commit()
    return after


def change_grants(
    uow: UnitOfWorkFactory,
    actor: Actor,
    grants: Mapping[str, int],
    wanted: NewGrants,
) -> tuple[RightsGrant, ...]:
    """Put `wanted` in the place of some grants of one film and agent, all or none.

    grants: id -> version that was read. What stays in its territory and media right keeps its id, and its deal.
    Raises PreconditionFailed, and RightsConflict that names what is in the way.
    """
    with uow() as tx:
        found = tx.rights.find(grants, alone=True)
        before = [_allowed(actor, Action.WRITE, grant_id, found.get(grant_id)) for grant_id in grants]
        changed = [grant.grant_id for grant in before if grant.version != grants[grant.grant_id]]
        if changed:
            raise PreconditionFailed("grant", changed[0])
        after = _in_place_of(before, wanted)
        for grant in after[:1]:
            _check_parties(tx, grant)
        for gone in grants.keys() - {grant.grant_id for grant in after}:
            require(actor, Action.DELETE, "rights", rights_about(found[gone]), gone)
            tx.rights.delete(gone)
        refuse_clashes(tx, actor, after)
        tx.rights.upsert_many(after)
        record_alike(tx, actor, "rights.update", before, after)
        tx.commit()
    return after


def _in_place_of(before: Sequence[RightsGrant], wanted: NewGrants) -> tuple[RightsGrant, ...]:
    cells = {(grant.territory, grant.media_right): grant for grant in before}
    fresh = replace(wanted, direction=before[0].direction, film_id=before[0].film_id)
    return tuple(
        replace(grant, grant_id=old.grant_id, deal_id=old.deal_id)
        if (old := cells.get((grant.territory, grant.media_right)))
        else grant
        for grant in fresh.grants(before[0].company_id)
    )


def delete_grant(uow: UnitOfWorkFactory, actor: Actor, grant_id: str, expected: int | None) -> None:
    """Raises RightsConflict while a sale or a deal relies on it."""
    with uow() as tx:
        before = _allowed(actor, Action.DELETE, grant_id, tx.rights.get(grant_id))
        tx.rights.delete(grant_id, expected)
        _record(tx, actor, "rights.delete", before, before=before)
        tx.commit()


def delete_grants(uow: UnitOfWorkFactory, actor: Actor, grant_ids: Collection[str]) -> int:
    """All of these or none. Raises RightsConflict while a sale or a deal relies on one of them."""
    sight(actor, Action.DELETE, "rights")
    with uow() as tx:
        found = tx.rights.find(grant_ids)
        grants = [_allowed(actor, Action.DELETE, grant_id, found.get(grant_id)) for grant_id in grant_ids]
        for grant in grants:
            tx.rights.delete(grant.grant_id)
        record_alike(tx, actor, "rights.delete", before=grants)
        tx.commit()
    return len(grants)


def confirm_grants(
    uow: UnitOfWorkFactory, actor: Actor, *, grant_ids: Collection[str] = (), film_id: str = ""
) -> int:
    """Note that these grants, or all active ones of a film that the actor's agents have, are so today.

    Returns how many.
    """
    seen = sight(actor, Action.WRITE, "rights")
    with uow() as tx:
        if film_id:
            readable_film(tx, actor, film_id)
            grants = [grant for grant in tx.rights.of_film(film_id) if seen.covers(rights_about(grant))]
        else:
            found = tx.rights.find(grant_ids)
            grants = [_allowed(actor, Action.WRITE, grant_id, found.get(grant_id)) for grant_id in grant_ids]
        count = tx.rights.confirm([grant.grant_id for grant in grants], today())
        confirmed = [replace(grant, confirmed_on=today()) for grant in grants]
        record_alike(tx, actor, "rights.confirm", grants, confirmed)
        tx.commit()
    return count


def _seen(actor: Actor, grant: RightsGrant) -> RightsGrant:
    """The note is the agent's own."""
    is_own = actor.is_system or grant.company_id in actor.companies(CompanyKind.SALES_AGENT)
    return grant if is_own else replace(grant, note="")


def _allowed(actor: Actor, action: Action, grant_id: str, grant: RightsGrant | None) -> RightsGrant:
    if grant is None:
        raise NotFound("grant", grant_id)
    require(actor, action, "rights", rights_about(grant), grant_id)
    return grant


def _require_film(tx: UnitOfWork, actor: Actor, film_id: str, company_id: str) -> None:
    """Rights are recorded by the film's own agent; of reference data by any."""
    film = readable_film(tx, actor, film_id)
    if film.owner_id not in (None, company_id):
        raise Forbidden(
            "this film belongs to another sales agent", "Ask it to record the rights, or name your own film"
        )


def _check_parties(tx: UnitOfWork, grant: RightsGrant) -> None:
    if grant.confirmed_on is not None and grant.confirmed_on > today():
        raise Invalid.field(
            "confirmed_on", phrase("{day} is not yet", day=grant.confirmed_on), "Give today or a past day"
        )
    if grant.direction is Direction.SOLD and grant.licensee_id is None:
        rule = RULES["ck_rights_grants_licensee_if_sold"]
        raise Invalid.field(rule.field, rule.message, rule.remedy)
    if grant.licensee_id is not None:
        buyer = tx.companies.find([grant.licensee_id]).get(grant.licensee_id)
        if buyer is None or CompanyKind.DISTRIBUTOR not in buyer.kinds:
            raise Invalid.field(
                "licensee_id",
                phrase("no distributor has the id {id!r}", id=grant.licensee_id),
                "Look the company up in the list of companies of the kind distributor",
            )
    if grant.deal_id is not None:
        deal = tx.deals.find([grant.deal_id]).get(grant.deal_id)
        if deal is None or deal.agent_id != grant.company_id:
            raise Invalid.field(
                "deal_id",
                phrase("no deal of yours has the id {id!r}", id=grant.deal_id),
                "Look it up in the list of deals",
            )


def _record(tx: UnitOfWork, actor: Actor, action: str, grant: RightsGrant, **sides: Any) -> None:
    record(tx, actor, action, "rights", grant.grant_id, company_id=grant.company_id, **sides)
