"""Planning as a job: asked for by the organiser, carried out by a worker, kept as a new draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import reduce
from typing import Any, Final

from recommender.meetings import domain as core
from service.clock import now
from service.domain.events import Event
from service.domain.jobs import JobRun
from service.domain.schedules import Schedule
from service.domain.words import ScheduleState
from service.errors import Conflict, Invalid, Unavailable
from service.matchers import MatcherHolder
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import Action
from service.settings import Settings
from service.store.ids import new_id
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.events.access import event_to_plan
from service.usecases.events.contradictions import contradictions
from service.usecases.events.core import core_event
from service.usecases.events.proof import proof_of
from service.usecases.events.valuing import scores_of
from service.usecases.jobs import start_job

__all__ = [
    "FILMS",
    "FROM_FILE",
    "JOB",
    "LONGEST_S",
    "Impossible",
    "PlanInput",
    "PlanRequest",
    "Planned",
    "keep_plan",
    "plan_apart",
    "plan_input",
    "request_plan",
]

JOB: Final = "plan_event"
QUEUE: Final = "plans"
FROM_FILE: Final = "file"
LONGEST_S: Final = 600.0
FILMS: Final = 5
"""Films of a line-up that are named for a meeting where no bundle tells which fit best."""

_PLANNING: Final = 0.8
"""Of the time, what the plan may take with what stands in its way."""
_KNOB_S: Final = 30.0
"""Seconds after which the effect of the knob is worked out at no further setting."""

FilmsFor = Callable[[core.Meeting], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What to plan. evenness: None for the event's. time_limit_s: when the best plan so far is taken.

    based_on: number of a version of which as little as possible is to change, None to plan anew. plan_the_rest:
    leave out locks that cannot hold, instead of failing.
    """

    evenness: float | None = None
    time_limit_s: float = 60.0
    based_on: int | None = None
    plan_the_rest: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class PlanInput:
    """All that a plan depends on. films_for: what to talk about in a meeting; it stays in this process.

    values_mark: of the values where they are stored already.
    """

    event: core.Event
    evenness: float
    time_limit_s: float
    previous: tuple[core.Meeting, ...]
    plan_the_rest: bool
    values_from: str
    films_for: FilmsFor
    values_mark: str


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """A plan, with its figures. gave_up: whether locks or musts were left out for it, so that its bound is of less."""

    plan: core.Plan
    report: dict[str, Any]
    gave_up: bool = False


@dataclass(frozen=True, slots=True)
class Impossible:
    """Locks that cannot all hold. conflicts: as contradictions.py writes them."""

    message: str
    conflicts: list[dict[str, Any]]


def request_plan(uow: UnitOfWorkFactory, actor: Actor, event_id: str, wanted: PlanRequest) -> JobRun:
    """Put it into the queue. Raises Conflict while the event is being planned already, and without slots or people."""
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        _check(tx, event, wanted)
        args = {
            "event_id": event_id,
            "actor": actor.actor_id,
            "evenness": event.evenness if wanted.evenness is None else wanted.evenness,
            "time_limit_s": wanted.time_limit_s,
            "based_on": wanted.based_on,
            "plan_the_rest": wanted.plan_the_rest,
            "note": wanted.note,
        }
        job = start_job(tx, actor, JOB, args, key=event_id, company_id=event.company_id, queue=QUEUE)
        tx.commit()
    return job


def plan_input(
    uow: UnitOfWorkFactory, matchers: MatcherHolder, settings: Settings, args: Mapping[str, Any]
) -> PlanInput:
    """What is stored, and what meetings are worth: by an imported table, else by the bundle in force.

    Raises Conflict where neither is there.
    """
    with uow(statement_timeout_s=0) as tx:
        event = tx.events.get(args["event_id"])
        is_valued = event.values_from == FROM_FILE
        planned = core_event(tx, event, values=is_valued, history=not is_valued)
        films_for = _films_for(tx, event)
        source = event.values_from
        if source != FROM_FILE:
            matchers.refresh()
            try:
                in_force = matchers.current()
            except Unavailable:
                raise Conflict(
                    "nothing tells what meetings are worth", "Import a table of values, or train a bundle"
                ) from None
            scores = scores_of(tx, event, planned, in_force, settings)
            planned, films_for = replace(planned, values=scores.values()), scores.films_for
            source = f"bundle {in_force.version}"
        previous = _previous(tx, event, args["based_on"])
        mark = tx.wishes.values_mark(event.event_id)
    return PlanInput(
        planned,
        args["evenness"],
        args["time_limit_s"],
        previous,
        args["plan_the_rest"],
        source,
        films_for,
        mark,
    )


