"""reelmatch meetings: who meets whom, when and where at a market."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from recommender.cli.inputs import say
from recommender.cli.plans import conflict_text, plan_text
from recommender.cli.words import clean
from recommender.errors import QueryError
from recommender.market.files import RawTable
from recommender.market.problems import Problem
from recommender.meetings.agenda import wished_pairs
from recommender.meetings.checks import check_event, the_rest
from recommender.meetings.columns import VALUES
from recommender.meetings.domain import Event, Plan
from recommender.meetings.figures import report_of
from recommender.meetings.files import event_of, lineups_of, read_event_tables, write_plan
from recommender.meetings.infeasible import Conflict, ImpossibleError, conflicts, without
from recommender.meetings.planner import plan
from recommender.meetings.why import WhyNot

if TYPE_CHECKING:
    from recommender.cli.advice import Advice

__all__ = ["run"]

REFUSED: Final = 1
FILMS: Final = 5
"""Films of a line-up that are listed for a meeting where no bundle tells which fit best."""
EXPLAINING_S: Final = 10.0
"""Seconds to look for what stands against a must, at most."""
SHOWN: Final = 50
"""Problems that are shown before the rest is counted."""

Tables = Mapping[str, RawTable]


def run(args: Namespace) -> int:
    """Plan, write the files, print the summary.

    REFUSED where rows are refused or locks cannot hold, and nothing is written; and where a must cannot be
    kept, and the plan of the rest is written. With --plan-the-rest 0.
    """
    tables = _checked(read_event_tables(args.event), args.plan_the_rest)
    if tables is None:
        return REFUSED
    # Found out now, not after the planning.
    args.out.mkdir(parents=True, exist_ok=True)
    event, lineups = event_of(tables, args.walking), lineups_of(tables)
    advice = _advice(args.bundles, event, lineups) if args.bundles else None
    event = _valued(event, tables, advice)
    try:
        planned = plan(event, args.evenness, args.time_limit)
    except ImpossibleError as error:
        _tell_conflicts(error.conflicts, tables)
        if not args.plan_the_rest:
            return REFUSED
        event = without(event, error.conflicts)
        planned = plan(event, args.evenness, args.time_limit)
    kept = _musts_kept(event, planned, tables, min(EXPLAINING_S, args.time_limit or EXPLAINING_S))
    films = advice.films_for if advice else lambda meeting: lineups.get(meeting.seller_id, ())[:FILMS]
    meetings = [replace(meeting, films=films(meeting)) for meeting in planned.meetings]
    unscheduled = WhyNot(event, meetings).unscheduled()
    report = report_of(event, planned)
    talks = advice.talks(meetings) if advice and args.reasons else None
    write_plan(args.out, meetings, unscheduled, report, talks)
    print(plan_text(report, len(unscheduled)))
    print(clean(f"The plan is in {args.out}."))
    return 0 if kept or args.plan_the_rest else REFUSED


def _checked(tables: Tables, rest: bool) -> Tables | None:
    """The tables, or with `rest` what is left of them, once all that is wrong is told; None if they are refused."""
    problems = check_event(tables)
    _tell(problems)
    if rest and any(problem.refused for problem in problems):
        tables = the_rest(tables)
        problems = tuple(problem for problem in check_event(tables) if problem.refused)
        _tell([problem for problem in problems if problem.row is None])
    refused = [problem for problem in problems if problem.refused]
    if not refused:
        return tables
    rows = all(problem.row is not None for problem in refused)
    say(f"Nothing was planned: put this right{', or leave it out with --plan-the-rest' if rows else ''}.")
    return None


def _tell(problems: Sequence[Problem]) -> None:
    for word, refused in (("refused", True), ("warning", False)):
        chosen = [problem for problem in problems if problem.refused is refused]
        for problem in chosen[:SHOWN]:
            say(f"{word}: {problem}")
        if len(chosen) > SHOWN:
            say(f"{word}: {len(chosen) - SHOWN:,} more")


def _advice(bundles: Path, event: Event, lineups: Mapping[str, tuple[str, ...]]) -> Advice:
    # Loading the index and the models takes a second, which an event with its own values need not wait.
    from recommender.cli.advice import Advice

    return Advice.of(bundles, event, lineups)


def _valued(event: Event, tables: Tables, advice: Advice | None) -> Event:
    if VALUES in tables:
        return event
    if advice is None:
        remedy = "Add it, or name a folder of bundles with --bundles to find values in."
        raise QueryError(f"values: the event has no table of values. {remedy}")
    return replace(event, values=advice.scores.values())


def _musts_kept(event: Event, planned: Plan, tables: Tables, time_limit_s: float) -> bool:
    """Whether no must is known to be impossible; those that are get told with what stands against them."""
    held = {(meeting.seller_id, meeting.buyer_id) for meeting in planned.meetings}
    missed = wished_pairs(event, "must").keys() - held
    if not missed:
        return True
    found = conflicts(event, time_limit_s)
    _tell_conflicts(found, tables)
    barred = missed & wished_pairs(event, "no_go").keys()
    return not (barred or any(conflict.need for conflict in found))


def _tell_conflicts(found: Sequence[Conflict], tables: Tables) -> None:
    for conflict in found:
        say(conflict_text(conflict, tables))
