"""Films on offer in a territory."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select

from service.domain.rights import Window
from service.domain.words import Direction, GrantStatus
from service.store.repositories.base import Repository
from service.store.repositories.windows import as_range
from service.store.tables.catalogue import FILMS
from service.store.tables.deals import RIGHTS_GRANTS

__all__ = ["Offers"]


class Offers(Repository):
    """tx.offers."""

    def in_territory(self, territory: str, today: date, reference_from: int) -> dict[str, datetime]:
        """film_id -> since when it is on offer there.

        Films whose agent holds active rights there that have not ended, and reference films, of which nobody here
        says where they are offered, of the year `reference_from` or later.
        """
        grants = RIGHTS_GRANTS.c
        held = (
            select(FILMS.c.film_id, func.greatest(FILMS.c.created_at, func.min(grants.created_at)))
            .join_from(FILMS, RIGHTS_GRANTS, grants.film_pk == FILMS.c.id)
            .where(
                FILMS.c.owner_pk.is_not(None),
                grants.direction == Direction.HELD.value,
                grants.status == GrantStatus.ACTIVE.value,
                grants.territory == territory,
                grants.licence_window.overlaps(as_range(Window(today))),
            )
            .group_by(FILMS.c.id)
        )
        reference = select(FILMS.c.film_id, FILMS.c.created_at).where(
            FILMS.c.owner_pk.is_(None), FILMS.c.year >= reference_from
        )
        return {row[0]: row[1] for query in (held, reference) for row in self._all(query)}
