"""What was between participants before an event: as its organiser says, and as this service knows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from recommender.meetings.domain import Past
from service.domain.words import Attendance, EventStatus
from service.store.repositories.bulk import copy_rows
from service.store.repositories.of_events import EventRepository
from service.store.tables.accounts import COMPANIES
from service.store.tables.catalogue import DISTRIBUTOR_PROFILES
from service.store.tables.deals import DEALS
from service.store.tables.events import EVENT_HISTORY as HISTORY
from service.store.tables.events import EVENT_PARTICIPANTS, EVENTS
from service.store.tables.schedules import EVENT_OUTCOMES as OUTCOMES

__all__ = ["Earlier", "Histories"]

_SELLERS = EVENT_PARTICIPANTS.alias("sellers")
_BUYERS = EVENT_PARTICIPANTS.alias("buyers")
_SOLD_BY = COMPANIES.alias("sold_by")
_BOUGHT_BY = COMPANIES.alias("bought_by")


@dataclass(frozen=True, slots=True)
class Earlier:
    """What somebody said of who came to a meeting at another event. starts_on: the first day of that event.

    seller, buyer: participant ids there. seller_company, buyer_company: None for guests.
    """

    event_id: str
    starts_on: date
    seller: str
    buyer: str
    seller_company: str | None
    buyer_company: str | None
    said_by: str
    attendance: Attendance


class Histories(EventRepository):
    """tx.history."""

    def all(self, event_id: str) -> tuple[Past, ...]:
        """What the organiser entered, in the order it came."""
        query = (
            select(
                _SELLERS.c.participant_id.label("seller_id"),
                _BUYERS.c.participant_id.label("buyer_id"),
                HISTORY.c.about,
                HISTORY.c.kind,
            )
            .select_from(HISTORY)
            .join(_SELLERS, HISTORY.c.seller_pk == _SELLERS.c.id)
            .join(_BUYERS, HISTORY.c.buyer_pk == _BUYERS.c.id)
            .where(HISTORY.c.event_pk == self._event(event_id))
            .order_by(HISTORY.c.id)
        )
        return tuple(map(_past, self._all(query)))

    def add(self, event_id: str, rows: Collection[Past]) -> None:
        """Those that are not there yet. Raises Invalid for somebody unknown, Conflict for two of one side."""
        there = set(self.all(event_id))
        new = [row for row in dict.fromkeys(rows) if row not in there]
        copy_rows(self._connection, HISTORY, list(self._rows(event_id, new)))

    def remove(self, event_id: str, rows: Collection[Past]) -> None:
        """Those that are there."""
        for row in self._rows(event_id, rows):
            same = [HISTORY.c[name] == value for name, value in row.items()]
            self._connection.execute(delete(HISTORY).where(*same))

    def earlier(self, event_id: str) -> tuple[Earlier, ...]:
        """What was said of who came to the meetings of the organiser's other published events."""
        event = self._event(event_id)
        organiser = select(EVENTS.c.company_pk).where(EVENTS.c.id == event).scalar_subquery()
        query = (
            select(
                EVENTS.c.event_id,
                EVENTS.c.starts_on,
                _SELLERS.c.participant_id.label("seller"),
                _BUYERS.c.participant_id.label("buyer"),
                _SOLD_BY.c.company_id.label("seller_company"),
                _BOUGHT_BY.c.company_id.label("buyer_company"),
                OUTCOMES.c.said_by,
                OUTCOMES.c.attendance,
            )
            .select_from(OUTCOMES)
            .join(EVENTS, OUTCOMES.c.event_pk == EVENTS.c.id)
            .join(_SELLERS, OUTCOMES.c.seller_pk == _SELLERS.c.id)
            .join(_BUYERS, OUTCOMES.c.buyer_pk == _BUYERS.c.id)
            .outerjoin(_SOLD_BY, _SELLERS.c.company_pk == _SOLD_BY.c.id)
            .outerjoin(_BOUGHT_BY, _BUYERS.c.company_pk == _BOUGHT_BY.c.id)
            .where(
                EVENTS.c.company_pk == organiser,
                EVENTS.c.id != event,
                EVENTS.c.status != EventStatus.PLANNING.value,
            )
            .order_by(EVENTS.c.starts_on, OUTCOMES.c.id)
        )
        return tuple(
            Earlier(**{**row._mapping, "attendance": Attendance(row.attendance)}) for row in self._all(query)
        )

    def in_business(self, event_id: str, since: date, until: date) -> frozenset[tuple[str, str]]:
        """Companies (seller, buyer) of the event with a deal that everybody may know, released from `since` on."""
        event = self._event(event_id)
        attends = select(EVENT_PARTICIPANTS.c.company_pk).where(EVENT_PARTICIPANTS.c.event_pk == event)
        query = (
            select(_SOLD_BY.c.company_id, _BOUGHT_BY.c.company_id)
            .select_from(DEALS)
            .join(DISTRIBUTOR_PROFILES, DEALS.c.profile_pk == DISTRIBUTOR_PROFILES.c.id)
            .join(_SOLD_BY, DEALS.c.agent_pk == _SOLD_BY.c.id)
            .join(_BOUGHT_BY, DISTRIBUTOR_PROFILES.c.company_pk == _BOUGHT_BY.c.id)
            .where(
                DEALS.c.is_public,
                DEALS.c.release_date >= since,
                DEALS.c.release_date < until,
                DEALS.c.agent_pk.in_(attends),
                DISTRIBUTOR_PROFILES.c.company_pk.in_(attends),
            )
        )
        return frozenset((row[0], row[1]) for row in self._all(query.distinct()))

    def _rows(self, event_id: str, rows: Collection[Past]) -> Iterator[dict[str, Any]]:
        event = self._event(event_id)
        people = self._people(event)
        sides = self._sides(event)
        for one in rows:
            first = people.pk(one.participant_id, "participant_id")
            second = people.pk(one.other_id, "other_id")
            about = sides[one.participant_id]
            seller, buyer = (first, second) if about == "seller" else (second, first)
            yield {
                "event_pk": event,
                "seller_pk": seller,
                "buyer_pk": buyer,
                "about": about,
                "kind": one.kind,
            }

    def _sides(self, event_pk: int) -> dict[str, str]:
        query = select(EVENT_PARTICIPANTS.c.participant_id, EVENT_PARTICIPANTS.c.side)
        rows = self._all(query.where(EVENT_PARTICIPANTS.c.event_pk == event_pk))
        return {row[0]: row[1] for row in rows}


def _past(row: Any) -> Past:
    pair = (row.seller_id, row.buyer_id)
    one, other = pair if row.about == "seller" else pair[::-1]
    return Past(one, other, row.kind)
