"""Whom a right concerns, and which other right is in its way."""

from __future__ import annotations

from collections.abc import Sequence

from service.clock import today
from service.domain.clashes import clashes, is_inside_held, is_within, shared_days
from service.domain.deals import DealRecord
from service.domain.rights import RightsGrant
from service.domain.words import Direction, GrantStatus
from service.errors import RightsConflict
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import About, Action, may
from service.store.constraints import RULES
from service.store.unit_of_work import UnitOfWork

__all__ = ["refuse_clashes", "refuse_sold_elsewhere", "rights_about"]


def refuse_clashes(tx: UnitOfWork, actor: Actor, grants: Sequence[RightsGrant]) -> None:
    """Raises RightsConflict where another grant or a deal is in the way, in words that say which and what to change.

    The database keeps the same rules, also against what others write meanwhile. That a sale is held comes first:
    else whoever holds nothing would learn from the answer what others sold.
    """
    if not grants:
        return
    known = tx.rights.standing([grants[0].film_id]).get(grants[0].film_id, ())
    stored = {grant.grant_id: _claim(grant) for grant in known if grant.grant_id}
    active = [
        grant
        for grant in grants
        if grant.status is GrantStatus.ACTIVE and stored.get(grant.grant_id) != _claim(grant)
    ]
    for grant in active:
        if grant.direction is Direction.SOLD and not is_inside_held(grant, known):
            raise _not_held(grant)
    _require_within_deals(tx, active)
    for grant, other in clashes(active, known):
        if other.grant_id:
            raise _clash(actor, grant, other)
        if not _is_beside(grant, other, known):
            raise _sold_in_deal(actor, grant, other)


def refuse_sold_elsewhere(tx: UnitOfWork, actor: Actor, deal: DealRecord) -> None:
    """Raises RightsConflict where a grant sells exclusively what this stored deal sells and no grant records of it."""
    known = tx.rights.standing([deal.film_id], territory=deal.territory).get(deal.film_id, ())
    sales = [one for one in known if not one.grant_id and one.deal_id == deal.deal_id]
    exclusive = [grant for grant in known if grant.grant_id and grant.exclusive]
    for sale, grant in clashes(sales, exclusive):
        if not _is_beside(grant, sale, known):
            raise _sold_by_grant(actor, sale, grant)


def _require_within_deals(tx: UnitOfWork, grants: Sequence[RightsGrant]) -> None:
    named = {grant.deal_id for grant in grants if grant.deal_id}
    deals = tx.deals.find(named) if named else {}
    for grant in grants:
        period = deals[grant.deal_id].window if grant.deal_id in deals else None
        if period is not None and not is_within(grant.window, period):
            raise RightsConflict(
                phrase(
                    "it is to be sold {days}, outside of the licence period of the deal {id}, {period}",
                    days=grant.window.said(),
                    id=grant.deal_id,
                    period=period.said(),
                ),
                RULES["sold_within_its_deal"].remedy,
                field="window",
                constraint="sold_within_its_deal",
                in_the_way=grant.grant_id,
            )


def _claim(grant: RightsGrant) -> tuple[object, ...]:
    """What others can be in the way of: a change of anything else is not their matter."""
    return (
        *(grant.direction, grant.territory, grant.media_right, grant.window, grant.exclusive),
        *(grant.licensee_id, grant.deal_id, frozenset(grant.languages)),
    )


def _is_beside(grant: RightsGrant, sale: RightsGrant, known: Sequence[RightsGrant]) -> bool:
    """Whether a grant may stand beside a sale that only a deal tells: it is that one, or another agent's.

    So may one that is not exclusive and records what a deal sold: it takes less than the deal alone did.
    """
    if grant.company_id != sale.company_id:
        return True
    if grant.deal_id == sale.deal_id or (grant.deal_id is None and grant.licensee_id == sale.licensee_id):
        return True
    return not grant.exclusive and any(
        not one.grant_id and (one.deal_id, one.media_right) == (grant.deal_id, grant.media_right)
        for one in known
    )


