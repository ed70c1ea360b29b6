"""For how long the bound of a plan holds for the schedules that are made from it.

No schedule that keeps the same rules, with the same values and as many musts and minimums, can be worth more than the
bound. A lock takes possibilities away, so that one more leaves it a bound; whatever else changes may add some.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from hashlib import sha256
from typing import Any

from recommender.meetings import domain as core
from recommender.meetings.agenda import wished_pairs

__all__ = ["proof_of", "still_proved"]


def proof_of(planned: core.Event, values: str, plan: core.Plan, version: int) -> dict[str, Any]:
    """What the bound of a plan holds under, for the report of its version. values: their mark."""
    return {
        "version": version,
        "bound": plan.bound,
        "rules": _rules(planned),
        "values": values,
        "locks": _locks(planned.locks),
        **_kept(planned, plan.meetings),
    }


def still_proved(
    proof: Mapping[str, Any], planned: core.Event, values: str, meetings: Sequence[core.Meeting]
) -> bool:
    """Whether the bound is one for these meetings of the event as it is now."""
    kept = _kept(planned, meetings)
    return (
        proof["rules"] == _rules(planned)
        and proof["values"] == values
        and all(lock in _locks(planned.locks) for lock in proof["locks"])
        and all(kept[name] >= proof[name] for name in kept)
    )


def _kept(planned: core.Event, meetings: Sequence[core.Meeting]) -> dict[str, int]:
    """Musts that are kept, and meetings that count towards somebody's minimum."""
    pairs = {(one.seller_id, one.buyer_id) for one in meetings}
    count = Counter(name for pair in pairs for name in pair)
    least = (min(count[one.participant_id], one.min_meetings) for one in planned.participants)
    return {"musts": len(wished_pairs(planned, "must").keys() & pairs), "towards_minimums": sum(least)}


def _rules(planned: core.Event) -> str:
    """A mark of all rules but locks; names and wishes that are no rule leave it as it is."""
    told = (
        sorted((one.participant_id, one.side, one.company_id, _limits(one)) for one in planned.participants),
        sorted(
            (
                slot.slot_id,
                str(slot.day),
                *(at.astimezone(UTC).isoformat() for at in (slot.starts_at, slot.ends_at)),
            )
            for slot in planned.slots
        ),
        sorted((table.table_id, table.reserved_for, table.hall) for table in planned.tables),
        sorted(planned.absences),
        sorted(wished_pairs(planned, "must")),
        sorted(wished_pairs(planned, "no_go")),
        planned.walking_min,
    )
    return sha256(repr(told).encode()).hexdigest()


def _limits(one: core.Participant) -> str:
    return f"{one.max_meetings} {one.min_meetings} {one.max_per_day}"


def _locks(locks: Iterable[core.Lock]) -> list[list[str]]:
    return sorted([lock.seller_id, lock.buyer_id, lock.slot_id, lock.table_id] for lock in locks)
