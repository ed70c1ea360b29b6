"""Versions of a schedule: looked at, compared, published, rolled back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from recommender.meetings import domain as core
from recommender.meetings.agenda import wished_pairs
from recommender.meetings.breaches import Breach, Rules
from recommender.meetings.difference import Difference, difference
from recommender.meetings.figures import report_of
from service.clock import now
from service.domain.events import Event
from service.domain.schedules import Schedule
from service.domain.words import EventStatus, ScheduleState
from service.errors import Conflict, NotFound, PreconditionFailed
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import Action
from service.store.ids import new_id
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.events.access import event_to_plan
from service.usecases.events.core import core_event
from service.usecases.events.proof import still_proved

__all__ = [
    "Versioned",
    "add_version",
    "base_of",
    "breaches_of",
    "compare_schedules",
    "current_number",
    "delete_draft",
    "get_schedule",
    "list_schedules",
    "publish",
    "report_after",
    "roll_back",
    "standing",
    "version_of",
    "working_draft",
]

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Versioned:
    """A version and its meetings, by slot and table. broken: rules that it breaks as the event is now."""

    schedule: Schedule
    meetings: tuple[core.Meeting, ...]
    broken: tuple[Breach, ...] = ()


def list_schedules(uow: UnitOfWorkFactory, actor: Actor, event_id: str) -> tuple[Schedule, ...]:
    """All versions, the latest first; for the organiser."""
    with uow() as tx:
        event_to_plan(tx, actor, event_id)
        return tx.schedules.all(event_id)


def get_schedule(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, number: int | None = None, *, checked: bool = True
) -> Versioned:
    """One version, or the latest. checked: whether its rules are looked at, which takes most of the time.

    Raises NotFound where there is none yet.
    """
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id)
        schedule = version_of(tx, event_id, number)
        meetings = tx.schedules.meetings(schedule.schedule_id)
        broken = breaches_of(core_event(tx, event, values=False), meetings) if checked else ()
    hard = {breach.text: breach for breach in broken if breach.hard}
    return Versioned(schedule, meetings, tuple(hard.values()))


def base_of(uow: UnitOfWorkFactory, actor: Actor, event_id: str) -> Schedule:
    """The version of which planning again changes as little as possible: the published one, else the latest.

    Raises NotFound where there is none yet.
    """
    with uow() as tx:
        event_to_plan(tx, actor, event_id)
        return tx.schedules.published(event_id) or version_of(tx, event_id)


def compare_schedules(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, before: int, after: int
) -> Difference:
    """What changes from one version to another."""
    with uow() as tx:
        event_to_plan(tx, actor, event_id)
        one, other = (
            tx.schedules.meetings(tx.schedules.get(event_id, number).schedule_id)
            for number in (before, after)
        )
    return difference(one, other)


def publish(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, number: int, expected: int | None
) -> Schedule:
    """Let everybody see their agendas in this version, in place of the one before.

    Raises Conflict where it is no draft, or breaks a rule as the event is now; PreconditionFailed.
    """
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        draft = tx.schedules.get(event_id, number)
        if draft.state is not ScheduleState.DRAFT:
            raise Conflict(
                phrase("version {number} was published already", number=number),
                "Roll back to it, and publish the draft that this makes",
            )
        meetings = tx.schedules.meetings(draft.schedule_id)
        broken = [one for one in breaches_of(core_event(tx, event, values=False), meetings) if one.hard]
        if broken:
            told = "; ".join(breach.text for breach in broken[:_SHOWN])
            raise Conflict(
                phrase("version {number} breaks rules: {breaches}", number=number, breaches=told),
                "Plan again, based on this version",
            )
        published = tx.schedules.publish(draft, now(), actor.actor_id, expected)
        if event.status is not EventStatus.PUBLISHED:
            tx.events.update(replace(event, status=EventStatus.PUBLISHED))
        _record(tx, actor, event, "schedule.publish", after={"number": number})
        tx.commit()
    return published


def roll_back(uow: UnitOfWorkFactory, actor: Actor, event_id: str, number: int) -> Schedule:
    """A new draft with the meetings of an older version that can still be held; publish it to let it count."""
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        older = tx.schedules.get(event_id, number)
        planned = core_event(tx, event, values=False)
        meetings = standing(planned, tx.schedules.meetings(older.schedule_id))
        made = add_version(tx, actor, event, older, meetings, report_after(tx, planned, older, meetings))
        _record(tx, actor, event, "schedule.roll_back", after={"number": made.number, "based_on": number})
        tx.commit()
    return made


def delete_draft(
    uow: UnitOfWorkFactory, actor: Actor, event_id: str, number: int, expected: int | None = None
) -> None:
    """expected: the version that was read. Raises Conflict for what was published, PreconditionFailed."""
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        draft = tx.schedules.get(event_id, number)
        if draft.state is not ScheduleState.DRAFT:
            raise Conflict("what was published is kept", "Publish another version in its place")
        tx.schedules.delete(draft, expected)
        _record(tx, actor, event, "schedule.delete", before={"number": number})
        tx.commit()


def working_draft(tx: UnitOfWork, actor: Actor, event: Event, expected: int | None) -> Schedule:
    """The latest version where it is a draft, else a draft made from it. expected: version of the latest, as read.

    Raises NotFound where nothing was planned, PreconditionFailed.
    """
    latest = version_of(tx, event.event_id)
    if expected is not None and latest.version != expected:
        raise PreconditionFailed("schedule", str(latest.number))
    if latest.state is ScheduleState.DRAFT:
        return latest
    meetings = tx.schedules.meetings(latest.schedule_id)
    return add_version(tx, actor, event, latest, meetings, latest.report)


def add_version(
    tx: UnitOfWork,
    actor: Actor,
    event: Event,
    based_on: Schedule,
    meetings: tuple[core.Meeting, ...],
    report: dict[str, Any],
) -> Schedule:
    """A draft made from another version."""
    return tx.schedules.add(
        Schedule(
            schedule_id=new_id("schedule"),
            event_id=event.event_id,
            number=tx.schedules.next_number(event.event_id),
            state=ScheduleState.DRAFT,
            made_by=actor.actor_id,
            made_at=now(),
            based_on=based_on.number,
            report=report,
        ),
        meetings,
    )


def standing(planned: core.Event, meetings: tuple[core.Meeting, ...]) -> tuple[core.Meeting, ...]:
    """Those whose people still come, at a slot and a table that are still there."""
    people = {one.participant_id for one in planned.participants}
    slots = {slot.slot_id for slot in planned.slots}
    tables = {table.table_id for table in planned.tables}
    return tuple(
        one
        for one in meetings
        if {one.seller_id, one.buyer_id} <= people and one.slot_id in slots and one.table_id in tables
    )


def breaches_of(planned: core.Event, meetings: tuple[core.Meeting, ...]) -> tuple[Breach, ...]:
    """The rules that a schedule breaks as the event is now, also by meetings that cannot be held at all."""
    held = standing(planned, meetings)
    stands = set(held)
    gone = [
        Breach("absent", {"one": one.seller_id, "other": one.buyer_id, "slot": one.slot_id}, kind="gone")
        for one in meetings
        if one not in stands
    ]
    return (*gone, *Rules(planned).broken(held))


def report_after(
    tx: UnitOfWork, planned: core.Event, before: Schedule, meetings: tuple[core.Meeting, ...]
) -> dict[str, Any]:
    """The figures of a draft that was changed by hand; the bound is that of the plan it came from, while it is one."""
    total = sum(meeting.value for meeting in meetings)
    held = {(meeting.seller_id, meeting.buyer_id) for meeting in meetings}
    proof: dict[str, Any] = before.report.get("proof") or {}
    is_proved = bool(proof) and still_proved(proof, planned, tx.wishes.values_mark(before.event_id), meetings)
    plan = core.Plan(meetings, total, max(proof["bound"], total) if is_proved else total)
    kept = ("evenness_knob", "knob", "seconds", "timed_out", "conflicts", "proof")
    return {
        **report_of(planned, plan),
        **({} if is_proved else {"bound": None, "gap": None}),
        **{key: before.report.get(key) for key in kept},
        "changed": None,
        "musts_missed": sorted(list(pair) for pair in wished_pairs(planned, "must").keys() - held),
    }


def current_number(tx: UnitOfWork, event_id: str) -> int | None:
    """Of the published version."""
    found = tx.schedules.published(event_id)
    return None if found is None else found.number


def version_of(tx: UnitOfWork, event_id: str, number: int | None = None) -> Schedule:
    """A version, or the latest. Raises NotFound where there is none yet."""
    if number is not None:
        return tx.schedules.get(event_id, number)
    latest = tx.schedules.latest(event_id)
    if latest is None:
        raise NotFound("schedule", "latest", "Plan the event first")
    return latest


def _record(tx: UnitOfWork, actor: Actor, event: Event, action: str, **sides: Any) -> None:
    record(tx, actor, action, "event_plan", event.event_id, company_id=event.company_id, **sides)