def _sold_in_deal(actor: Actor, grant: RightsGrant, sale: RightsGrant) -> RightsConflict:
    right, territory = grant.media_right.value, grant.territory
    if not may(actor, Action.READ, "rights", rights_about(sale)):
        return _claimed(right, territory)
    return RightsConflict(
        phrase(
            "{right} in {territory} is sold {days} already: in the deal {id}, of which no grant records it",
            right=right,
            territory=territory,
            days=(shared_days(grant.window, sale.window) or grant.window).said(),
            id=sale.deal_id,
        ),
        phrase(
            "Choose other days, territories or media rights; or say first what the deal {id} sold: correct its licence "
            "period and media rights, or record its sale",
            id=sale.deal_id,
        ),
        field="window",
        constraint="sold_beside_deals",
        in_the_way=sale.deal_id or "",
    )


def _sold_by_grant(actor: Actor, sale: RightsGrant, grant: RightsGrant) -> RightsConflict:
    right, territory = grant.media_right.value, grant.territory
    if not may(actor, Action.READ, "rights", rights_about(grant)):
        return _claimed(right, territory)
    return RightsConflict(
        phrase(
            "the deal sells {right} in {territory} {window}, but the grant {id} sells it exclusively {days}",
            right=right,
            territory=territory,
            window=sale.window.said(),
            id=grant.grant_id,
            days=grant.window.said(),
        ),
        phrase(
            "Give the deal the licence period and media rights that it has, or change the grant {id} first",
            id=grant.grant_id,
        ),
        field="window",
        constraint="deals_beside_sold",
        in_the_way=grant.grant_id,
    )


def _claimed(right: str, territory: str) -> RightsConflict:
    return RightsConflict(
        phrase("{right} in {territory} is claimed by another company", right=right, territory=territory),
        "Ask an administrator who has the rights",
        field="window",
    )


def _clash(actor: Actor, grant: RightsGrant, other: RightsGrant) -> RightsConflict:
    right, territory = grant.media_right.value, grant.territory
    if not may(actor, Action.READ, "rights", rights_about(other)):
        return _claimed(right, territory)
    window = other.window.said()
    return RightsConflict(
        phrase(
            "{right} in {territory} is held {days} already: {by}, {scope}"
            if other.direction is Direction.HELD
            else "{right} in {territory} is sold {days} already: {by}, {scope}",
            right=right,
            territory=territory,
            days=(shared_days(grant.window, other.window) or grant.window).said(),
            by=phrase(
                "exclusively by the grant {id}" if other.exclusive else "by the grant {id}", id=other.grant_id
            ),
            scope=_spoken(window, other.languages),
        ),
        phrase(
            "Choose a window outside of {window}, other territories, media rights or languages, "
            "or change the grant {id} first",
            window=window,
            id=other.grant_id,
        ),
        field="window",
        in_the_way=other.grant_id,
    )


def _not_held(grant: RightsGrant) -> RightsConflict:
    rule = RULES["rights_inside_held"]
    what = phrase(
        "the seller does not hold {right} exclusively in {place} {window}"
        if grant.exclusive
        else "the seller does not hold {right} rights in {place} {window}",
        right=grant.media_right.value,
        place=_spoken(grant.territory, grant.languages),
        window=grant.window.said(),
    )
    is_over = grant.window.ends_on is not None and grant.window.ends_on < today()
    return RightsConflict(
        phrase("{what}, and these days are over", what=what) if is_over else what,
        rule.remedy,
        field=rule.field,
        constraint="rights_inside_held",
        in_the_way=grant.grant_id,
    )


def _spoken(what: str, languages: Sequence[str]) -> str:
    return phrase("{what} for {languages}", what=what, languages=", ".join(languages)) if languages else what


def rights_about(grant: RightsGrant) -> About:
    """A draft is its agent's own business; what is sold is as private as its deal."""
    told = grant.licensee_id is not None and grant.status is not GrantStatus.DRAFT
    return About(
        seller=grant.company_id,
        buyers=frozenset({grant.licensee_id or ""}) if told else frozenset(),
        is_open=grant.direction is Direction.HELD,
    )
