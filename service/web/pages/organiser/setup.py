"""What an event has, and what it still needs before it can be planned."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from service.usecases.events import history, people, places, wishes
from service.web.pages.organiser.desk import Desk, DeskDep

__all__ = ["Stock", "router", "stock_of"]

router = APIRouter(prefix="/events/{event_id}")


@dataclass(frozen=True, slots=True)
class Stock:
    """How many there are of each. values_from: "" while nothing tells what meetings are worth."""

    sellers: int
    buyers: int
    withdrawn: int
    slots: int
    days: int
    tables: int
    closed_tables: int
    absences: int
    musts: int
    wants: int
    no_gos: int
    met_before: int
    history: int
    locks: int
    lineups: int
    values_from: str

    @property
    def is_ready(self) -> bool:
        """Whether a plan can be asked for."""
        return bool(self.sellers and self.buyers and self.slots and self.tables)


@router.get("/setup")
def show(desk: DeskDep) -> Response:
    """Every list of the event with its number, and where to go on."""
    return desk.show("setup.html", stock=stock_of(desk))


def stock_of(desk: Desk) -> Stock:
    """Counted from the lists."""
    given = (desk.page.uow, desk.page.actor, desk.event.event_id)
    everybody = list(desk.people.values())
    here = [one for one in everybody if not one.withdrawn]
    tables = places.list_tables(*given)
    kinds = [wish.kind for wish in wishes.list_wishes(*given)]
    return Stock(
        sellers=sum(one.side == "seller" for one in here),
        buyers=sum(one.side == "buyer" for one in here),
        withdrawn=len(everybody) - len(here),
        slots=len(desk.slots),
        days=len({slot.day for slot in desk.slots.values()}),
        tables=sum(not table.closed for table in tables),
        closed_tables=sum(table.closed for table in tables),
        absences=len(people.list_absences(*given)),
        musts=kinds.count("must"),
        wants=kinds.count("want"),
        no_gos=kinds.count("no_go"),
        met_before=kinds.count("met_before"),
        history=len(history.list_history(*given)),
        locks=len(wishes.list_locks(*given)),
        lineups=sum(bool(one.film_ids) for one in here),
        values_from=desk.event.values_from,
    )
