"""Avails of a film: what is held minus what is sold, as a table of territories and media rights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import product

from service.clock import today
from service.domain.avails import Avail, AvailStatus, Question, avail, by_cell, seen_by
from service.domain.catalogue import FilmRecord
from service.domain.rights import RightsGrant, Window, held_by
from service.domain.territory_groups import expand
from service.domain.words import CompanyKind, MediaRight
from service.security.actor import Actor
from service.security.permissions import About, Action, may, require_allowed
from service.settings import Settings
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.films import film_about, readable_film

__all__ = ["AvailRow", "Avails", "AvailsQuery", "avails_at_a_glance", "film_avails"]


@dataclass(frozen=True, slots=True)
class AvailsQuery:
    """What is asked of a film. territories: countries and groups; empty lists are all that rights are recorded in.

    as_of: None for today. window, language: as in Question.
    """

    territories: Sequence[str] = ()
    media_rights: Sequence[MediaRight] = ()
    as_of: date | None = None
    window: Window | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class AvailRow:
    """One right in one territory."""

    territory: str
    media_right: MediaRight
    avail: Avail


@dataclass(frozen=True, slots=True)
class Avails:
    """The table, by territory and then in the order of media rights."""

    film: FilmRecord
    as_of: date
    rows: tuple[AvailRow, ...]


def film_avails(
    uow: UnitOfWorkFactory, actor: Actor, settings: Settings, film_id: str, query: AvailsQuery
) -> Avails:
    """The avails of a film: for its agent everywhere, for distributors in their own territories.

    To distributors the licence periods of others are private: what those change is told by its status alone.
    Raises NotFound for a film the actor may not see, Forbidden for reference data, whose rights are nobody's here.
    """
    wanted = expand(query.territories)
    as_of = query.as_of or today()
    question = Question(as_of, query.window, query.language, timedelta(days=settings.rights_stale_days))
    with uow() as tx:
        film = readable_film(tx, actor, film_id)
        about, grants = _concerning(tx, actor, film)
    require_allowed(actor, Action.READ, "avails", about)
    territories = set(wanted or (grant.territory for grant in grants))
    is_seller = may(actor, Action.READ, "avails", About(seller=about.seller))
    if not is_seller:
        territories &= actor.territories()
    rights = set(query.media_rights) or {grant.media_right for grant in grants}
    seen = avail if is_seller else partial(seen_by, actor.companies(CompanyKind.DISTRIBUTOR))
    return Avails(film, as_of, _rows(grants, territories, rights, question, seen))


def avails_at_a_glance(
    uow: UnitOfWorkFactory,
    actor: Actor,
    settings: Settings,
    films: Sequence[FilmRecord],
    media_right: MediaRight,
) -> dict[str, Counter[AvailStatus]]:
    """Film id -> in how many territories one right stands how, of the films that are the actor's own."""
    own = [film.film_id for film in films if may(actor, Action.READ, "avails", About(seller=film.owner_id))]
    question = Question(today(), stale_after=timedelta(days=settings.rights_stale_days))
    with uow() as tx:
        grants = tx.rights.standing(own, media_right)
    return {
        film_id: Counter(avail(cell, question).status for cell in by_cell(grants.get(film_id, ())).values())
        for film_id in own
    }


def _concerning(tx: UnitOfWork, actor: Actor, film: FilmRecord) -> tuple[About, tuple[RightsGrant, ...]]:
    """Whom the avails concern, and the grants they are made of: of reference data only the actor's own."""
    about, grants = film_about(tx, film), tx.rights.standing([film.film_id]).get(film.film_id, ())
    if film.owner_id is not None:
        return about, grants
    own = held_by(actor.companies(CompanyKind.SALES_AGENT), grants)
    return replace(about, seller=min((grant.company_id for grant in own), default=None)), own


def _rows(
    grants: Sequence[RightsGrant],
    territories: Collection[str],
    rights: Collection[MediaRight],
    question: Question,
    seen: Callable[[Sequence[RightsGrant], Question], Avail],
) -> tuple[AvailRow, ...]:
    cells = by_cell(grants)
    ordered = [right for right in MediaRight if right in rights]
    return tuple(
        AvailRow(territory, right, seen(cells.get((territory, right), ()), question))
        for territory, right in product(sorted(territories), ordered)
    )