def plan_apart(
    _: Settings,
    event: core.Event,
    evenness: float,
    time_limit_s: float,
    previous: Sequence[core.Meeting],
    plan_the_rest: bool,
) -> Planned | Impossible:
    """The part that takes time, in a process of its own.

    time_limit_s: for all of it, of which the knob has what the plan leaves, a fifth at least.
    """
    # Loading the solvers takes a second, which nobody else needs to wait.
    from recommender.meetings.clock import Clock
    from recommender.meetings.explained import plan_explained
    from recommender.meetings.figures import report_of
    from recommender.meetings.infeasible import ImpossibleError
    from recommender.meetings.knob import knob

    clock, planning_s = Clock(time_limit_s), _PLANNING * time_limit_s
    try:
        found = plan_explained(event, evenness, planning_s, previous, plan_the_rest=plan_the_rest)
    except ImpossibleError as error:
        return Impossible(str(error), contradictions(error.conflicts))
    event, plan = found.event, found.plan
    settings = () if clock.over() else knob(event, time_limit_s=min(_KNOB_S, clock.left()))
    report = {
        **report_of(event, plan),
        "evenness_knob": evenness,
        "knob": [asdict(one) for one in settings],
        "changed": plan.changed if previous else None,
        "musts_missed": sorted(map(list, plan.musts_missed)),
        "conflicts": contradictions((*found.given_up, *found.missed)),
    }
    return Planned(plan, report, bool(found.given_up))


def keep_plan(tx: UnitOfWork, args: Mapping[str, Any], given: PlanInput, planned: Planned) -> dict[str, Any]:
    """Store it as a new draft; returns the job's result. The event may have changed since: then it raises Invalid."""
    event = tx.events.get(args["event_id"], alone=True)
    actor = Actor.system(args["actor"])
    number, mark = tx.schedules.next_number(event.event_id), given.values_mark
    if given.values_from != FROM_FILE:
        if event.values_from == FROM_FILE:
            raise Conflict("values were imported meanwhile", "Plan again")
        tx.wishes.set_values(event.event_id, given.event.values)
        mark = tx.wishes.values_mark(event.event_id)
        event = tx.events.update(replace(event, values_from=given.values_from))
    proof = None if planned.gave_up else proof_of(given.event, mark, planned.plan, number)
    meetings = [replace(one, films=given.films_for(one)) for one in planned.plan.meetings]
    schedule = tx.schedules.add(
        Schedule(
            schedule_id=new_id("schedule"),
            event_id=event.event_id,
            number=number,
            state=ScheduleState.DRAFT,
            made_by=actor.actor_id,
            made_at=now(),
            based_on=args["based_on"],
            note=args["note"],
            report={**planned.report, "proof": proof},
        ),
        meetings,
    )
    record(
        tx,
        actor,
        "schedule.plan",
        "event_plan",
        event.event_id,
        company_id=event.company_id,
        after={"number": schedule.number, "meetings": len(meetings)},
    )
    names = ("meetings", "gap", "changed", "musts_missed", "seconds", "timed_out")
    return {
        "event_id": event.event_id,
        "number": schedule.number,
        **{name: planned.report[name] for name in names},
    }


def _check(tx: UnitOfWork, event: Event, wanted: PlanRequest) -> None:
    if wanted.evenness is not None and not 0 <= wanted.evenness <= 1:
        raise Invalid.field("evenness", "it is not between 0 and 1", "0 is the most value, 1 the most even")
    if not 0 < wanted.time_limit_s <= LONGEST_S:
        raise Invalid.field(
            "time_limit_s",
            phrase("a plan takes up to {seconds:.0f} seconds", seconds=LONGEST_S),
            "Write a number of seconds in between",
        )
    if wanted.based_on is not None:
        tx.schedules.get(event.event_id, wanted.based_on)
    planned = core_event(tx, event, values=False)
    missing = [
        noun
        for noun, there in (
            (phrase("slots"), planned.slots),
            (phrase("tables"), planned.tables),
            (phrase("sellers"), [one for one in planned.participants if one.side == "seller"]),
            (phrase("buyers"), [one for one in planned.participants if one.side == "buyer"]),
        )
        if not there
    ]
    if missing:
        told = reduce(lambda one, other: phrase("{one} and no {other}", one=one, other=other), missing)
        raise Conflict(
            phrase("the event has no {things}", things=told), "Add some, or import a table of them"
        )


def _films_for(tx: UnitOfWork, event: Event) -> FilmsFor:
    lineups = {one.participant_id: one.film_ids[:FILMS] for one in tx.participants.all(event.event_id)}
    return lambda meeting: lineups[meeting.seller_id]


def _previous(tx: UnitOfWork, event: Event, number: int | None) -> tuple[core.Meeting, ...]:
    """The meetings to keep: those of who still comes. A table that is gone is no reason to forget the rest."""
    if number is None:
        return ()
    return tx.schedules.meetings(tx.schedules.get(event.event_id, number).schedule_id)
