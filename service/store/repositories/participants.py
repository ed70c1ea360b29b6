"""Who comes to an event, and when not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, select, tuple_

from service.domain.events import Participant
from service.errors import NotFound
from service.store.repositories.bulk import copy_rows
from service.store.repositories.of_events import EventRepository
from service.store.tables.accounts import COMPANIES
from service.store.tables.events import EVENT_ABSENCES, EVENT_PARTICIPANTS

__all__ = ["Participants"]

_PARTICIPANTS = select(EVENT_PARTICIPANTS, COMPANIES.c.company_id).select_from(
    EVENT_PARTICIPANTS.outerjoin(COMPANIES, EVENT_PARTICIPANTS.c.company_pk == COMPANIES.c.id)
)

Absence = tuple[str, str]


class Participants(EventRepository):
    """tx.participants."""

    def all(self, event_id: str) -> tuple[Participant, ...]:
        """In the order they were added."""
        mine = EVENT_PARTICIPANTS.c.event_pk == self._event(event_id)
        rows = self._all(_PARTICIPANTS.where(mine).order_by(EVENT_PARTICIPANTS.c.id))
        return tuple(map(_participant, rows))

    def get(self, event_id: str, participant_id: str) -> Participant:
        """Raises NotFound."""
        mine = EVENT_PARTICIPANTS.c.event_pk == self._event(event_id)
        row = self._first(_PARTICIPANTS.where(mine, EVENT_PARTICIPANTS.c.participant_id == participant_id))
        if row is None:
            raise NotFound("participant", participant_id)
        return _participant(row)

    def put(self, event_id: str, participants: Sequence[Participant]) -> None:
        """Add or change; Conflict when a side would change."""
        event = self._event(event_id)
        companies = self._pks(COMPANIES.c.company_id, {one.company_id for one in participants}, "company_id")
        rows = [
            {"event_pk": event, "company_pk": companies[one.company_id], **_values(one)}
            for one in participants
        ]
        self._put(EVENT_PARTICIPANTS, rows, "event_pk", "participant_id")

    def remove(self, event_id: str, participant_ids: Collection[str]) -> None:
        """With absences, wishes and locks. Raises NotFound, and Conflict while a schedule has meetings of one."""
        event = self._event(event_id)
        self._drop(EVENT_PARTICIPANTS, event, "participant_id", participant_ids, "participant")

    def absences(self, event_id: str) -> frozenset[Absence]:
        """Who is away in which slot, as it was said; `not_before` is not among them."""
        event = self._event(event_id)
        away = select(EVENT_ABSENCES.c.participant_pk, EVENT_ABSENCES.c.slot_pk)
        rows = self._columns(away.where(EVENT_ABSENCES.c.event_pk == event))
        people, slots = self._people(event), self._slots(event)
        return frozenset(zip(people.ids(rows["participant_pk"]), slots.ids(rows["slot_pk"]), strict=True))

    def add_absences(self, event_id: str, absences: Collection[Absence]) -> None:
        """Those that are not there yet."""
        rows = self._absence_rows(event_id, set(absences) - self.absences(event_id))
        copy_rows(self._connection, EVENT_ABSENCES, rows)

    def remove_absences(self, event_id: str, absences: Collection[Absence]) -> None:
        """Those that are there."""
        rows = self._absence_rows(event_id, absences)
        keys = [(row["participant_pk"], row["slot_pk"]) for row in rows]
        both = tuple_(EVENT_ABSENCES.c.participant_pk, EVENT_ABSENCES.c.slot_pk)
        self._connection.execute(delete(EVENT_ABSENCES).where(both.in_(keys)))

    def _absence_rows(self, event_id: str, absences: Collection[Absence]) -> list[dict[str, int]]:
        event = self._event(event_id)
        people, slots = self._people(event), self._slots(event)
        return [
            {
                "participant_pk": people.pk(person, "participant_id"),
                "slot_pk": slots.pk(slot, "slot_id"),
                "event_pk": event,
            }
            for person, slot in absences
        ]


def _values(one: Participant) -> dict[str, Any]:
    return {
        "participant_id": one.participant_id,
        "side": one.side,
        "name": one.name,
        "colleagues": one.colleagues,
        "distributor_ids": list(one.distributor_ids),
        "territories": list(one.territories),
        "brief": one.brief,
        "film_ids": list(one.film_ids),
        "max_meetings": one.max_meetings,
        "min_meetings": one.min_meetings,
        "max_per_day": one.max_per_day,
        "not_before": one.not_before,
        "hosted": one.hosted,
        "withdrawn": one.withdrawn,
    }


def _participant(row: Any) -> Participant:
    return Participant(
        participant_id=row.participant_id,
        side=row.side,
        name=row.name,
        colleagues=row.colleagues,
        company_id=row.company_id,
        distributor_ids=tuple(row.distributor_ids),
        territories=tuple(row.territories),
        brief=row.brief,
        film_ids=tuple(row.film_ids),
        max_meetings=row.max_meetings,
        min_meetings=row.min_meetings,
        max_per_day=row.max_per_day,
        not_before=row.not_before,
        hosted=row.hosted,
        withdrawn=row.withdrawn,
        version=row.version,
    )
