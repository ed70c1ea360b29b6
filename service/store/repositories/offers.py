"""Films on offer in a territory, and which deals leave them so."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, literal, or_, select

from service.domain.rights import Window
from service.domain.words import Direction, GrantStatus, MediaRight
from service.store.repositories.base import Repository
from service.store.repositories.windows import as_range
from service.store.tables.accounts import COMPANIES
from service.store.tables.catalogue import DISTRIBUTOR_PROFILES as PROFILES
from service.store.tables.catalogue import FILMS
from service.store.tables.deals import DEALS, RIGHTS_GRANTS

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
            select(
                FILMS.c.film_id,
                func.greatest(
                    FILMS.c.created_at, func.min(func.coalesce(grants.active_since, grants.created_at))
                ),
            )
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

    def unsold_by(
        self,
        media_right: MediaRight,
        window: Window,
        *,
        film_ids: Collection[str] | None = None,
        territory: str = "",
        buyer_id: str = "",
        agent_ids: Collection[str] = (),
    ) -> frozenset[str]:
        """Deals of these films or in this territory that do not sell one right in a window.

        They are about other rights or days. And once the agent of a film has recorded its rights, those say what is
        sold, with what its deals sell beside them (Rights.standing); so do those of agent_ids in reference data.
        Reference data seldom says which rights were taken with those for cinemas, so there these stand for all.
        buyer_id: a distributor whose own deals are left out.
        """
        grants, deals = RIGHTS_GRANTS.c, DEALS.c
        active = grants.status == GrantStatus.ACTIVE.value
        is_recorded = _some(active, grants.film_pk == FILMS.c.id, grants.company_pk == FILMS.c.owner_pk)
        agents = select(COMPANIES.c.id).where(COMPANIES.c.company_id == func.any(list(agent_ids)))
        query = (
            select(deals.deal_id)
            .join_from(DEALS, FILMS, deals.film_pk == FILMS.c.id)
            .join(PROFILES, deals.profile_pk == PROFILES.c.id)
            .where(
                or_(
                    ~deals.media_rights.overlap([media_right.value, MediaRight.THEATRICAL.value]),
                    ~deals.licence_window.overlaps(as_range(window)),
                    is_recorded,
                    and_(FILMS.c.owner_pk.is_(None), deals.agent_pk.in_(agents)),
                )
            )
        )
        if film_ids is not None:
            query = query.where(FILMS.c.film_id == func.any(list(film_ids)))
        if territory:
            query = query.where(PROFILES.c.territory == territory)
        if buyer_id:
            query = query.where(PROFILES.c.distributor_id != buyer_id)
        return frozenset(row.deal_id for row in self._all(query))


def _some(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is such a grant, looked up by index for each row: planned as EXISTS it would read all grants."""
    one = select(literal(1)).where(*conditions).limit(1)
    return one.correlate(FILMS, DEALS).scalar_subquery().is_not(None)
