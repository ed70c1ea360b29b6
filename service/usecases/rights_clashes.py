"""Whom a right concerns, and which other right is in its way."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.clashes import clashes, is_inside_held, shared_days
from service.domain.rights import RightsGrant
from service.domain.words import Direction, GrantStatus
from service.errors import RightsConflict
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import About, Action, may
from service.store.constraints import RULES
from service.store.unit_of_work import UnitOfWork

__all__ = ["refuse_clashes", "rights_about"]


def refuse_clashes(tx: UnitOfWork, actor: Actor, grants: Sequence[RightsGrant]) -> None:
    """Raises RightsConflict where another grant is in the way, in words that say which and what to change.

    The database keeps the same rules, also against what others write meanwhile. That a sale is held comes first:
    else whoever holds nothing would learn from the answer what others sold.
    """
    active = [grant for grant in grants if grant.status is GrantStatus.ACTIVE]
    if not active:
        return
    known = tx.rights.of_film(active[0].film_id)
    for grant in active:
        if grant.direction is Direction.SOLD and not is_inside_held(grant, known):
            raise _not_held(grant)
    pair = next(clashes(active, known), None)
    if pair is not None:
        raise _clash(actor, *pair)


def _clash(actor: Actor, grant: RightsGrant, other: RightsGrant) -> RightsConflict:
    right, territory = grant.media_right.value, grant.territory
    if not may(actor, Action.READ, "rights", rights_about(other)):
        return RightsConflict(
            phrase("{right} in {territory} is claimed by another company", right=right, territory=territory),
            "Ask an administrator who has the rights",
            field="window",
        )
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
    return RightsConflict(
        phrase(
            "the seller does not hold {right} exclusively in {place} {window}"
            if grant.exclusive
            else "the seller does not hold {right} rights in {place} {window}",
            right=grant.media_right.value,
            place=_spoken(grant.territory, grant.languages),
            window=grant.window.said(),
        ),
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
