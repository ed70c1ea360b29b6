"""reelmatch meetings: who meets whom, when and where at a market."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from recommender.cli.inputs import say
from recommender.cli.plans import conflict_text, knob_text, plan_text
from recommender.cli.words import clean
from recommender.errors import QueryError, quoted
from recommender.market.files import RawTable
from recommender.market.problems import Problem
from recommender.meetings.agenda import wished_pairs
from recommender.meetings.checks import LeftOutRow, check_event, rows_left_out, the_rest
from recommender.meetings.columns import FOLDER_TABLES, LOCKS, VALUES, WISHES
from recommender.meetings.domain import Event
from recommender.meetings.explained import Explained, plan_explained
from recommender.meetings.figures import report_of
from recommender.meetings.files import event_of, lineups_of, read_event_tables, write_plan
from recommender.meetings.infeasible import Conflict, ImpossibleError
from recommender.meetings.knob import knob
from recommender.meetings.rows import people_of
from recommender.meetings.shortfalls import shortfalls
from recommender.meetings.why import WhyNot

if TYPE_CHECKING:
    from recommender.cli.advice import Advice

__all__ = ["run"]

REFUSED: Final = 1
FILMS: Final = 5
"""Films of a line-up that are listed for a meeting where no bundle tells which fit best."""
KNOB_S: Final = 2.0
"""Seconds of the time limit's rest after which the effect of the knob is worked out at no further setting."""
SHOWN: Final = 50
"""Problems that are shown before the rest is counted."""

Tables = Mapping[str, RawTable]


def run(args: Namespace) -> int:
    """Plan, write the files, print the summary.

    REFUSED where rows are refused or locks cannot hold, and nothing is written; and where a must cannot be
    kept, and the plan of the rest is written. With --plan-the-rest 0.
    """
    left_out: list[str] = []
    read = read_event_tables(args.event)
    tables = _checked(read, args.plan_the_rest, left_out)
    if tables is None:
        return REFUSED
    # Found out now, not after the planning.
    args.out.mkdir(parents=True, exist_ok=True)
    event, lineups = event_of(tables, args.walking), lineups_of(tables)
    advice = _advice(args.bundles, event, lineups) if args.bundles else None
    event = _valued(event, tables, advice)
    try:
        done = plan_explained(event, args.evenness, args.time_limit, plan_the_rest=args.plan_the_rest)
    except ImpossibleError as error:
        _tell_conflicts(error.conflicts, tables)
        return REFUSED
    left_out += _tell_conflicts(done.given_up, tables)
    rows = [*rows_left_out(read, tables), *_given_up(tables, event, done.event)]
    event, planned = done.event, done.plan
    missed = _musts_missed(done, tables)
    for shortfall in shortfalls(event, planned.meetings):
        say(f"minimum: {shortfall}")
    films = advice.films_for if advice else lambda meeting: lineups.get(meeting.seller_id, ())[:FILMS]
    meetings = [replace(meeting, films=films(meeting)) for meeting in planned.meetings]
    unscheduled = WhyNot(event, meetings).unscheduled()
    left_s = KNOB_S if args.time_limit is None else min(KNOB_S, max(0.0, args.time_limit - planned.seconds))
    settings = knob(event, time_limit_s=left_s)
    report = report_of(event, planned) | {
        "evenness_knob": args.evenness,
        "knob": [asdict(setting) for setting in settings],
        "musts_missed": planned.musts_missed,
        "left_out": left_out,
        "rows_left_out": [row._asdict() for row in rows],
        "conflicts": missed,
    }
    talks = advice.talks(meetings) if advice and args.reasons else None
    write_plan(args.out, meetings, unscheduled, report, talks)
    print(plan_text(report, len(unscheduled)))
    if settings:
        print(knob_text(settings))
    print(clean(f"The plan is in {args.out}."))
    return REFUSED if missed and not args.plan_the_rest else 0


def _checked(tables: Tables, rest: bool, left_out: list[str]) -> Tables | None:
    """The tables, or with `rest` what is left of them, once all that is wrong is told; None if they are refused.

    left_out: takes up what is left out of them.
    """
    problems = check_event(tables, FOLDER_TABLES)
    _tell(problems)
    if rest and any(problem.refused for problem in problems):
        left_out += [str(problem) for problem in problems if problem.refused]
        tables, told = the_rest(tables, FOLDER_TABLES), problems
        problems = tuple(problem for problem in check_event(tables, FOLDER_TABLES) if problem.refused)
        _tell([problem for problem in problems if problem not in told])
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


def _given_up(tables: Tables, before: Event, after: Event) -> Iterator[LeftOutRow]:
    """The rows of the locks and wishes that an event lost; they are in the order of the rows."""
    for name, had, has in ((LOCKS, before.locks, after.locks), (WISHES, before.wishes, after.wishes)):
        kept: set[object] = set(has)
        for line, one in zip(tables[name].frame.index if had else (), had, strict=True):
            if one not in kept:
                yield LeftOutRow(name, int(line))


def _musts_missed(done: Explained, tables: Tables) -> list[str]:
    """What stands against musts that are known to be impossible. That, and all others that are missed, is told."""
    event, planned = done.event, done.plan
    if not planned.musts_missed:
        return []
    texts = _tell_conflicts(done.missed, tables)
    explained = {people_of(conflict.need) for conflict in done.missed if conflict.need}
    why = WhyNot(event, planned.meetings)
    rest = [pair for pair in planned.musts_missed if frozenset(pair) not in explained]
    for seller, buyer in rest[:SHOWN]:
        say(f"must: {quoted(seller)} and {quoted(buyer)} do not meet. {why.pair(seller, buyer)}.")
    if len(rest) > SHOWN:
        say(f"must: {len(rest) - SHOWN:,} more, which report.json lists")
    barred = wished_pairs(event, "no_go")
    return texts + [
        f"{seller} and {buyer}: a must and a no-go" for seller, buyer in rest if (seller, buyer) in barred
    ]


def _tell_conflicts(found: Sequence[Conflict], tables: Tables) -> list[str]:
    texts = [conflict_text(conflict, tables) for conflict in found]
    for text in texts:
        say(text)
    return texts
