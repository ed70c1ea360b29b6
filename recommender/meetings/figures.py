"""How good a plan is for those who have to live with it: the figures of report.json."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from recommender.meetings.agenda import FREE, Agenda, wished_pairs
from recommender.meetings.domain import Event, Plan

__all__ = ["gini", "report_of"]


def report_of(event: Event, plan: Plan) -> dict[str, object]:
    """What report.json holds; data/README.md explains each figure."""
    agenda = Agenda.of(event, plan.meetings)
    held = {(meeting.seller_id, meeting.buyer_id) for meeting in plan.meetings}
    musts, wishes = (wished_pairs(event, kind).keys() for kind in ("must", "want"))
    return {
        "meetings": len(plan.meetings),
        "total_value": plan.total_value,
        "bound": plan.bound,
        "gap": plan.gap,
        "evenness": {f"{side}s": _evenness(agenda.count[_of(event, side)]) for side in ("seller", "buyer")},
        "gaps": _gaps(agenda),
        "waiting": _waiting(event, agenda),
        "table_changes": _table_changes(event, plan, agenda),
        "musts": len(musts),
        "musts_kept": len(musts & held),
        "wishes": len(wishes),
        "wishes_kept": len(wishes & held),
        "minimums_missed": _minimums_missed(event, agenda),
        "walking_min": event.walking_min,
        "sessions": _sessions(event, plan),
        "seconds": round(plan.seconds, 3),
        "timed_out": plan.timed_out,
    }


def gini(counts: NDArray[np.int64]) -> float:
    """Gini coefficient of numbers from zero up: 0 where all are equal, near 1 where one has all."""
    total = int(counts.sum())
    if not total:
        return 0.0
    ordered = np.sort(counts)
    ranks = np.arange(1, len(ordered) + 1)
    return float(2 * (ranks * ordered).sum() / (len(ordered) * total) - (len(ordered) + 1) / len(ordered))


def _of(event: Event, side: str) -> NDArray[np.bool_]:
    return np.array([person.side == side for person in event.participants], dtype=bool)


def _evenness(counts: NDArray[np.int64]) -> dict[str, float]:
    """Of the numbers of meetings of one side."""
    if not len(counts):
        return {"lowest": 0, "median": 0.0, "highest": 0, "gini": 0.0}
    median = float(np.median(counts))
    return {"lowest": int(counts.min()), "median": median, "highest": int(counts.max()), "gini": gini(counts)}


def _gaps(agenda: Agenda) -> dict[str, float]:
    """Slots without a meeting between a participant's first and last of a day, absences not counted."""
    each = np.zeros(len(agenda.held), dtype=np.int64)
    for day in np.unique(agenda.day):
        busy = agenda.held[:, agenda.day == day] != FREE
        begun = np.logical_or.accumulate(busy, axis=1)
        to_come = np.logical_or.accumulate(busy[:, ::-1], axis=1)[:, ::-1]
        each += (begun & to_come & ~busy & agenda.present[:, agenda.day == day]).sum(axis=1)
    return {"total": int(each.sum()), "mean": _mean(each[agenda.count > 0]), "most": int(each.max(initial=0))}


def _waiting(event: Event, agenda: Agenda) -> dict[str, float]:
    """Minutes between the meetings of a participant's day, breaks included."""
    slots = [event.slots[number] for number in agenda.order]
    each = np.zeros(len(agenda.held))
    for person, earlier, later in _in_turn(agenda):
        each[person] += (slots[later].starts_at - slots[earlier].ends_at).total_seconds() / 60
    return {"mean_min": _mean(each[agenda.count > 0]), "most_min": float(each.max(initial=0.0))}


def _table_changes(event: Event, plan: Plan, agenda: Agenda) -> dict[str, int]:
    """How often somebody sits at another table than at the meeting before on that day, by side."""
    tables = [meeting.table_id for meeting in plan.meetings]
    changes = {"sellers": 0, "buyers": 0}
    for person, earlier, later in _in_turn(agenda):
        before, after = (tables[agenda.held[person, slot]] for slot in (earlier, later))
        changes[f"{event.participants[person].side}s"] += before != after
    return changes


def _in_turn(agenda: Agenda) -> list[tuple[int, int, int]]:
    """Person, slot and next slot of every two meetings that follow each other on a day."""
    people, slots = np.nonzero(agenda.held != FREE)
    places = zip(people.tolist(), slots.tolist(), agenda.day[slots].tolist(), strict=True)
    return [
        (person, slot, next_slot)
        for (person, slot, day), (next_person, next_slot, next_day) in pairwise(places)
        if (person, day) == (next_person, next_day)
    ]


def _sessions(event: Event, plan: Plan) -> dict[str, dict[str, int]]:
    """Slots and meetings of each session that has a name, in the order of time."""
    session = {slot.slot_id: slot.session for slot in sorted(event.slots, key=lambda slot: slot.starts_at)}
    slots = Counter(name for name in session.values() if name)
    meetings = Counter(session[meeting.slot_id] for meeting in plan.meetings)
    return {name: {"slots": count, "meetings": meetings[name]} for name, count in slots.items()}


def _minimums_missed(event: Event, agenda: Agenda) -> int:
    """Participants with fewer meetings than their minimum."""
    least = np.array([person.min_meetings for person in event.participants], dtype=np.int64)
    return int((agenda.count < least).sum())


def _mean(numbers: NDArray[np.int64] | NDArray[np.float64]) -> float:
    return float(np.mean(numbers)) if len(numbers) else 0.0
