"""What the audit trail keeps of grants that are written together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from service.domain.rights import RightsGrant
from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWork
from service.usecases.audit import record

__all__ = ["record_alike"]

_SAID: Final = (
    *("direction", "territory", "media_right", "window", "exclusive", "licensee_id", "languages"),
    *("holdback_until", "status", "confirmed_on", "deal_id", "note"),
)


def record_alike(
    tx: UnitOfWork,
    actor: Actor,
    action: str,
    before: Sequence[RightsGrant] = (),
    after: Sequence[RightsGrant] = (),
) -> None:
    """One event for each film: a grant of all rights for the world has thousands of rows."""
    for film_id, company_id in sorted({(grant.film_id, grant.company_id) for grant in (*before, *after)}):
        old, new = (
            [grant for grant in side if (grant.film_id, grant.company_id) == (film_id, company_id)]
            for side in (before, after)
        )
        told = {**_alike(new), "grant_ids": [grant.grant_id for grant in new or old]}
        record(tx, actor, action, "rights", film_id, company_id=company_id, before=_alike(old), after=told)


def _alike(grants: Sequence[RightsGrant]) -> dict[str, Any]:
    """What grants say that are recorded together; where they differ, each value once."""
    said = {name: list(dict.fromkeys(getattr(grant, name) for grant in grants)) for name in _SAID}
    return {name: values[0] if len(values) == 1 else values for name, values in said.items() if values}
