"""Whom a right concerns, and which other right is in its way."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.avails import said_window
from service.domain.clashes import clashes, shared_days
from service.domain.rights import RightsGrant
from service.domain.words import GrantStatus
from service.errors import RightsConflict
from service.security.actor import Actor
from service.security.permissions import About, Action, may
from service.store.unit_of_work import UnitOfWork

__all__ = ["refuse_clashes", "rights_about"]


def refuse_clashes(tx: UnitOfWork, actor: Actor, grants: Sequence[RightsGrant]) -> None:
    """Raises RightsConflict where another grant is in the way, in words that say which and what to change.

    The database keeps the same rule, also against what others write meanwhile.
    """
    active = [grant for grant in grants if grant.status is GrantStatus.ACTIVE]
    if not active:
        return
    pair = next(clashes(active, tx.rights.of_film(active[0].film_id)), None)
    if pair is not None:
        raise _clash(actor, *pair)


def _clash(actor: Actor, grant: RightsGrant, other: RightsGrant) -> RightsConflict:
    days = shared_days(grant.window, other.window) or grant.window
    what = f"{grant.media_right.value} in {grant.territory} is {other.direction.value} {said_window(days)}"
    if not may(actor, Action.READ, "rights", rights_about(other)):
        return RightsConflict(
            f"{what} by another company", "Ask an administrator who has the rights", field="window"
        )
    exclusively = "exclusively " if other.exclusive else ""
    spoken = f" for {', '.join(other.languages)}" if other.languages else ""
    return RightsConflict(
        f"{what} already: {exclusively}by the grant {other.grant_id}, {said_window(other.window)}{spoken}",
        f"Choose a window outside of {said_window(other.window)}, other territories, media rights or languages, "
        f"or change the grant {other.grant_id} first",
        field="window",
        in_the_way=other.grant_id,
    )


def rights_about(grant: RightsGrant) -> About:
    """A draft is its agent's own business."""
    told = grant.licensee_id is not None and grant.status is not GrantStatus.DRAFT
    return About(
        seller=grant.company_id, buyers=frozenset({grant.licensee_id or ""}) if told else frozenset()
    )
