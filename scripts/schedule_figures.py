"""The figures of report.json, counted again from the meetings alone; no code of the planner."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import fmean, median
from typing import Any

from scripts.schedule_files import Event, Row, Schedule, moment, pair_of

TOLERANCE = 1e-6
"""Of sums and values, relative: files hold decimals."""


def wrong_figures(event: Event, schedule: Schedule) -> Iterator[str]:
    """Figures of the report that do not follow from the meetings; some that need not be there may be missing."""
    report, held = schedule.report, set(map(pair_of, schedule.meetings))
    total, bound = math.fsum(float(row["value"]) for row in schedule.meetings), float(report["bound"])
    musts = event.wished("must")
    expected: dict[str, Any] = {
        "meetings": len(schedule.meetings),
        "total_value": total,
        "gap": max(bound - total, 0.0) / bound if bound > 0 else 0.0,
        "musts": len(musts),
        "musts_kept": len(musts & held),
        "wishes": len(event.wished("want")),
        "wishes_kept": len(event.wished("want") & held),
        **_of_people(event, schedule.meetings),
    }
    for key, value in expected.items():
        if key in report:
            yield from _differences(key, report[key], value)
    if "musts_missed" in report:
        missed = {(seller, buyer) for seller, buyer in report["musts_missed"]}
        if missed != musts - held or len(missed) != len(report["musts_missed"]):
            yield f"report.json lists {len(missed)} musts as missed, the meetings miss {len(musts - held)} or others"
    if bound < total and not same(bound, total):
        yield f"report.json says bound = {bound}, which is below the total value {total:g}"


def same(one: float, other: float) -> bool:
    """Whether two numbers differ by rounding alone."""
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _differences(key: str, said: Any, expected: Any) -> Iterator[str]:
    if isinstance(expected, dict):
        for name, value in expected.items():
            if not isinstance(said, dict) or name not in said:
                yield f"report.json has no {name} of {key}"
            else:
                yield from _differences(f"{key}.{name}", said[name], value)
    elif not same(float(said), expected):
        yield f"report.json says {key} = {said}, the meetings say {expected:g}"


def _of_people(event: Event, meetings: Sequence[Row]) -> dict[str, Any]:
    """Evenness, gaps, waiting, changes of table, minimums."""
    counts = Counter(person for row in meetings for person in pair_of(row))
    days = _days(event, meetings)
    gaps: Counter[str] = Counter()
    waiting: defaultdict[str, float] = defaultdict(float)
    changes = {"sellers": 0, "buyers": 0}
    slots_of_day: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(event.slots, key=lambda name: moment(event.slots[name]["starts_at"])):
        slots_of_day[event.slots[name]["day"]].append(name)
    for (person, day), agenda in days.items():
        order = slots_of_day[day]
        busy = [order.index(row["slot_id"]) for row in agenda]
        present = [name for name in order[busy[0] : busy[-1] + 1] if (person, name) not in event.absences]
        gaps[person] += len(present) - len(busy)
        for before, after in pairwise(agenda):
            end, start = event.slots[before["slot_id"]]["ends_at"], event.slots[after["slot_id"]]["starts_at"]
            waiting[person] += (moment(start) - moment(end)).total_seconds() / 60
            changes[f"{event.participants[person]['side']}s"] += before["table_id"] != after["table_id"]
    sides = {
        side: [counts[name] for name, row in event.participants.items() if f"{row['side']}s" == side]
        for side in ("sellers", "buyers")
    }
    least = {name: float(row.get("min_meetings") or 0) for name, row in event.participants.items()}
    return {
        "evenness": {side: _evenness(numbers) for side, numbers in sides.items()},
        "gaps": _summed(gaps, counts, "") | {"total": sum(gaps.values())},
        "waiting": _summed(waiting, counts, "_min"),
        "table_changes": changes,
        "minimums_missed": sum(counts[name] < minimum for name, minimum in least.items()),
    }


def _days(event: Event, meetings: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    """Everybody's meetings of each day, by time."""
    agendas: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in sorted(meetings, key=lambda row: moment(event.slots[row["slot_id"]]["starts_at"])):
        for person in pair_of(row):
            agendas[person, event.slots[row["slot_id"]]["day"]].append(row)
    return agendas


def _summed(each: Mapping[str, float], counts: Counter[str], unit: str) -> dict[str, float]:
    """Mean of those who have a meeting, and the most."""
    numbers = [each.get(name, 0) for name in counts]
    return {f"mean{unit}": fmean(numbers) if numbers else 0.0, f"most{unit}": max(numbers, default=0)}


def _evenness(numbers: list[int]) -> dict[str, float]:
    """The Gini coefficient is half the mean difference of two of them, over their mean."""
    if not numbers:
        return {"lowest": 0, "median": 0, "highest": 0, "gini": 0}
    size, total = len(numbers), sum(numbers)
    differences = 2 * sum((2 * place - size + 1) * number for place, number in enumerate(sorted(numbers)))
    gini = differences / (2 * size * total) if total else 0.0
    return {"lowest": min(numbers), "median": median(numbers), "highest": max(numbers), "gini": gini}
