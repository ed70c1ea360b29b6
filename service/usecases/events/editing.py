"""A meeting added, moved, swapped or cancelled by hand: what it would break is told first, and refused."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from recommender.errors import QueryError, UnknownIdError
from recommender.meetings import domain as core
from recommender.meetings.breaches import Breach
from recommender.meetings.byhand import Add, Cancel, Change, Move, Swap
from recommender.meetings.difference import Difference, difference
from service.domain.events import Event
from service.domain.schedules import Schedule
from service.errors import Conflict, Invalid
from service.security.actor import Actor
from service.security.permissions import Action
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.events.access import event_to_plan
from service.usecases.events.byhand import ByHand
from service.usecases.events.core import core_event
from service.usecases.events.meeting_films import films_for
from service.usecases.events.planning import FILMS
from service.usecases.events.schedules import report_after, standing, version_of, working_draft
from service.usecases.matching import Desk

__all__ = ["Add", "Cancel", "Change", "Move", "Preview", "Swap", "change_schedule", "preview_change"]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do to the latest version, and what it would break.

    conflicts: hard ones are always refused; soft ones are a must or a minimum that is no longer kept. left: how many
    meetings of the version cannot be held any more, and stay in it until it is planned again.
    """

    based_on: int
    conflicts: tuple[Breach, ...]
    difference: Difference
    left: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether nothing is broken."""
        return not self.conflicts


def preview_change(uow: UnitOfWorkFactory, actor: Actor, event_id: str, change: Change) -> Preview:
    """What the change would do, before it happens. Raises Invalid for ids that the event has not."""
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id)
        latest = version_of(tx, event_id)
        planned = core_event(tx, event, worth_of=_people(change))
        meetings = tx.schedules.meetings(latest.schedule_id)
    return _preview(planned, latest, meetings, change)[0]


def change_schedule(
    uow: UnitOfWorkFactory,
    actor: Actor,
    event_id: str,
    change: Change,
    expected: int | None,
    *,
    desk: Desk | None = None,
    despite_soft: bool = False,
    lock: bool = False,
) -> Schedule:
    """Change the latest draft, or a draft made from the latest version.

    expected: version of the latest, as it was read. desk: knows the likeliest films for a meeting that is added; None
    takes the first of the line-up. despite_soft: although a must or a minimum is no longer kept. lock: planning keeps
    what was added or moved. Raises Conflict with everything that the change would break.
    """
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        draft = working_draft(tx, actor, event, expected)
        planned = core_event(tx, event, worth_of=_people(change))
        preview, after = _preview(planned, draft, tx.schedules.meetings(draft.schedule_id), change)
        if any(breach.hard or not despite_soft for breach in preview.conflicts):
            raise Conflict(
                "; ".join(breach.text for breach in preview.conflicts),
                "Choose another time, or change what stands against it first",
            )
        if isinstance(change, Add):
            after = _with_films(tx, desk, event, planned, after, (change.seller_id, change.buyer_id))
        report = report_after(tx, planned, draft, standing(planned, after))
        stored = tx.schedules.rewrite(replace(draft, report=report), after)
        if lock:
            tx.wishes.put_locks(event_id, _locks(preview.difference))
        record(
            tx,
            actor,
            f"meeting.{type(change).__name__.lower()}",
            "event_plan",
            event_id,
            company_id=event.company_id,
            after=_said(change),
        )
        tx.commit()
    return stored


def _preview(
    planned: core.Event, schedule: Schedule, before: tuple[core.Meeting, ...], change: Change
) -> tuple[Preview, tuple[core.Meeting, ...]]:
    try:
        held = ByHand(planned, before)
        conflicts, after = held.conflicts(change), held.after(change)
    except (UnknownIdError, QueryError) as error:
        raise Invalid.field("", str(error).rstrip("."), "Look them up in the event's lists") from error
    return Preview(schedule.number, conflicts, difference(before, after), len(held.left)), after


def _people(change: Change) -> tuple[str, ...]:
    return (*change.one, *change.other) if isinstance(change, Swap) else (change.seller_id, change.buyer_id)


def _locks(done: Difference) -> list[core.Lock]:
    new = [*done.added, *(moved.after for moved in done.moved)]
    return [core.Lock(one.seller_id, one.buyer_id, one.slot_id, one.table_id) for one in new]


def _with_films(
    tx: UnitOfWork,
    desk: Desk | None,
    event: Event,
    planned: core.Event,
    meetings: tuple[core.Meeting, ...],
    pair: tuple[str, str],
) -> tuple[core.Meeting, ...]:
    lineup = tx.participants.get(event.event_id, pair[0]).film_ids
    films = films_for(tx, desk, event, planned, pair) if desk else lineup[:FILMS]
    return tuple(
        replace(one, films=films) if (one.seller_id, one.buyer_id) == pair else one for one in meetings
    )


def _said(change: Change) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in asdict(change).items()
    }
