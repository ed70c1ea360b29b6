"""What a deal sells: recorded as grants together with it, moved with its licence period, and never sold elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from service.domain.catalogue import DistributorProfile
from service.domain.clashes import is_within
from service.domain.deals import DealRecord
from service.domain.rights import RightsGrant
from service.domain.words import CompanyKind, Direction, Role
from service.errors import Forbidden, Invalid, RightsConflict
from service.phrases import phrase
from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWork
from service.usecases.audit import record
from service.usecases.rights import NewGrants
from service.usecases.rights_clashes import refuse_clashes, refuse_sold_elsewhere
from service.usecases.rights_trail import record_alike

__all__ = ["Sale", "change_sales", "moved_with", "record_sales", "sales_of", "sells_alike"]


@dataclass(frozen=True, slots=True)
class Sale:
    """How the rights of a deal are recorded as sold: for each of its media rights, in its window."""

    exclusive: bool = True
    languages: tuple[str, ...] = ()
    holdback_until: date | None = None


def sales_of(deal: DealRecord, profile: DistributorProfile, sale: Sale) -> tuple[RightsGrant, ...]:
    """The grants to record. Raises Invalid for a deal without a licence period or an agent."""
    if deal.window is None or deal.agent_id is None:
        field, lacks = (
            ("window", phrase("licence period")) if deal.window is None else ("agent_id", phrase("agent"))
        )
        raise Invalid.field(
            field,
            phrase("a deal without {lacks} sells no rights", lacks=lacks),
            "Add it, or leave `sale` out",
        )
    wanted = NewGrants(
        direction=Direction.SOLD,
        film_id=deal.film_id,
        territories=[profile.territory],
        media_rights=deal.media_rights,
        window=deal.window,
        exclusive=sale.exclusive,
        licensee_id=profile.company_id,
        languages=sale.languages,
        holdback_until=sale.holdback_until,
        deal_id=deal.deal_id,
    )
    return wanted.grants(deal.agent_id)


def record_sales(tx: UnitOfWork, actor: Actor, grants: Sequence[RightsGrant]) -> None:
    """Store what a new deal sells."""
    for grant in grants:
        tx.rights.add(grant)
        record(tx, actor, "rights.create", "rights", grant.grant_id, company_id=grant.company_id, after=grant)


def sells_alike(one: DealRecord, other: DealRecord) -> bool:
    """Whether two states of a deal sell the same."""
    return one.window == other.window and set(one.media_rights) == set(other.media_rights)


def moved_with(
    before: DealRecord, after: DealRecord, recorded: Sequence[RightsGrant]
) -> tuple[tuple[RightsGrant, ...], tuple[RightsGrant, ...]]:
    """The grants that were recorded for just the licence period, as they are and as they come to be with the new one.

    A licence period that is taken away leaves what was recorded.
    """
    window = after.window
    if window is None or window == before.window:
        return (), ()
    old = tuple(grant for grant in recorded if grant.window == before.window)
    return old, tuple(replace(grant, window=window) for grant in old)


def change_sales(tx: UnitOfWork, actor: Actor, before: DealRecord, after: DealRecord) -> None:
    """Let what is recorded of a stored deal follow a change of what it sells, and check it like any sale.

    Raises RightsConflict that names what is in the way, Forbidden for its buyer: that would change its agent's rights.
    """
    if before.agent_id is None or sells_alike(before, after):
        return
    if before.agent_id not in actor.companies(CompanyKind.SALES_AGENT, Role.MEMBER):
        raise Forbidden(
            "only the sales agent changes what its deal sells",
            "Ask it to change licence period and media rights",
        )
    recorded = tx.rights.of_deals([after.deal_id], alone=True).get(after.deal_id, ())
    old, moved = moved_with(before, after, recorded)
    unmoved = tuple(grant for grant in recorded if grant not in old)
    for grant in (*moved, *unmoved):
        _require_within(grant, after)
    refuse_clashes(tx, actor, moved)
    tx.rights.upsert_many(moved)
    record_alike(tx, actor, "rights.update", old, moved)
    refuse_sold_elsewhere(tx, actor, after)


def _require_within(grant: RightsGrant, deal: DealRecord) -> None:
    if grant.media_right not in deal.media_rights:
        raise RightsConflict(
            phrase(
                "{right} is recorded as sold in this deal, by the grant {id}",
                right=grant.media_right.value,
                id=grant.grant_id,
            ),
            phrase(
                "Delete the grant {id} first, or leave {right} in", id=grant.grant_id, right=grant.media_right
            ),
            field="media_rights",
            constraint="rights_fit_their_deal",
            in_the_way=grant.grant_id,
        )
    if deal.window is not None and not is_within(grant.window, deal.window):
        raise RightsConflict(
            phrase(
                "the grant {id} records what this deal sold {days}, outside of that",
                id=grant.grant_id,
                days=grant.window.said(),
            ),
            phrase(
                "Change the window of the grant {id} first, or choose another licence period",
                id=grant.grant_id,
            ),
            field="window",
            constraint="sold_within_its_deal",
            in_the_way=grant.grant_id,
        )
