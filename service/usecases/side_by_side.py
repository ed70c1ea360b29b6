"""A few distributors side by side for one film: the same reasons of each, in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from service.errors import Invalid
from service.phrases import phrase
from service.security.actor import Actor
from service.usecases.answers import JSON
from service.usecases.matching import Desk, answer_of, keep_answer, question_of
from service.usecases.requests import MatchRequest

__all__ = ["MOST", "Compared", "side_by_side"]

MOST: Final = 4
_LOOKED_AT: Final = 200
"""Places in the ranking of a territory among which they are looked for."""


@dataclass(frozen=True, slots=True)
class Compared:
    """matches: as in an answer, in the order asked for. groups: group of reasons -> the reason of each, None where it
    has none; those that tell them apart most first. missing: distributors without a place, and why: the part of the
    answer that says so, None where nothing does.
    """

    matches: tuple[JSON, ...]
    groups: tuple[tuple[str, tuple[JSON | None, ...]], ...]
    missing: tuple[tuple[str, JSON | None], ...]


def side_by_side(desk: Desk, actor: Actor, request: MatchRequest, distributor_ids: Sequence[str]) -> Compared:
    """Answer, and keep what is shown. Raises as `match` does, and Invalid for too few or too many."""
    wanted = list(dict.fromkeys(distributor_ids))
    if not 2 <= len(wanted) <= MOST:
        raise Invalid.field(
            "d",
            phrase("{count} distributors are chosen", count=len(wanted)),
            phrase("Choose 2 to {most}", most=MOST),
        )
    in_force = desk.matchers.current()
    with desk.stage("read"), desk.uow() as tx:
        profiles = tx.distributors.find(wanted)
        places = tuple(sorted({profile.territory for profile in profiles.values()}))
        question = question_of(
            tx, actor, replace(request, territories=places, k=_LOOKED_AT, least=0.0), desk.settings
        )
    with desk.stage("match"):
        answer = answer_of(in_force, question)
    why: dict[str, JSON] = {}
    for part in answer["territories"]:
        part["matches"] = [one for one in part["matches"] if one["distributor_id"] in wanted]
        part["excluded"] = [one for one in part["excluded"] if one["distributor_id"] in wanted]
        why |= {one["distributor_id"]: one for one in part["excluded"]}
        why |= {
            key: part
            for key, profile in profiles.items()
            if part["unavailable"] and profile.territory == part["territory"]
        }
    with desk.stage("record"), desk.uow() as tx:
        keep_answer(tx, actor, in_force, question, answer)
        tx.commit()
    found = {one["distributor_id"]: one for part in answer["territories"] for one in part["matches"]}
    matches = tuple(found[key] for key in wanted if key in found)
    missing = tuple(
        (profiles[key].distributor.name if key in profiles else key, why.get(key))
        for key in wanted
        if key not in found
    )
    return Compared(matches, tuple(_groups(matches)), missing)


def _groups(matches: Sequence[JSON]) -> list[tuple[str, tuple[JSON | None, ...]]]:
    reasons = [{reason["group"]: reason for reason in match["reasons"]} for match in matches]
    rows = {group: tuple(own.get(group) for own in reasons) for own in reasons for group in own}
    return sorted(rows.items(), key=lambda row: -_spread(row[1]))


def _spread(row: Sequence[dict[str, Any] | None]) -> float:
    values = [0.0 if reason is None else float(reason["log_odds"]) for reason in row]
    return max(values) - min(values)
