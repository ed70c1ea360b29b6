"""Avails, and the groups of territories."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.deps import ActorDep, StateDep, UowDep
from service.api.idempotency import IdempotentRoute
from service.api.problems import responses
from service.api.schemas.rights import AvailsOut, TerritoryGroupOut
from service.api.schemas.trade import Day, Language
from service.domain.rights import Window
from service.domain.territory_groups import GROUPS
from service.domain.words import MediaRight
from service.errors import Invalid
from service.usecases.avails import AvailsQuery, film_avails

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["avails"])


@router.get("/films/{film_id}/avails", responses=responses(404))
def get_avails(
    film_id: str,
    actor: ActorDep,
    uow: UowDep,
    state: StateDep,
    territory: Annotated[
        list[Annotated[str, Query(max_length=100)]],
        Query(max_length=50, description="Countries and groups; none is all with rights recorded."),
    ] = [],  # noqa: B006 (FastAPI copies it)
    media_right: Annotated[
        list[MediaRight], Query(max_length=50, description="None is all with rights recorded.")
    ] = [],  # noqa: B006
    as_of: Annotated[Day | None, Query(description="Today where it is left out.")] = None,
    starts_on: Annotated[Day | None, Query(description="First day of the window wanted.")] = None,
    ends_on: Annotated[Day | None, Query(description="Last day of the window wanted.")] = None,
    language: Annotated[Language | None, Query()] = None,
) -> AvailsOut:
    """What is held minus what is sold, by territory and media right.

    The film's agent sees all territories, a distributor its own. Without a window: all that is held from `as_of` on.
    """
    query = AvailsQuery(territory, media_right, as_of, _window(starts_on, ends_on), language or "")
    return AvailsOut.of(film_avails(uow, actor, state.settings, film_id, query))


@router.get("/territory-groups", responses=responses())
def list_groups(_: ActorDep) -> list[TerritoryGroupOut]:
    """The trade's groups of territories that may be named instead of countries."""
    return [TerritoryGroupOut(name=name, territories=sorted(countries)) for name, countries in GROUPS.items()]


def _window(starts_on: Day | None, ends_on: Day | None) -> Window | None:
    if starts_on and ends_on and ends_on < starts_on:
        raise Invalid.field("ends_on", "the window ends before it starts", "Exchange the days")
    return Window(starts_on, ends_on) if starts_on or ends_on else None
