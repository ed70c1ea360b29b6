"""Requests for meetings between sales agents and distributors."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from service.domain.meeting_requests import MeetingRequest
from service.domain.paging import FIRST, Page, PageRequest
from service.domain.words import RequestState
from service.errors import NotFound
from service.store.repositories.base import Repository
from service.store.tables.accounts import COMPANIES
from service.store.tables.activity import MEETING_REQUESTS
from service.store.tables.catalogue import DISTRIBUTOR_PROFILES as PROFILES
from service.store.tables.catalogue import FILMS
from service.store.tables.events import EVENTS

__all__ = ["MeetingRequests", "RequestFilter"]

_SELLERS = COMPANIES.alias("sellers")
_BUYERS = COMPANIES.alias("buyers")
_REQUESTS = select(
    MEETING_REQUESTS,
    FILMS.c.film_id,
    PROFILES.c.distributor_id,
    EVENTS.c.event_id,
    _SELLERS.c.company_id.label("agent_id"),
    _BUYERS.c.company_id,
    MEETING_REQUESTS.c.id.label("position"),
).select_from(
    MEETING_REQUESTS.join(FILMS, MEETING_REQUESTS.c.film_pk == FILMS.c.id)
    .join(PROFILES, MEETING_REQUESTS.c.profile_pk == PROFILES.c.id)
    .join(_BUYERS, PROFILES.c.company_pk == _BUYERS.c.id)
    .outerjoin(_SELLERS, FILMS.c.owner_pk == _SELLERS.c.id)
    .outerjoin(EVENTS, MEETING_REQUESTS.c.event_pk == EVENTS.c.id)
)


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Each empty field is no condition. parties: seller's and buyer's companies, of which one must fit."""

    film_id: str = ""
    distributor_id: str = ""
    agent_id: str = ""
    state: RequestState | None = None
    parties: tuple[Collection[str], Collection[str]] | None = None


class MeetingRequests(Repository):
    """tx.meeting_requests."""

    def add(self, request: MeetingRequest) -> MeetingRequest:
        """Raises Conflict where one about the same film and distributor is open."""
        values = {
            "request_id": request.request_id,
            "film_pk": self._pk(FILMS.c.film_id, request.film_id, "film_id"),
            "profile_pk": self._pk(PROFILES.c.distributor_id, request.distributor_id, "distributor_id"),
            "event_pk": self._optional_pk(EVENTS.c.event_id, request.event_id, "event_id"),
            "asked_by": request.asked_by,
            "asked_at": request.asked_at,
            **_changing(request),
        }
        self._insert(MEETING_REQUESTS, values)
        return self.get(request.request_id)

    def get(self, request_id: str, *, alone: bool = False) -> MeetingRequest:
        """Raises NotFound. alone: nobody else answers it until this unit of work ends."""
        query = _REQUESTS.where(MEETING_REQUESTS.c.request_id == request_id)
        row = self._first(query.with_for_update(of=MEETING_REQUESTS) if alone else query)
        if row is None:
            raise NotFound("request", request_id)
        return _request(row)

    def latest(self, film_id: str, distributor_id: str) -> MeetingRequest | None:
        """The last about a film and a distributor, which nobody else answers until this unit of work ends."""
        query = (
            _REQUESTS.where(FILMS.c.film_id == film_id, PROFILES.c.distributor_id == distributor_id)
            .order_by(MEETING_REQUESTS.c.id.desc())
            .limit(1)
        )
        row = self._first(query.with_for_update(of=MEETING_REQUESTS))
        return None if row is None else _request(row)

    def list(self, page: PageRequest = FIRST, where: RequestFilter | None = None) -> Page[MeetingRequest]:
        """The latest asked first."""
        query = _REQUESTS.where(*_conditions(where or RequestFilter()))
        return self._page(query, MEETING_REQUESTS.c.id, page, _request, newest_first=True)

    def update(self, request: MeetingRequest, expected: int | None = None) -> MeetingRequest:
        """Write what answers change; raises NotFound, PreconditionFailed."""
        key = MEETING_REQUESTS.c.request_id
        self._update(key, request.request_id, _changing(request), expected, "request")
        return self.get(request.request_id)


def _conditions(where: RequestFilter) -> Iterator[ColumnElement[bool]]:
    if where.film_id:
        yield FILMS.c.film_id == where.film_id
    if where.distributor_id:
        yield PROFILES.c.distributor_id == where.distributor_id
    if where.agent_id:
        yield _SELLERS.c.company_id == where.agent_id
    if where.state is not None:
        yield MEETING_REQUESTS.c.state == where.state.value
    if where.parties is not None:
        sellers, buyers = where.parties
        yield or_(_SELLERS.c.company_id.in_(sellers), _BUYERS.c.company_id.in_(buyers))


def _changing(request: MeetingRequest) -> dict[str, Any]:
    return {
        "waits_for": request.waits_for,
        "state": request.state.value,
        "message": request.message,
        "reply": request.reply,
        "starts_at": request.starts_at,
        "answered_at": request.answered_at,
    }


def _request(row: Any) -> MeetingRequest:
    return MeetingRequest(
        request_id=row.request_id,
        film_id=row.film_id,
        distributor_id=row.distributor_id,
        asked_by=row.asked_by,
        waits_for=row.waits_for,
        asked_at=row.asked_at,
        state=RequestState(row.state),
        message=row.message,
        reply=row.reply,
        starts_at=row.starts_at,
        answered_at=row.answered_at,
        event_id=row.event_id,
        agent_id=row.agent_id,
        company_id=row.company_id,
        version=row.version,
    )
