"""What is said of meetings: answers before, outcomes after."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from service.domain.schedules import Outcome, Response
from service.domain.words import Answer, Attendance, Interest
from service.store.repositories.of_events import EventRepository
from service.store.tables.events import EVENT_PARTICIPANTS, EVENT_SLOTS
from service.store.tables.schedules import EVENT_OUTCOMES as OUTCOMES
from service.store.tables.schedules import EVENT_RESPONSES as RESPONSES

__all__ = ["Replies"]

_SELLERS = EVENT_PARTICIPANTS.alias("sellers")
_BUYERS = EVENT_PARTICIPANTS.alias("buyers")
_PROPOSED = EVENT_SLOTS.alias("proposed")


class Replies(EventRepository):
    """tx.replies."""

    def responses(self, event_id: str) -> tuple[Response, ...]:
        """The latest of each side to each pair."""
        query = (
            select(
                RESPONSES,
                _SELLERS.c.participant_id.label("seller_id"),
                _BUYERS.c.participant_id.label("buyer_id"),
                EVENT_SLOTS.c.slot_id,
                _PROPOSED.c.slot_id.label("proposed_slot_id"),
            )
            .select_from(RESPONSES)
            .join(_SELLERS, RESPONSES.c.seller_pk == _SELLERS.c.id)
            .join(_BUYERS, RESPONSES.c.buyer_pk == _BUYERS.c.id)
            .join(EVENT_SLOTS, RESPONSES.c.slot_pk == EVENT_SLOTS.c.id)
            .outerjoin(_PROPOSED, RESPONSES.c.proposed_slot_pk == _PROPOSED.c.id)
            .where(RESPONSES.c.event_pk == self._event(event_id))
            .order_by(RESPONSES.c.at, RESPONSES.c.id)
        )
        return tuple(map(_response, self._all(query)))

    def respond(self, event_id: str, response: Response) -> None:
        """In place of what the side said before."""
        event = self._event(event_id)
        people, slots = self._people(event), self._slots(event)
        proposed = response.proposed_slot_id
        row = {
            "event_pk": event,
            "seller_pk": people.pk(response.seller_id, "seller_id"),
            "buyer_pk": people.pk(response.buyer_id, "buyer_id"),
            "side": response.side,
            "slot_pk": slots.pk(response.slot_id, "slot_id"),
            "answer": response.answer.value,
            "reason": response.reason,
            "proposed_slot_pk": slots.pk(proposed, "proposed_slot_id") if proposed else None,
            "by": response.by,
            "at": response.at,
        }
        self._put(RESPONSES, [row], "seller_pk", "buyer_pk", "side")

    def outcomes(self, event_id: str) -> tuple[Outcome, ...]:
        """The latest of everybody who says something of a pair."""
        query = (
            select(
                OUTCOMES,
                _SELLERS.c.participant_id.label("seller_id"),
                _BUYERS.c.participant_id.label("buyer_id"),
            )
            .select_from(OUTCOMES)
            .join(_SELLERS, OUTCOMES.c.seller_pk == _SELLERS.c.id)
            .join(_BUYERS, OUTCOMES.c.buyer_pk == _BUYERS.c.id)
            .where(OUTCOMES.c.event_pk == self._event(event_id))
            .order_by(OUTCOMES.c.at, OUTCOMES.c.id)
        )
        return tuple(map(_outcome, self._all(query)))

    def record(self, event_id: str, outcome: Outcome) -> None:
        """In place of what the same one said before."""
        event = self._event(event_id)
        people = self._people(event)
        row = {
            "event_pk": event,
            "seller_pk": people.pk(outcome.seller_id, "seller_id"),
            "buyer_pk": people.pk(outcome.buyer_id, "buyer_id"),
            "said_by": outcome.said_by,
            "attendance": outcome.attendance.value,
            "interest": outcome.interest.value,
            "note": outcome.note,
            "by": outcome.by,
            "at": outcome.at,
        }
        self._put(OUTCOMES, [row], "seller_pk", "buyer_pk", "said_by")


def _response(row: Any) -> Response:
    return Response(
        seller_id=row.seller_id,
        buyer_id=row.buyer_id,
        side=row.side,
        slot_id=row.slot_id,
        answer=Answer(row.answer),
        at=row.at,
        by=row.by,
        reason=row.reason,
        proposed_slot_id=row.proposed_slot_id,
    )


def _outcome(row: Any) -> Outcome:
    return Outcome(
        seller_id=row.seller_id,
        buyer_id=row.buyer_id,
        said_by=row.said_by,
        attendance=Attendance(row.attendance),
        at=row.at,
        by=row.by,
        interest=Interest(row.interest),
        note=row.note,
    )
