"""Whether what is stored of an event fits together, by the planner's own checks."""

from __future__ import annotations

from recommender.market.problems import Problem
from recommender.meetings.checks import check_event
from recommender.meetings.columns import VALUES
from service.domain.events import Event
from service.errors import FieldProblem, Invalid
from service.phrases import phrase
from service.store.unit_of_work import UnitOfWork
from service.usecases.events.frames import stored_tables, with_every_day

__all__ = ["said_problem", "still_sound"]

_SHOWN = 50


def still_sound(tx: UnitOfWork, event: Event) -> None:
    """Raises Invalid with what contradicts since something was written in this unit of work, so that it is not kept."""
    tables = stored_tables(tx, event, leaving_out=(VALUES,))
    broken = [
        problem
        for problem in check_event(with_every_day(tables, event))
        if problem.refused and problem.row is not None
    ]
    if broken:
        raise Invalid([said_problem(problem) for problem in broken[:_SHOWN]])


def said_problem(problem: Problem) -> FieldProblem:
    """A problem of what is stored, which has no rows that a person could look up."""
    named = f"{problem.value}: " if problem.value else ""
    return FieldProblem(
        problem.column,
        phrase(
            "{table}: {named}{message}", table=problem.table, named=named, message=phrase(problem.message)
        ),
        problem.remedy,
    )
