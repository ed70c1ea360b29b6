"""Every page of the site asked for over HTTP, by the first of its readers: seconds, processor seconds, size."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import httpx2
import psutil
from fastapi.routing import APIRoute

from scripts.large_market import Desks, browsed_as
from scripts.running_service import Replica
from service.web.site import PAGES, UPLOADS

__all__ = ["Timed", "time_pages"]

ROUNDS: Final = 5

_READERS: Final = ("agent", "distributor", "organiser", "administrator")
_FILES: Final = re.compile(r"\.(csv|ics|json|pdf|xlsx|\{suffix\})$|/data$|/export$|/files/")
_PARAMETER: Final = re.compile(r"\{(\w+)(?::path)?\}")
_NOT_PAGES: Final = frozenset(
    {
        "/",
        "/welcome",
        "/agenda/talk",
        "/brief/taken-up",
        "/events/{event_id}/progress",
        "/films/{film_id}/rights/{key}",
        "/films/{film_id}/deals/{deal_id:path}",
        "/admin/imports/{run_id}",
        "/admin/imports/{run_id}/columns",
    }
)
"""Those that lead on, that need an invitation, a meeting of one's own, a plan that is being made or a brief that is;
and the forms of one right and of one deal, and an administrator's imports, whose like are measured at the agent's."""

_QUERIES: Final[dict[str, tuple[str, ...]]] = {
    "/films": ("", "?q=the+night"),
    "/films/{film_id}/matches": ("", "?k=50"),
    "/films/{film_id}/compare": ("?territory={territory}&d={one}&d={other}",),
    "/suggestions": ("", "?genre=Drama"),
    "/admin/companies": ("", "?q=film"),
    "/events/{event_id}/participant": ("?id={participant_id}",),
    "/events/{event_id}/participants": ("", "?q=Participant+s01"),
    "/events/{event_id}/schedule": ("", "?seller={seller}&buyer={buyer}"),
    "/events/{event_id}/agendas": ("", "?order=gaps"),
    "/events/{event_id}/why-not": ("", "?who={seller}"),
    "/events/{event_id}/versions/compare": ("?before=1&after=2",),
}
"""Where the plain address is not all, or no page."""

_PARTS: Final[dict[str, tuple[str, ...]]] = {
    "/films/{film_id}/matches": ("?territory={territory}",),
    "/events/{event_id}/schedule/meeting": ("?seller={seller}&buyer={buyer}",),
    "/events/{event_id}/schedule/free": ("?slot={slot}&table={table}",),
    "/events/{event_id}/schedule/stand-bys": ("?slot={slot}&table={table}",),
    "/events/{event_id}/schedule/change": (
        "?kind=cancel&seller={seller}&buyer={buyer}",
        "?kind=move&seller={seller}&buyer={buyer}&slot={slot}",
    ),
}
"""What htmx asks for, to put it into a page that is open."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A page. name: its route; path: as asked for. first_s, median_s: by the clock; busy_s: of processors."""

    name: str
    who: str
    path: str
    status: int
    is_whole: bool
    first_s: float
    median_s: float
    busy_s: float
    kilobytes: float


@dataclass(frozen=True, slots=True)
class _Address:
    name: str
    path: str
    is_whole: bool


def time_pages(replica: Replica, database: int, desks: Desks, tell: Callable[[str], None]) -> Iterator[Timed]:
    """Each page, once for the first reader who may open it. database: process id of the PostgreSQL server."""
    clients = {
        who: httpx2.Client(base_url=replica.url, cookies=browsed_as(replica.url, desks, who), timeout=120)
        for who in _READERS
    }
    clients["anybody"] = httpx2.Client(base_url=replica.url, timeout=120)
    busy = _Busy(replica.process.pid, database)
    for address in _addresses(desks):
        readers = ("anybody",) if address.path == "/sign-in" else _READERS
        for who in readers:
            timed = _timed(clients[who], busy, address, who)
            if timed is None:
                continue
            if timed.status not in (403, 404):
                tell(f"{timed.name}: {timed.first_s:.2f}, {timed.median_s:.2f} s")
                yield timed
                break
        else:
            yield Timed(address.name, "nobody", address.path, 404, address.is_whole, 0.0, 0.0, 0.0, 0.0)
    for client in clients.values():
        client.close()


def _timed(client: httpx2.Client, busy: _Busy, address: _Address, who: str) -> Timed | None:
    """None where this reader is led to another page."""
    headers = {} if address.is_whole else {"HX-Request": "true"}
    took, worked, size = [], [], 0
    for _ in range(ROUNDS + 1):
        before, start = busy.seconds(), time.perf_counter()
        with client.stream("GET", address.path, headers=headers) as answer:
            size = sum(map(len, answer.iter_raw()))
        took.append(time.perf_counter() - start)
        worked.append(busy.seconds() - before)
        if answer.is_redirect:
            return None
        if answer.status_code in (403, 404):
            break
    return Timed(
        name=address.name,
        who=who,
        path=address.path,
        status=answer.status_code,
        is_whole=address.is_whole,
        first_s=took[0],
        median_s=statistics.median(took[1:] or took),
        busy_s=statistics.median(worked[1:] or worked),
        kilobytes=size / 1024,
    )


def _addresses(desks: Desks) -> Iterator[_Address]:
    routes = [
        route.path
        for module in (*PAGES, *UPLOADS)
        for route in module.router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    ]
    for route in routes:
        if _FILES.search(route) or route in _NOT_PAGES:
            continue
        if not set(_PARAMETER.findall(route)) <= desks.fill.keys():
            # A small market has nothing of this kind, such as companies to merge.
            continue
        path = _PARAMETER.sub(lambda found: desks.fill[found[1]], route)
        usual = () if route in _PARTS else ("",)
        for query in _QUERIES.get(route, usual):
            yield _Address(route + query, path + query.format(**desks.words()), True)
        for query in _PARTS.get(route, ()):
            yield _Address(route + query, path + query.format(**desks.words()), False)


class _Busy:
    """Processor seconds of the service and of the database server."""

    def __init__(self, service: int, database: int) -> None:
        self._processes = (psutil.Process(service), psutil.Process(database))

    def seconds(self) -> float:
        """So far; a connection has a process of its own in PostgreSQL."""
        service, database = self._processes
        return sum(map(_seconds, (service, database, *database.children())))


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)
